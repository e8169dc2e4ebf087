"""`mtqe metaeval`: how far metrics agree with people."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import MetricOption, say, show_progress

STATISTICS_HELP = (
    "What to compute: system-spa, system-accuracy, system-pearson, system-kendall, or "
    "segment-acc-eq, segment-pearson or segment-kendall with -none, -item or -system for how "
    "translations are grouped; repeatable."
)


def metaeval(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DATA",
            help="A run with people's scores, an mt-metrics-eval folder, or a table.",
        ),
    ],
    scores: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[SCORES]...",
            help="Further metrics: NAME-REF.seg.score or .sys.score files, or tables.",
        ),
    ] = None,
    language_pair: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PAIR",
            show_default="all",
            help="Only this language pair, such as en-de; repeatable.",
        ),
    ] = None,
    human_scores: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            show_default="the only ones, or mqm",
            help="Which scores by people: a kind, a run's metric, or a table's column.",
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            show_default="the first",
            help="Judge metrics that look at this reference, or at none.",
        ),
    ] = None,
    metric: MetricOption = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SYSTEM",
            show_default="none",
            help="Leave this system out, as an outlier; repeatable.",
        ),
    ] = None,
    human_translations: Annotated[
        bool,
        typer.Option(
            "--human-translations", help="Count rated references as systems, but for --reference."
        ),
    ] = False,
    statistic: Annotated[
        list[str] | None,
        typer.Option(
            "--statistic",
            metavar="NAME",
            show_default="SPA, accuracy, Pearson; acc-eq by item, Pearson",
            help=STATISTICS_HELP,
        ),
    ] = None,
    permutations: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Permutations behind each test of two metrics; 0 for no tests and ranks.",
        ),
    ] = 1000,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="The same seed gives the same p-values.")
    ] = 12345,
    p_values: Annotated[
        bool, typer.Option("--p-values", help="Also print the p-value of each pair of metrics.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, p-values included.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
) -> None:
    """Judge metrics by people's scores, as WMT's metrics task does.

    The number in brackets is the metric's cluster: metrics of cluster 2 are significantly worse
    than some metric of cluster 1 (PERM-BOTH, p <= 0.05). What each figure means:
    https://mtqe.github.io/mtqe/how-to/judge-metrics/

    Example: mtqe metaeval mt-metrics-eval-v2/wmt22 mine-refA.seg.score --language-pair zh-en
    """
    from mtqe.people.metaeval.campaign_folder import Choice
    from mtqe.people.metaeval.judge_metrics import JudgeSettings, judge
    from mtqe.people.metaeval.perm_both import Permutations
    from mtqe.people.metaeval.read_campaigns import read_campaigns
    from mtqe.report.text import metaeval as rendered
    from mtqe.report.text.comparison import UNBOUNDED

    if json and markdown:
        raise typer.BadParameter("give one of --json and --markdown")
    choice = Choice(
        kind=human_scores,
        reference=reference,
        metrics=tuple(metric or ()),
        without=tuple(without or ()),
        human_translations=human_translations,
        extra=tuple(scores or ()),
    )
    campaigns = read_campaigns(data, language_pair or (), choice)
    settings = JudgeSettings(tuple(statistic or ()), Permutations(permutations, seed))
    found = judge(campaigns, settings, show_progress(json))
    if json:
        typer.echo(rendered.metaeval_json(found))
    elif markdown:
        say(rendered.metaeval_markdown(found, p_values=p_values))
    else:
        width = shutil.get_terminal_size((UNBOUNDED, 24)).columns
        say(rendered.metaeval_text(found, p_values=p_values, width=width))
