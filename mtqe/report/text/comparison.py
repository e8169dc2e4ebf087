"""A comparison as plain text, Markdown, LaTeX or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len

from mtqe.compare import Comparison, Difference, MetricComparison, SystemResult
from mtqe.compare.paired_tests import HEAVY_COVERAGE
from mtqe.compare.results import SegmentChange
from mtqe.corpus.segment_names import SegmentNames
from mtqe.support.numbers import p_text, range_text, rank_text, score_text
from mtqe.support.visible import one_line, visible
from mtqe.support.words import count

Rows = Sequence[Sequence[str]]
Render = Callable[[Rows], Iterator[str]]

FEW_CARRIERS, FEW_SHARE = 3, 0.01
"""Segments that carry half of a difference are named where they are so few, or such a share."""
CARRIERS_NAMED = 3
"""Of those, how many are named; JSON has more."""
CARRIED = 0.05
"""A difference that chance explains better than this is carried by nobody."""
HEAVY = (
    "heavy tails: a sample without those few segments would show another difference; on real test "
    f"sets {HEAVY_COVERAGE} of such 95% intervals held the true one, and 71% in the worst case"
)
UNBOUNDED = 10_000
LATEX_SPECIAL = re.compile(r"([&%$#_{}])")


def comparison_json(comparison: Comparison, names: SegmentNames | None = None) -> str:
    """Everything that was found, as JSON, with what segments are called beside their ids.

    Args:
        comparison: what was found.
        names: what segments are called; ids alone if None.
    """
    if names is None:
        return comparison.model_dump_json(indent=2)
    data = comparison.model_dump(mode="json")
    return json.dumps(_with_names(data, names), indent=2, ensure_ascii=False)


def _with_names(value: object, names: SegmentNames) -> object:
    """The same JSON with ``segment`` after each ``segment_id``, and names of ``carriers``."""
    if isinstance(value, list):
        return [_with_names(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, object] = {}
    for key, each in value.items():
        found[key] = _with_names(each, names)
        if key == "segment_id":
            found["segment"] = names(str(each))
        elif key == "carriers":
            found["carrier_names"] = [names(one) for one in each]
    return found


def comparison_text(
    comparison: Comparison, names: SegmentNames | None = None, width: int = UNBOUNDED
) -> str:
    """Render a comparison for a terminal.

    Args:
        comparison: what was found.
        names: what segments are called; their ids if None.
        width: columns; a wider table is cut into several below one another.
    """

    def render(rows: Rows) -> Iterator[str]:
        return fitted(rows, width)

    heading = lambda text: ["", text]  # noqa: E731 - one line, passed on
    return "\n".join(_document(comparison, render, heading, names or SegmentNames()))


def comparison_markdown(comparison: Comparison, names: SegmentNames | None = None) -> str:
    """For a pull request or a wiki; the arguments are those of `comparison_text`."""
    heading = lambda text: ["", f"### {text}", ""]  # noqa: E731 - one line, passed on
    return "\n".join(_document(comparison, markdown_table, heading, names or SegmentNames()))


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
    comparison: Comparison,
    render: Render,
    heading: Callable[[str], list[str]],
    names: SegmentNames,
) -> Iterator[str]:
    yield visible(comparison.verdict)
    yield from map(visible, comparison.remarks)
    for metric in comparison.metrics:
        yield from heading(_title(metric))
        yield from render(_standing_rows(metric))
        if metric.differences:
            yield ""
            yield from render(_difference_rows(metric, comparison.level))
        if found := list(_sentences(metric, names)):
            yield ""  # Markdown would take the next line for a row of the table
            yield from map(visible, found)
    rows = _slice_rows(comparison)
    if len(rows) > 1:
        yield from heading("Slices")
        yield from render(rows)
    if any(metric.differences for metric in comparison.metrics):
        yield ""
        yield _legend(comparison)


def _legend(comparison: Comparison) -> str:
    alpha = f"{1 - comparison.level:.2g}"
    tests = count(comparison.tests, "comparison")
    if not comparison.tests:
        return "Nothing was tested: no two systems differ. An interval is that of one difference."
    return (
        f"* significant: p < {alpha} after Holm's correction over {tests} (slices are corrected by "
        "themselves). Interval and p are those of the one difference by itself."
    )


def _sentences(metric: MetricComparison, names: SegmentNames) -> Iterator[str]:
    yield from (_margin(metric, item) for item in metric.differences if item.margin is not None)
    yield from (
        _carriers(metric, item, names) for item in metric.differences if _rests_on_few(item)
    )
    ahead, behind = _change_titles(metric)
    yield from _changes(ahead, metric.improved, metric, names)
    yield from _changes(behind, metric.regressed, metric, names)


def _change_titles(metric: MetricComparison) -> tuple[str, str]:
    """What the segments that changed most are called: a change, or a distance from a system."""
    others = {item.baseline for item in metric.differences}
    if len(others) == 1 and metric.standings[0].ranks is not None:
        (other,) = others
        return f"furthest ahead of {other}", f"furthest behind {other}"
    return "most improved", "most regressed"


def _rests_on_few(item: Difference) -> bool:
    few = item.half_carried_by <= max(
        FEW_CARRIERS, FEW_SHARE * (item.wins + item.ties + item.losses)
    )
    return bool(item.carriers) and item.p < CARRIED and (item.heavy_tails or few)


def _carriers(metric: MetricComparison, item: Difference, names: SegmentNames) -> str:
    listed = [names(unit) for unit in item.carriers[:CARRIERS_NAMED]]
    if item.half_carried_by > len(listed):
        listed.append("…")
    what = count(item.half_carried_by, metric.unit)
    verb = "carries" if item.half_carried_by == 1 else "carry"
    sentence = (
        f"{what} of {metric.units:,} {verb} half of the difference between {item.system} and "
        f"{item.baseline}: {'; '.join(listed)}"
    )
    return f"{sentence} ({HEAVY})" if item.heavy_tails else sentence


def _title(metric: MetricComparison) -> str:
    arrow = "↑" if metric.info.higher_is_better else "↓"
    title = f"{metric.info.label} {arrow}: {count(metric.segments, 'segment')}"
    if metric.unit == "segment" and metric.units == metric.segments:
        return title
    return f"{title}, {count(metric.units, metric.unit)} resampled"


def _standing_rows(metric: MetricComparison) -> list[list[str]]:
    sign = -metric.info.sign
    unscored_last = sorted(metric.standings, key=lambda s: (s.score is None, sign * (s.score or 0)))
    return [["ranks", "system", "score", "interval"]] + [
        [rank_text(item.ranks), item.system, _number(metric, item.score), _range(metric, item)]
        for item in unscored_last
    ]


def _difference_rows(metric: MetricComparison, level: float) -> list[list[str]]:
    head = ["system", "against", "difference", f"{level:.0%} interval", "p", "corrected p"]
    rows = [_difference_row(metric, item) for item in metric.differences]
    return [[*head, "wins/ties/losses", "raters would agree"], *rows]


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
        "not known" if agreement is None else f"{agreement:.0%}",
    ]


def _margin(metric: MetricComparison, item: Difference) -> str:
    bound = score_text(item.margin, metric.info.decimals)
    if item.equivalent:
        return f"{item.system} and {item.baseline} differ by less than {bound} (significant)"
    if item.not_worse:
        return (
            f"{item.system} is worse than {item.baseline} by less than {bound}, if at all "
            "(significant)"
        )
    return f"{item.system} is not shown to be worse than {item.baseline} by less than {bound}"


def _marked(metric: MetricComparison, item: Difference) -> str:
    return f"{_number(metric, item.difference, signed=True)}{'*' if item.shown else ''}"


def _slice_rows(comparison: Comparison) -> list[list[str]]:
    rows = [["slice", "segments", "metric", "system", "against", "difference", "corrected p"]]
    for part in comparison.slices:
        for metric in part.metrics:
            listed = [item for item in metric.differences if part.asked or item.shown]
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
                for item in listed
            ]
    return rows


def _changes(
    title: str, changes: Sequence[SegmentChange], metric: MetricComparison, names: SegmentNames
) -> Iterator[str]:
    if not changes:
        return
    several = len(metric.standings) > 2
    yield f"{title}:"
    for item in changes:
        whose = f", {item.system}" if several else ""
        yield f"- {_number(metric, item.change, signed=True)}{whose}: {names(item.segment_id)}"


def _number(metric: MetricComparison, value: float | None, *, signed: bool = False) -> str:
    return score_text(value, metric.info.decimals, signed=signed)


def _range(
    metric: MetricComparison, item: SystemResult | Difference, *, signed: bool = False
) -> str:
    return range_text(item.low, item.high, metric.info.decimals, signed=signed)


def fitted(rows: Rows, width: int) -> Iterator[str]:
    """A table, or where it is too wide several, each beginning with the first column."""
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    blocks: list[list[int]] = [[0]]
    used = widths[0]
    for column in range(1, len(widths)):
        if used + 2 + widths[column] > width and len(blocks[-1]) > 1:
            blocks.append([0])
            used = widths[0]
        blocks[-1].append(column)
        used += 2 + widths[column]
    for number, block in enumerate(blocks):
        if number:
            yield ""
        yield from aligned([[row[column] for column in block] for row in rows])


def aligned(rows: Rows) -> Iterator[str]:
    """Columns as wide as a terminal shows them: a Chinese character takes two places."""
    rows = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()


def markdown_table(rows: Rows) -> Iterator[str]:
    """A Markdown table, of which the first row is the head."""
    head, *body = ([_markdown_cell(cell) for cell in row] for row in rows)
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    yield from (f"| {' | '.join(row)} |" for row in body)


def _markdown_cell(text: str) -> str:
    return one_line(" ".join(text.replace("|", r"\|").split()))


def _latex_score(metric: MetricComparison, standing: SystemResult) -> str:
    ranks = "" if standing.ranks is None else f"$^{{{rank_text(standing.ranks)}}}$"
    return f"{_number(metric, standing.score)}{ranks}"


def _latex(text: str) -> str:
    return LATEX_SPECIAL.sub(r"\\\1", text.replace("\\", r"\textbackslash "))
