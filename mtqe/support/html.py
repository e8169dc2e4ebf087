"""Small tables and bars for notebooks, with everything escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from mtqe.support.visible import visible

LEFT, WIDTH, HEIGHT = 4, 160, 14
"""Margin and size of a bar's picture, in pixels."""

CELL = "text-align:left;padding:2px 12px 2px 0"

Cell = str | Markup | None


def table(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], *, caption: str, notes: Sequence[str] = ()
) -> Markup:
    """A table with a caption above it and sentences below it.

    Args:
        head: the columns' titles.
        rows: cells; text is escaped, None is an empty cell.
        caption: what the table shows.
        notes: what a reader must know.

    Control characters and marks that reorder text are shown as signs; Jupyter takes no dollar
    signs in it for formulas.
    """
    style = Markup(f'<td style="{CELL};vertical-align:top;white-space:pre-wrap">')
    titles = Markup("").join(
        Markup('<th style="{}">{}</th>').format(CELL, _shown(title)) for title in head
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(style + _shown(cell) + Markup("</td>") for cell in row)
        )
        for row in rows
    )
    below = Markup("").join(Markup("<p>{}</p>").format(_shown(note)) for note in notes)
    return Markup(
        '<div class="tex2jax_ignore mathjax_ignore"><p><strong>{}</strong></p>'
        '<table style="font-variant-numeric:tabular-nums">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}</div>"
    ).format(_shown(caption), titles, body, below)


def _shown(cell: Cell) -> Markup:
    if isinstance(cell, Markup):
        return cell
    return escape(visible(cell or ""))


def interval_bar(
    value: float | None,
    low: float | None,
    high: float | None,
    ends: tuple[float, float],
    label: str,
    mark: float | None = None,
) -> Markup | None:
    """A picture of a value with its interval; None where there is no interval.

    Args:
        value: where the dot is.
        low: lower end of the line.
        high: upper end.
        ends: the values at the picture's left and right edge.
        label: what a screen reader says.
        mark: a value at which a dashed line stands, such as 0 for a difference.
    """
    if value is None or low is None or high is None:
        return None
    start, end = ends
    step = WIDTH / (end - start) if end > start else 0.0
    at = [LEFT + (number - start) * step for number in (low, high, value)]
    tick = Markup("")
    if mark is not None:
        tick = Markup(
            '<line x1="{0:.1f}" x2="{0:.1f}" y1="0" y2="14" stroke-dasharray="2"/>'
        ).format(LEFT + (mark - start) * step)
    return Markup(
        '<svg role="img" aria-label="{}" width="{}" height="{}" fill="currentColor" '
        'stroke="currentColor"><line x1="{:.1f}" x2="{:.1f}" y1="7" y2="7" stroke-width="2"/>'
        '<circle cx="{:.1f}" cy="7" r="3.5"/>{}</svg>'
    ).format(label, WIDTH + 2 * LEFT, HEIGHT, *at, tick)
