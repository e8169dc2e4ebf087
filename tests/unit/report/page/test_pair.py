from __future__ import annotations

import pytest

from mtqe.api import score
from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.errors import IncompatibleRuns
from mtqe.report.page.data import report_data
from mtqe.report.page.pair import pair_data
from mtqe.report.page.render import render_html

GOOD = tuple(f"The cat number {i} sat on the mat." for i in range(12))
BAD = tuple(f"Cat {i} mat." for i in range(12))


def _corpus(target: str = "en", texts: tuple[str, ...] = GOOD) -> Corpus:
    segments = tuple(
        Segment(f"s{i}", f"Katze {i}", (text,), metadata={"half": str(i % 2)})
        for i, text in enumerate(texts)
    )
    return Corpus("cats", LanguagePair("de", target), segments)


def _run(corpus: Corpus, metrics=("chrf",), **systems: tuple[str, ...]):
    return score(corpus, systems, list(metrics), use_cache=False)


@pytest.fixture(scope="module")
def data():
    new = _run(_corpus(), ("chrf", "ter"), engine=BAD, extra=GOOD)
    old = _run(_corpus(), engine=GOOD)
    new.manifest = new.manifest.model_copy(update={"created": "2026-02-01T10:00:00+00:00"})
    old.manifest = old.manifest.model_copy(update={"created": "2026-01-01T10:00:00+00:00"})
    return pair_data(new, old)


NEW, OLD = "engine · 2026-02-01 10:00", "engine · 2026-01-01 10:00"


def test_systems_carry_the_name_of_their_run(data):
    assert [system.name for system in data.manifest.systems] == [
        NEW,
        "extra · 2026-02-01 10:00",
        OLD,
    ]
    assert data.changes.pairs == ((NEW, OLD),)
    assert [system.system for system in data.segments.systems] == [
        system.name for system in data.manifest.systems
    ]
    assert data.segments.systems[0].hypotheses == BAD
    assert data.segments.systems[2].hypotheses == GOOD


def test_the_verdict_is_about_the_change(data):
    assert f"{NEW} is significantly worse than {OLD}" in data.manifest.verdict
    assert "Not shown, because only one run has it: TER." in data.manifest.remarks
    (change,) = data.changes.changes
    assert (change.metric, change.shown, change.better, change.losses) == ("chrf", True, False, 12)
    assert change.high < 0


def test_all_systems_have_intervals_and_slices(data):
    assert all(system.score("chrf").low is not None for system in data.manifest.systems)
    assert [part.value for part in data.slices[0].slices] == ["0", "1"]


def test_the_page_tells_what_changed(data):
    page = render_html(data)
    assert "Changes between the runs" in page
    assert NEW in page


def test_a_page_of_one_run_tells_of_no_change(data):
    assert "Changes between the runs" not in render_html(report_data(_run(_corpus(), a=GOOD)))


@pytest.mark.parametrize(
    ("other", "field"),
    [
        (_corpus("fr"), r"corpus\.target_language \(en and fr\)"),
        (_corpus(texts=GOOD[:5]), r"corpus\.segments \(12 and 5\)"),
        (_corpus(texts=GOOD[::-1]), r"corpus\.hash"),
    ],
)
def test_other_corpora_are_refused_with_the_field(other, field):
    texts = tuple(segment.references[0] for segment in other.segments)
    with pytest.raises(IncompatibleRuns, match=field):
        pair_data(_run(_corpus(), engine=GOOD), _run(other, engine=texts))


def test_runs_without_a_common_metric_are_refused():
    with pytest.raises(IncompatibleRuns, match="no metric in common"):
        pair_data(_run(_corpus(), ["ter"], engine=GOOD), _run(_corpus(), engine=GOOD))
