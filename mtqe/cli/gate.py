"""`mtqe gate`: does a run pass its rules?"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from mtqe.support.toml import CONFIG

if TYPE_CHECKING:
    from mtqe.config import LocaleFolder
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


SourceLanguageOption = Annotated[
    str | None,
    typer.Option(
        metavar="TAG",
        show_default="as [locale] says; en",
        help="Of a folder of texts: the language of the program's own.",
    ),
]


@app.command(CHECK)
def check(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|FOLDER",
            help="A run folder; a folder of a program's texts; or an mtqe.toml whose [locale] "
            "names such a folder.",
        ),
    ],
    baseline: BaselineOption = None,
    rules: Annotated[
        Path,
        typer.Option("--rules", metavar="FILE", help="A TOML file with a [gate] table."),
    ] = Path(CONFIG),
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
    source_language: SourceLanguageOption = None,
) -> None:
    """Judge a run by the rules of a [gate] table.

    In a folder of a program's texts, every file of translations is judged against the source
    language by rules about findings and missing translations; without rules, no finding may be
    new, or critical where there is no baseline (`mtqe baseline save FOLDER` writes one).

    Exit codes: 0 pass, 3 fail, 4 inconclusive, 1 operational error.

    Example: mtqe gate reports/en-es/new --baseline baseline.jsonl --junit gate.xml

    Example: mtqe gate app/src/main/res --source-language en --baseline known.jsonl
    """
    from mtqe.gate import read_gate
    from mtqe.run import Run

    if (folder := locale_folder(run, source_language, rules)) is not None:
        result = judge_folder(folder, run, rules, baseline)
    else:
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


def locale_folder(
    path: Path, source_language: str | None, rules: Path = Path(CONFIG)
) -> LocaleFolder | None:
    """The folder of a program's texts that is meant; None for a run.

    Args:
        path: a run, such a folder, or an mtqe.toml with [locale].
        source_language: as the command line says.
        rules: the file whose [checks] count, where it is there.

    Raises:
        ConfigError: the path is a configuration without [locale].
    """
    from mtqe.config import LocaleFolder, language, read_locale
    from mtqe.errors import ConfigError
    from mtqe.run import MANIFEST

    if path.suffix == ".toml" or (path / CONFIG).is_file():
        found = read_locale(path)
        if found is None:
            raise ConfigError(f"{path}: has no table [locale]; add it, or name a run or a folder.")
    elif path.is_dir() and not (path / MANIFEST).is_file():
        named = read_locale(rules) if rules.is_file() else None
        found = replace(named or LocaleFolder(path), path=path)
    else:
        return None
    if source_language is not None:
        found = replace(found, source_language=language(source_language, "--source-language"))
    return found


def judge_folder(
    folder: LocaleFolder, path: Path, rules: Path, baseline: Path | None
) -> GateResult:
    """A gate's result for a folder of texts, by the rules that there are."""
    from mtqe.evaluation.locale import gate_locale
    from mtqe.gate import read_gate
    from mtqe.support.toml import read_toml, toml_file

    file = path if path.suffix == ".toml" or (path / CONFIG).is_file() else rules
    usual = file == Path(CONFIG)
    known = toml_file(file).is_file()
    given = known and "gate" in read_toml(file, "name the rules with --rules")[0]
    gate = read_gate(file) if given or not (usual or file == path) else None
    return gate_locale(folder, gate, baseline)


def judge_run(gate: Gate, run: Run, baseline: Path | None, *, rescore: bool = False) -> GateResult:
    """A gate's result with the baseline that the command or the rules name."""
    from mtqe.cli.common import user_cache
    from mtqe.evaluation.rescore import rescored
    from mtqe.gate import baseline_of, judge

    old = baseline_of(gate, baseline)
    if rescore and old is not None:
        old = rescored(old, run, user_cache())
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
    from mtqe.corpus.writers.output import write_text
    from mtqe.report.gate.github import github_annotations
    from mtqe.report.gate.gitlab import code_quality_json
    from mtqe.report.gate.junit import junit_xml
    from mtqe.report.gate.link import report_link
    from mtqe.report.gate.markdown import gate_markdown

    comment = partial(gate_markdown, report=report_link(os.environ))
    for path, render in (
        (junit, junit_xml),
        (markdown, comment),
        (code_quality, code_quality_json),
    ):
        if path is not None:
            write_text(path, render(result))
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
