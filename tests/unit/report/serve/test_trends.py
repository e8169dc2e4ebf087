from __future__ import annotations

from html.parser import HTMLParser

import pytest

from mtqe.report.serve.runs_page import render_problem, render_runs
from mtqe.report.serve.trends import HEIGHT, WIDTH, Listed, groups
from mtqe.run import RunManifest
from tests.unit.report.tiny_run import tiny_run


@pytest.fixture(scope="module")
def manifest(tmp_path_factory) -> RunManifest:
    return tiny_run(tmp_path_factory.mktemp("tiny") / "run").manifest


def _run(manifest: RunManifest, day: int, bleu: float | None, **changes) -> Listed:
    """A run of a day with a score of the first system."""
    first, *others = manifest.systems
    score = first.score("bleu").model_copy(update={"score": bleu, **changes.pop("score", {})})
    system = first.model_copy(update={"scores": (score, first.score("ter"))})
    update = {"systems": (system, *others), "created": f"2026-01-{day:02}T00:00:00+00:00"}
    return Listed(f"nightly/{day}", manifest.model_copy(update=update | changes))


def _line(group, metric: str = "bleu"):
    chart = next(chart for chart in group.charts if chart.metric.name == metric)
    return chart, chart.lines[0]


def test_runs_stand_in_the_order_of_their_time_whatever_their_names(manifest):
    (group,) = groups([_run(manifest, 9, 30.0), _run(manifest, 10, 40.0), _run(manifest, 1, 20.0)])
    assert [run.path for run in group.runs] == ["nightly/1", "nightly/9", "nightly/10"]
    chart, line = _line(group)
    assert [point.label[-4:] for point in line.points] == ["20.0", "30.0", "40.0"]
    assert [point.y for point in line.points] == sorted((p.y for p in line.points), reverse=True)
    assert chart.summary.startswith("BLEU: exact from 20.0 to 40.0 in 3 runs; late")


def test_every_point_and_interval_is_inside_the_picture(manifest):
    runs = [
        _run(manifest, 1, 12.3, score={"low": 3.0, "high": 61.0}),
        _run(manifest, 2, 99.9, score={"low": None, "high": None}),
    ]
    (group,) = groups(runs)
    for chart in group.charts:
        for line in chart.lines:
            for point in line.points:
                assert 0 < point.x < WIDTH
                assert 0 <= point.top <= point.y <= point.bottom < HEIGHT


def test_equal_scores_still_have_an_axis(manifest):
    (group,) = groups([_run(manifest, 1, 60.04)])
    chart, _ = _line(group)
    assert len(chart.ticks) >= 2


def test_a_changed_signature_begins_a_new_line(manifest):
    changed = _run(manifest, 3, 50.0, score={"signature": "other"})
    (group,) = groups([_run(manifest, 1, 20.0), _run(manifest, 2, 30.0), changed])
    chart, line = _line(group)
    assert [len(part) for part in line.parts] == [2, 1]
    assert chart.broken
    assert not _line(group, "ter")[0].broken


def test_a_run_without_a_score_leaves_no_point(manifest):
    (group,) = groups([_run(manifest, 1, None), _run(manifest, 2, float("nan"))])
    _, line = _line(group)
    assert line.system == "late"


def test_other_test_sets_are_groups_of_their_own_the_newest_first(manifest):
    corpus = manifest.corpus.model_copy(update={"hash": "1" * 64, "name": "other"})
    found = groups([_run(manifest, 1, 20.0), _run(manifest, 2, 20.0, corpus=corpus)])
    assert [group.corpus.name for group in found] == ["other", "tiny"]


def test_hostile_names_are_text(manifest):
    evil = "</title><script>alert(1)</script>\" onload='x'"
    corpus = manifest.corpus.model_copy(update={"name": evil})
    system = manifest.systems[0].model_copy(update={"name": evil})
    run = manifest.model_copy(update={"corpus": corpus, "systems": (system,), "verdict": evil})
    page = render_runs(evil, groups([Listed(evil, run)]), [evil])
    for text in (page, render_problem(evil)):
        parser = _Elements()
        parser.feed(text)
        assert "script" not in parser.tags
        assert not [name for name in parser.attributes if name.startswith("on")]
    assert "&lt;script&gt;alert(1)" in page


class _Elements(HTMLParser):
    """The names of all elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def test_no_run_at_all_is_said():
    assert "No run was found" in render_runs("empty", (), ())
