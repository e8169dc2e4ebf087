"""An unchanged evaluation is found again whole; whatever it depends on makes it another one."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from mtqe.checks.untranslated import Untranslated
from mtqe.config import NamedMetric
from mtqe.corpus.base import Translations
from mtqe.evaluation.evaluate import score_translations
from mtqe.evaluation.reuse import evaluation_key
from mtqe.evaluation.translate import Translated
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.surface import CHRF
from mtqe.report.page.cached import recalled_report_data
from mtqe.run import Run
from mtqe.support.cache import Cache
from tests.engines import corpus
from tests.neural_models import LONG, write_comet, write_encoder


@pytest.fixture
def cache(tmp_path):
    made = Cache(tmp_path / "cache")
    yield made
    made.close()


@pytest.fixture
def texts():
    return corpus(["one", "two", "three"], ["uno", "dos", "tres"])


def translated(texts, *hypotheses, **notes):
    return [Translated(Translations.from_texts("system", texts, list(hypotheses)), **notes)]


CHRF_ALONE = [NamedMetric("chrf", CHRF())]


def content(run):
    manifest = run.manifest.model_dump(exclude={"id", "created"})
    return manifest, run.segments.to_json(), run.findings.to_json()


def test_an_unchanged_evaluation_comes_from_the_cache_under_its_own_identity(
    texts, cache, tmp_path, monkeypatch
):
    given = translated(texts, "uno", "doz", None)
    first = score_translations(texts, given, CHRF_ALONE, cache=cache)
    monkeypatch.setattr(
        "mtqe.evaluation.score_and_check.score_and_check", None
    )  # computing it again would fail
    again = score_translations(texts, given, CHRF_ALONE, tmp_path / "run", cache=cache)
    assert content(again) == content(first) == content(Run.read(tmp_path / "run"))
    assert again.manifest.id != first.manifest.id


def test_how_translating_went_is_told_afresh(texts, cache):
    score_translations(
        texts,
        translated(texts, "a", "b", "c", newly_translated=3, seconds=2.0),
        CHRF_ALONE,
        cache=cache,
    )
    again = score_translations(texts, translated(texts, "a", "b", "c"), CHRF_ALONE, cache=cache)
    assert [(s.translated, s.seconds) for s in again.manifest.systems] == [(0, 0.0)]


def test_everything_that_matters_makes_another_key(texts):
    checks = [Untranslated()]
    given = translated(texts, "uno", "dos", "tres")
    segments = (replace(texts.segments[0], document="d"), *texts.segments[1:])
    variants = [
        (texts, given, CHRF_ALONE, checks),
        (texts, translated(texts, "uno", "dos", "cuatro"), CHRF_ALONE, checks),
        (texts, translated(texts, "uno", "dos", "tres", notes=("odd",)), CHRF_ALONE, checks),
        (texts, given, [NamedMetric("chrf", CHRF(word_order=2))], checks),
        (texts, given, [NamedMetric("other", CHRF())], checks),
        (texts, given, CHRF_ALONE, [Untranslated(severity="critical")]),
        (texts, given, CHRF_ALONE, []),
        (replace(texts, segments=segments), given, CHRF_ALONE, checks),
        (replace(texts, name="other"), given, CHRF_ALONE, checks),
    ]
    assert len({evaluation_key(*variant) for variant in variants}) == len(variants)


def test_another_version_makes_another_key(texts, monkeypatch):
    given = translated(texts, "uno", "dos", "tres")
    keys = set()
    for version in ("0.1.0", "0.2.0"):
        monkeypatch.setattr("mtqe.evaluation.reuse.own_version", lambda version=version: version)
        keys.add(evaluation_key(texts, given, CHRF_ALONE, []))
    monkeypatch.setattr("mtqe.evaluation.reuse.versions", lambda: {"sacrebleu": "9"})
    keys.add(evaluation_key(texts, given, CHRF_ALONE, []))
    assert len(keys) == 3


def test_the_cache_holds_the_evaluation_once_with_what_its_report_shows(texts, cache, monkeypatch):
    """The files of the run and the report's data; no comparison or report beside them."""
    given = translated(texts, "uno", "doz", None)
    first = score_translations(texts, given, CHRF_ALONE, cache=cache)
    shown = recalled_report_data(first, cache)
    assert cache.info().entries == {"evaluation": 6}, "surface statistics are quicker to compute"
    again = score_translations(texts, given, CHRF_ALONE, cache=cache)
    monkeypatch.setattr("mtqe.report.page.data.report_data", None)  # gathering it would fail
    found = recalled_report_data(again, cache)
    assert found.manifest.id == again.manifest.id != shown.manifest.id
    assert found.model_dump(exclude={"manifest"}) == shown.model_dump(exclude={"manifest"})


def test_a_run_that_was_read_is_reported_from_its_own_tables(texts, cache, tmp_path):
    made = score_translations(
        texts, translated(texts, "uno", "doz", None), CHRF_ALONE, tmp_path / "run", cache=cache
    )
    read = Run.read(tmp_path / "run")
    assert read.key == ""
    data = recalled_report_data(read, cache)
    assert data.manifest == made.manifest
    assert cache.info().entries["evaluation"] == 5


LIGHT = """
import sys
import mtqe.cli.score, mtqe.evaluation.evaluate, mtqe.evaluation.reuse, mtqe.report.page.cached
import mtqe.report.page.gate_panel, mtqe.report.page.render, mtqe.report.text.terminal
print([name for name in ("pandas", "scipy", "numba", "torch") if name in sys.modules])
"""


def test_what_is_found_whole_needs_no_heavy_library():
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"


def test_notes_on_cut_texts_survive_in_the_cache(texts, cache, tmp_path):
    encoder = write_encoder(tmp_path / "encoder")
    model = write_comet(tmp_path / "model", encoder, "regression_metric")
    metrics = [NamedMetric("comet", Comet(model=str(model)))]

    def notes(*hypotheses):
        given = translated(texts, *hypotheses)
        run = score_translations(texts, given, metrics, cache=cache)
        return [note for note in run.manifest.metrics[0].notes if "cut there" in note]

    assert notes(LONG, "b", "c") == notes(LONG, "b", "other") != []
    assert notes("a", "b", "c") == []
