"""Figures of runs and comparisons show the numbers that runs and comparisons have."""

from __future__ import annotations

import base64
import re
import sys
import warnings
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

import mtqe
from mtqe.errors import ConfigError
from mtqe.report.figures.style import THEMES

REFERENCES = [f"the cat number {number} sat on the mat" for number in range(30)]
NAMES = ("old", "new $x^2$", "none")


@pytest.fixture(scope="module")
def run():
    systems = {
        "old": [t.replace("sat", "sits") if n % 2 else t for n, t in enumerate(REFERENCES)],
        "new $x^2$": [text if n % 9 else "a dog" for n, text in enumerate(REFERENCES)],
        "none": [None] * len(REFERENCES),
    }  # fmt: skip
    return mtqe.score(
        systems, REFERENCES, target_language="en", metrics=["chrf", "ter"], use_cache=False
    )


@pytest.fixture(scope="module")
def comparison(run):
    return mtqe.compare_run(run, baseline="old")


def points(axes):
    """Row and value of each point that a panel shows."""
    found = [line for line in axes.lines if len(line.get_xdata()) == 1]
    return {int(line.get_ydata()[0]): float(line.get_xdata()[0]) for line in found}


def intervals(axes):
    lines = [line for line in axes.lines if len(line.get_xdata()) == 2]
    return {
        int(line.get_ydata()[0]): tuple(map(float, line.get_xdata()))
        for line in lines
        if line.get_ydata()[0] == line.get_ydata()[1]
    }


def test_scores_stand_where_the_run_says(run):
    figure = run.figure()
    assert isinstance(figure, Figure)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["chrF", "TER"]
    for axes, metric in zip(figure.axes, ("chrf", "ter"), strict=True):
        scores = [system.score(metric) for system in run.manifest.systems]
        assert points(axes) == {0: scores[0].score, 1: scores[1].score}
        assert intervals(axes) == {n: (scores[n].low, scores[n].high) for n in (0, 1)}
        assert [text.get_text() for text in axes.texts] == ["unscored"]
    assert figure.axes[0].get_xlabel() == "score (higher is better)"
    assert figure.axes[1].get_xlabel() == "score (lower is better)"
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == list(NAMES)


def test_segments_boxes_are_quantiles(run):
    (axes,) = run.figure("segments", metrics="chrf").axes
    values = run.segments.loc[run.segments["system"] == "old", "chrf"].to_numpy()
    box = axes.lines[0].get_xdata()
    assert (min(box), max(box)) == pytest.approx(tuple(np.quantile(values, [0.25, 0.75])))
    medians = [line for line in axes.lines if line.get_linewidth() == 2]
    assert medians[0].get_xdata()[0] == pytest.approx(np.median(values))


def test_differences_stand_where_the_comparison_says(comparison):
    figure = comparison.figure()
    for axes, part in zip(figure.axes, comparison.metrics, strict=True):
        (item,) = part.differences
        assert points(axes) == {0: item.difference}
        assert intervals(axes) == {0: (item.low, item.high)}
        (point,) = [line for line in axes.lines if len(line.get_xdata()) == 1]
        filled = point.get_markerfacecolor() == point.get_markeredgecolor()
        assert filled is item.shown
    assert "against old" in figure.texts[1].get_text()


def test_runs_compared_name_their_own_baselines(run):
    texts = [f"{text} today" for text in REFERENCES]
    systems = {"old": texts, "new $x^2$": REFERENCES}
    older = mtqe.score(systems, REFERENCES, target_language="en", metrics="chrf", use_cache=False)
    newer = mtqe.score(
        {"old": REFERENCES, "new $x^2$": texts},
        REFERENCES, target_language="en", metrics="chrf", use_cache=False,
    )  # fmt: skip
    figure = mtqe.compare_runs(newer, older).figure()
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(labels) == 2
    assert all("\nagainst " in label for label in labels)
    figure.svg()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("shows", ["scores", "segments"])
def test_letters_and_marks_stand_out(run, theme, shows):
    figure = run.figure(shows, theme=theme)
    ground = THEMES[theme].ground
    assert rgb(figure.get_facecolor()) == rgb(ground)
    for axes in figure.axes:
        inks = [
            text.get_color() for text in (axes.title, axes.xaxis.label, *axes.get_yticklabels())
        ]
        inks += [line.get_color() for line in axes.lines]
        assert all(contrast(ink, ground) >= 4.5 for ink in inks)


def rgb(colour):
    from matplotlib.colors import to_rgb

    return to_rgb(colour)


def contrast(first, second):
    """WCAG's ratio of contrast."""

    def light(colour):
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(colour)]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    brighter, darker = sorted((light(first), light(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def test_a_notebook_shows_it_with_words(run):
    html = run.figure(metrics="chrf")._repr_html_()
    words = re.search(r'alt="([^"]*)"', html)[1]
    score = run.manifest.systems[0].scores[0]
    assert words.startswith("Scores with 95% intervals. score, en, 30 segments. chrF: old ")
    assert f"old {score.score:.1f} ({score.low:.1f} to {score.high:.1f})" in words
    assert "none unscored" in words
    picture = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1])
    texts = "".join(ElementTree.fromstring(picture).itertext())
    assert "new $x^2$" in texts


def test_the_same_figure_has_the_same_bytes(run):
    assert run.figure().svg() == run.figure().svg()


def test_the_users_own_settings_are_left_alone(run):
    import matplotlib as mpl

    with mpl.rc_context({"axes.facecolor": "red", "font.size": 30}):
        figure = run.figure()
        assert mpl.rcParams["axes.facecolor"] == "red"
    assert rgb(figure.axes[0].get_facecolor()) == rgb(THEMES["light"].ground)


def test_odd_names_are_shown_and_not_obeyed():
    names = ["<script>alert(1)</script>", "$\\frac{1}$", "中文 عربي", "_hidden", "x" * 80]
    systems = {name: ["a cat", "a dog"] for name in names}
    run = mtqe.score(systems, ["a cat", "a pig"], metrics="chrf", use_cache=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        html = run.figure()._repr_html_()
    assert "<script>" not in html
    assert "x…" in base64.b64decode(re.search(r"base64,([^\"]+)", html)[1]).decode()


def test_one_system_and_one_segment_can_be_drawn():
    run = mtqe.score(["a cat"], ["a cat"], metrics="chrf", use_cache=False)
    for shows in ("scores", "segments"):
        run.figure(shows).svg()
    with pytest.raises(ConfigError, match="compare two"):
        mtqe.compare_run(run).figure()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"shows": "score"}, "'score' is not one of scores, segments"),
        ({"theme": "blue"}, "'blue' is not one of light, dark"),
        ({"theme": None}, "theme"),
        ({"metrics": "chfr"}, "did you mean 'chrf'?"),
        ({"metrics": [3]}, "not a name"),
    ],
)
def test_what_cannot_be_drawn_is_said(run, given, words):
    with pytest.raises(ConfigError, match=re.escape(words)):
        run.figure(**given)


def test_the_extra_is_named_where_it_is_missing(run, comparison, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for draw in (run.figure, comparison.figure):
        with pytest.raises(ConfigError, match=r"pip install 'mtqe\[plots\]'"):
            draw()
