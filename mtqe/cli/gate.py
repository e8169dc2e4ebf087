"""`mtqe gate`: does a run pass its rules?"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from mtqe.gate import Gate, GateResult
    from mtqe.run import Run

EXIT_CODES = {"pass": 0, "fail": 3, "inconclusive": 4}
CHECK = "check"


class _CheckByDefault(TyperGroup):
    """`mtqe gate RUN` is `mtqe gate check RUN`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - click's own
        """Put the default command in where none is named."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [CHECK, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_CheckByDefault,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Pass or fail a run by rules; gate RUN means gate check RUN.",
)

BaselineOption = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="RUN|FILE",
        show_default="gate.baseline of the rules",
        help="Compare with this run or baseline file.",
    ),
]


@app.command(CHECK)
def check(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    baseline: BaselineOption = None,
    rules: Annotated[
        Path,
        typer.Option("--rules", metavar="FILE", help="A TOML file with a [gate] table."),
    ] = Path("mtqe.toml"),
    rescore: Annotated[
        bool, typer.Option("--rescore", help="Score the baseline's translations again.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say in words why each rule came out so.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    junit: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default="not written",
            help="Write JUnit XML, one test case per check.",
        ),
    ] = None,
    markdown: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default="not written",
            help="Write Markdown for a comment on a pull request.",
        ),
    ] = None,
    code_quality: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            show_default="not written",
            help="Write GitLab's code quality JSON.",
        ),
    ] = None,
    github: Annotated[
        bool,
        typer.Option("--github", help="Print annotations, and add to GitHub's job summary."),
    ] = False,
) -> None:
    """Judge a run by the rules of a [gate] table.

    Exit codes: 0 pass, 3 fail, 4 inconclusive, 1 operational error.

    Example: mtqe gate reports/en-es/new --baseline baseline.jsonl --junit gate.xml
    """
    from mtqe.gate import read_gate
    from mtqe.run import Run

    result = judge_run(read_gate(rules), Run.read(run), baseline, rescore=rescore)
    write_outputs(result, junit=junit, markdown=markdown, code_quality=code_quality, github=github)
    end_with(result, explain=explain, json=json)


@app.command("suggest")
def suggest(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", help="Past run folders, the oldest first.")
    ],
) -> None:
    """Propose rules from the spread of past runs.

    They are TOML to paste into mtqe.toml.

    Example: mtqe gate suggest reports/en-es/*
    """
    from mtqe.gate.suggest import suggest as suggestions
    from mtqe.report.gate.suggestions import suggestions_toml
    from mtqe.run import Run

    typer.echo(suggestions_toml(suggestions([Run.read(run) for run in runs])))


def judge_run(gate: Gate, run: Run, baseline: Path | None, *, rescore: bool = False) -> GateResult:
    """A gate's result with the baseline that the command or the rules name."""
    from mtqe.evaluation.rescore import rescored
    from mtqe.gate import baseline_of, judge

    old = baseline_of(gate, baseline)
    if rescore and old is not None:
        old = rescored(old, run)
    return judge(gate, run, old)


def write_outputs(
    result: GateResult,
    *,
    junit: Path | None,
    markdown: Path | None,
    code_quality: Path | None,
    github: bool,
) -> None:
    """Write the files that were asked for."""
    from mtqe.report.gate.github import github_annotations
    from mtqe.report.gate.gitlab import code_quality_json
    from mtqe.report.gate.junit import junit_xml
    from mtqe.report.gate.link import report_link
    from mtqe.report.gate.markdown import gate_markdown
    from mtqe.support.files import write_whole

    comment = partial(gate_markdown, report=report_link(os.environ))
    for path, render in (
        (junit, junit_xml),
        (markdown, comment),
        (code_quality, code_quality_json),
    ):
        if path is not None:
            write_whole(path, render(result))
    if github:
        # On standard error, which GitHub reads too, so that --json stays JSON.
        for line in github_annotations(result):
            typer.echo(line, err=True)
        if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(comment(result))


def end_with(
    result: GateResult, *, explain: bool = False, json: bool = False, err: bool = False
) -> NoReturn:
    """Print what the gate found and end with its exit code."""
    print_result(result, explain=explain, json=json, err=err)
    raise typer.Exit(EXIT_CODES[result.outcome])


def print_result(
    result: GateResult, *, explain: bool = False, json: bool = False, err: bool = False
) -> None:
    """Print what the gate found."""
    from mtqe.report.gate.text import gate_json, gate_text

    typer.echo(gate_json(result) if json else gate_text(result, explain=explain), err=err)
