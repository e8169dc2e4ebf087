"""Metrics judged by people's scores, as text, Markdown or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

from mtqe.people.metaeval.judge_metrics import (
    CampaignResult,
    Difference,
    MetricStanding,
    StatisticResult,
)
from mtqe.people.metaeval.spans import SpanStanding
from mtqe.report.text.comparison import UNBOUNDED, Rows, fitted, markdown_table
from mtqe.support.visible import visible
from mtqe.support.words import count

Render = Callable[[Rows], Iterator[str]]
NO_SCORES = "-"
CLUSTERS = (
    "In brackets: clusters. Metrics of cluster 2 are significantly worse than some metric of "
    "cluster 1 (PERM-BOTH, p <= 0.05); within a cluster no order is certain."
)
SPAN_HEAD = ("origin", "precision", "recall", "F1", "characters marked", "by people")


def metaeval_text(
    results: Sequence[CampaignResult], *, p_values: bool = False, width: int = UNBOUNDED
) -> str:
    """Tables for a terminal.

    Args:
        results: what was found.
        p_values: also print those of all pairs of metrics.
        width: columns; a wider table is cut into several below one another.
    """
    return _joined(results, lambda rows: fitted(rows, width), p_values)


def metaeval_markdown(results: Sequence[CampaignResult], *, p_values: bool = False) -> str:
    """The same in Markdown."""
    return _joined(results, markdown_table, p_values)


def metaeval_json(results: Sequence[CampaignResult]) -> str:
    """Everything, with p-values and thresholds."""
    return json.dumps([asdict(result) for result in results], indent=2)


def _joined(results: Sequence[CampaignResult], render: Render, p_values: bool) -> str:
    lines: list[str] = []
    for result in results:
        lines += ["", *_campaign(result, render)]
        lines += _spans(result, render)
        if p_values:
            for statistic in result.statistics:
                lines += ["", *_p_values(statistic, render)]
    if any(_has_clusters(statistic) for result in results for statistic in result.statistics):
        lines += ["", CLUSTERS]
    return visible("\n".join(lines[1:]))


def _has_clusters(statistic: StatisticResult) -> bool:
    return len(statistic.standings) > 1 and any(item.rank for item in statistic.standings)


def _campaign(result: CampaignResult, render: Render) -> Iterator[str]:
    yield _title(result)
    yield ""
    head = ["metric", *(f"{item.label} ({item.level})" for item in result.statistics)]
    yield from render([head, *_rows(result)])
    if result.notes:
        yield ""
        yield from result.notes


def _spans(result: CampaignResult, render: Render) -> Iterator[str]:
    """Agreement of spans, a table for each of the people."""
    for people in dict.fromkeys(item.people for item in result.spans):
        standings = [item for item in result.spans if item.people == people]
        translations = count(standings[0].translations, "translation")
        yield ""
        yield f"Error spans by characters against {people}, {translations}"
        yield ""
        yield from render([SPAN_HEAD, *map(_span_row, standings)])


def _span_row(item: SpanStanding) -> list[str]:
    scores = item.scores
    shares = (scores.precision, scores.recall, scores.f1)
    marked = (scores.marked, scores.marked_by_people)
    return [item.origin, *(f"{x:.3f}" for x in shares), *(f"{x:,}" for x in marked)]


def _title(result: CampaignResult) -> str:
    systems = count(len(result.systems), "system")
    title = f"{result.name}: {systems} scored by people ({result.people})"
    if result.segments is None:
        return title
    return f"{title}, {count(result.ratings, 'rating')} of {count(result.segments, 'segment')}"


def _rows(result: CampaignResult) -> Iterator[list[str]]:
    """Metrics in the order of the first statistic; those that it lacks come last."""
    names = dict.fromkeys(s.metric for item in result.statistics for s in item.standings)
    for name in names:
        yield [name, *(_cell(item.of(name)) for item in result.statistics)]


def _cell(standing: MetricStanding | None) -> str:
    if standing is None:
        return NO_SCORES
    rank = "" if standing.rank is None else f" ({standing.rank})"
    return f"{standing.value:.3f}{rank}"


def _p_values(statistic: StatisticResult, render: Render) -> Iterator[str]:
    names = [standing.metric for standing in statistic.standings]
    tests = {(test.better, test.worse): _p(test) for test in statistic.tests}
    yield f"{statistic.label} ({statistic.level}): p-value that the row's metric is not better"
    yield ""
    yield from render(
        [
            ["better", *names[1:]],
            *([row, *(tests.get((row, column), "") for column in names[1:])] for row in names[:-1]),
        ]
    )


def _p(test: Difference) -> str:
    return f"{test.p:.3f}" if test.p else f"<{1 / test.permutations:.3g}"
