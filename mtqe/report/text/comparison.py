"""A comparison as plain text, Markdown, LaTeX or JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len

from mtqe.compare import Comparison, Difference, MetricComparison, SystemResult
from mtqe.compare.results import SegmentChange
from mtqe.support.numbers import p_text, range_text, score_text

Rows = Sequence[Sequence[str]]
Render = Callable[[Rows], Iterator[str]]

LATEX_SPECIAL = re.compile(r"([&%$#_{}])")


def comparison_json(comparison: Comparison) -> str:
    """Everything that was found, as JSON."""
    return comparison.model_dump_json(indent=2)


def comparison_text(comparison: Comparison) -> str:
    """Render a comparison for a terminal."""
    return "\n".join(_document(comparison, aligned, heading=lambda text: ["", text]))


def comparison_markdown(comparison: Comparison) -> str:
    """For a pull request or a wiki."""
    heading = lambda text: ["", f"### {text}", ""]  # noqa: E731 - one line, passed on
    return "\n".join(_document(comparison, _markdown, heading=heading))


def comparison_latex(comparison: Comparison) -> str:
    """One tabular of systems by metrics for a paper, with ranks as exponents (booktabs)."""
    systems = [standing.system for standing in comparison.metrics[0].standings]
    columns = "l" + "r" * len(comparison.metrics)
    head = " & ".join(["System", *(_latex(m.info.label) for m in comparison.metrics)])
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", rf"{head} \\", r"\midrule"]
    for index, system in enumerate(systems):
        cells = [_latex_score(metric, metric.standings[index]) for metric in comparison.metrics]
        lines.append(" & ".join([_latex(system), *cells]) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def _document(
    comparison: Comparison, render: Render, heading: Callable[[str], list[str]]
) -> Iterator[str]:
    yield comparison.verdict
    yield from comparison.remarks
    for metric in comparison.metrics:
        yield from heading(_title(metric))
        yield from render(_standing_rows(metric))
        if metric.differences:
            yield ""
            yield from render(_difference_rows(metric))
        if found := list(_sentences(metric)):
            yield ""  # Markdown would take the next line for a row of the table
            yield from found
    if comparison.slices:
        yield from heading("Slices")
        yield from render(_slice_rows(comparison))


def _sentences(metric: MetricComparison) -> Iterator[str]:
    yield from (_margin(metric, item) for item in metric.differences if item.margin is not None)
    yield from _changes("most improved", metric.improved, metric)
    yield from _changes("most regressed", metric.regressed, metric)


def _title(metric: MetricComparison) -> str:
    arrow = "↑" if metric.info.higher_is_better else "↓"
    plural = "s" if metric.units != 1 else ""
    return (
        f"{metric.info.label} {arrow}: {metric.segments} segments, "
        f"{metric.units} {metric.unit}{plural} resampled"
    )


def _standing_rows(metric: MetricComparison) -> list[list[str]]:
    rows = [["rank", "system", "score", "interval"]]
    unscored_last = sorted(
        metric.standings, key=lambda s: (s.score is None, -metric.info.quality(s.score or 0.0))
    )
    for standing in unscored_last:
        rank = "" if standing.cluster is None else str(standing.cluster)
        rows.append(
            [rank, standing.system, _number(metric, standing.score), _range(metric, standing)]
        )
    return rows


def _difference_rows(metric: MetricComparison) -> list[list[str]]:
    head = ["system", "against", "difference", "interval", "p", "corrected", "wins/ties/losses"]
    rows = [_difference_row(metric, item) for item in metric.differences]
    return [[*head, "people agree"], *rows]


def _difference_row(metric: MetricComparison, item: Difference) -> list[str]:
    agreement = item.human_agreement
    return [
        item.system,
        item.baseline,
        _marked(metric, item),
        _range(metric, item, signed=True),
        p_text(item.p),
        p_text(item.p_corrected),
        f"{item.wins}/{item.ties}/{item.losses}",
        "no calibration" if agreement is None else f"{agreement:.0%}",
    ]


def _margin(metric: MetricComparison, item: Difference) -> str:
    bound = score_text(item.margin, metric.info.decimals)
    if item.equivalent:
        return f"{item.system} and {item.baseline} are shown to differ by less than {bound}"
    if item.not_worse:
        return f"{item.system} is shown to be worse than {item.baseline} by at most {bound}"
    return f"{item.system} may be worse than {item.baseline} by {bound} or more"


def _marked(metric: MetricComparison, item: Difference) -> str:
    return f"{_number(metric, item.difference, signed=True)}{'*' if item.shown else ''}"


def _slice_rows(comparison: Comparison) -> list[list[str]]:
    rows = [["slice", "segments", "metric", "system", "against", "difference", "corrected p"]]
    for part in comparison.slices:
        for metric in part.metrics:
            rows += [
                [
                    f"{part.column}={part.value}",
                    str(metric.segments),
                    metric.info.label,
                    item.system,
                    item.baseline,
                    _marked(metric, item),
                    p_text(item.p_corrected),
                ]
                for item in metric.differences
            ]
    return rows


def _changes(
    title: str, changes: Sequence[SegmentChange], metric: MetricComparison
) -> Iterator[str]:
    if changes:
        several = len(metric.standings) > 2
        parts = (
            f"{c.segment_id}{f' {c.system}' if several else ''} "
            f"({_number(metric, c.change, signed=True)})"
            for c in changes
        )
        yield f"{title}: {', '.join(parts)}"


def _number(metric: MetricComparison, value: float | None, *, signed: bool = False) -> str:
    return score_text(value, metric.info.decimals, signed=signed)


def _range(
    metric: MetricComparison, item: SystemResult | Difference, *, signed: bool = False
) -> str:
    return range_text(item.low, item.high, metric.info.decimals, signed=signed)


def aligned(rows: Rows) -> Iterator[str]:
    """Columns as wide as a terminal shows them: a Chinese character takes two places."""
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _markdown(rows: Rows) -> Iterator[str]:
    head, *body = ([" ".join(cell.replace("|", r"\|").split()) for cell in row] for row in rows)
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    yield from (f"| {' | '.join(row)} |" for row in body)


def _latex_score(metric: MetricComparison, standing: SystemResult) -> str:
    rank = "" if standing.cluster is None else f"$^{{{standing.cluster}}}$"
    return f"{_number(metric, standing.score)}{rank}"


def _latex(text: str) -> str:
    return LATEX_SPECIAL.sub(r"\\\1", text.replace("\\", r"\textbackslash "))
