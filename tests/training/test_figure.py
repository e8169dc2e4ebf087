"""The figure of docs/why/models.md: every metric, in the order of its agreement."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from training.figure import SETS, draw, panels

FOUND: Any = {
    "mtpref": {
        "mean": {"preference": {"chrf": [0.55, 0.53, 0.57], "a<b": [0.6, 0.58, 0.62]}},
        "en-de": {"preference": {"chrf": [0.5, 0.4, 0.6], "a<b": [0.5, 0.4, 0.6]}},
    }
}


def test_metrics_come_best_first_with_their_values():
    svg = ElementTree.fromstring(draw(panels(FOUND)))
    texts = [element.text for element in svg.iter() if element.tag.endswith("text")]
    assert texts.index(SETS["mtpref"]) < texts.index("a<b") < texts.index("chrf")
    assert {"0.600", "0.550"} <= set(texts)


def test_dots_and_intervals_lie_where_their_values_are():
    svg = ElementTree.fromstring(draw(panels(FOUND)))
    best, chrf = [int(e.attrib["cx"]) for e in svg.iter() if e.tag.endswith("circle")]
    assert best > chrf
    line = [e.attrib["d"] for e in svg.iter() if e.attrib.get("stroke") == "#444"][-1]
    low, high = (int(x) for x in line.removeprefix("M").replace(" 0H", " ").split())
    assert low < chrf < high
