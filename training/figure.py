"""``python -m training.figure dev.json FIGURE.svg``: who agrees with people, and by how much."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

import numpy as np

from training.dev import MEAN

MEASURE = "preference"
SETS: Mapping[str, str] = {
    "wmt24-esa": "WMT 2024, ESA by people (en-cs, en-hi, en-ja, en-zh)",
    "mtpref": "Preferences of linguists (en-de, zh-en)",
    "ted21-mqm": "TED 2021, MQM (en-de, en-ru, zh-en)",
}
LEFT, WIDTH, ROW, RIGHT = 260, 420, 22, 70
_LOW, _HIGH = 0.5, 0.66

Figure = tuple[float, float, float]
# By set, language pair, measure and metric.
Found = Mapping[str, Mapping[str, Mapping[str, Mapping[str, Figure]]]]


def main() -> None:
    """Draw what `training.dev` found."""
    parser = argparse.ArgumentParser(prog="python -m training.figure", description=__doc__)
    parser.add_argument("found", type=Path)
    parser.add_argument("figure", type=Path)
    arguments = parser.parse_args()
    found = json.loads(arguments.found.read_text(encoding="utf-8"))
    arguments.figure.write_text(draw(panels(found)), encoding="utf-8")


def panels(found: Found) -> dict[str, Mapping[str, Figure]]:
    """Means over the language pairs of each set: value, low, high of each metric."""
    return {title: found[name][MEAN][MEASURE] for name, title in SETS.items() if name in found}


def draw(shown: Mapping[str, Mapping[str, Figure]]) -> str:
    """A panel a set, a line a metric, the best first."""
    rows = list(_rows(shown))
    height = ROW * (len(rows) + 2)
    ticks = "".join(_tick(value, height) for value in np.arange(_LOW, _HIGH + 0.001, 0.04))
    body = "".join(row.format(y=ROW * (number + 1)) for number, row in enumerate(rows))
    size = f'width="{LEFT + WIDTH + RIGHT}" height="{height}"'
    style = "text{font:13px sans-serif}@media(prefers-color-scheme:dark){svg{background:#fff}}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
        f"<title>Share of pairs of translations of one source ordered as people order them</title>"
        f"<style>{style}</style>{ticks}{body}</svg>\n"
    )


def _rows(shown: Mapping[str, Mapping[str, Figure]]) -> Iterator[str]:
    for title, metrics in shown.items():
        yield f'<text x="0" y="{{y}}" font-weight="bold">{escape(title)}</text>'
        for name, figure in sorted(metrics.items(), key=lambda item: -item[1][0]):
            yield _row(name, *figure)


def _row(name: str, value: float, low: float, high: float) -> str:
    colour = "#b3261e" if name == "mtqe-comet-mini" else "#444"
    line = f'<path d="M{_x(low)} 0H{_x(high)}" stroke="{colour}" stroke-width="2"/>'
    dot = f'<circle cx="{_x(value)}" cy="0" r="4" fill="{colour}"/>'
    label = (
        f'<text x="{LEFT - 10}" y="{{y}}" text-anchor="end" fill="{colour}">{escape(name)}</text>'
    )
    number = f'<text x="{_x(high) + 8}" y="{{y}}" fill="{colour}">{value:.3f}</text>'
    return f'{label}<g transform="translate(0 {{y}}) translate(0 -4)">{line}{dot}</g>{number}'


def _tick(value: float, height: int) -> str:
    x = _x(value)
    line = f'<path d="M{x} 4V{height - ROW}" stroke="#ddd"/>'
    return (
        f'{line}<text x="{x}" y="{height - 6}" text-anchor="middle" fill="#444">{value:.2f}</text>'
    )


def _x(value: float) -> int:
    return round(LEFT + WIDTH * (min(max(value, _LOW), _HIGH) - _LOW) / (_HIGH - _LOW))


if __name__ == "__main__":
    main()
