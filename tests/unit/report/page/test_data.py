from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtqe.api import score
from mtqe.errors import ConfigError
from mtqe.report.page.data import ReportData, report_data
from tests.engines import corpus
from tests.unit.report.tiny_run import tiny_run

GOLDEN = Path(__file__).parents[3] / "golden" / "report" / "tiny.json"


@pytest.fixture
def data(tmp_path) -> ReportData:
    return report_data(tiny_run(tmp_path / "run"))


def test_the_data_of_a_tiny_run_is_the_golden_file(data):
    # To renew after a wanted change: write this very dump there, indented, and read the diff.
    dumped = json.loads(data.model_dump_json(exclude={"manifest"}))
    assert dumped == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_the_manifest_is_passed_on_as_it_is(tmp_path):
    run = tiny_run(tmp_path / "run")
    assert report_data(run).manifest == run.manifest


def test_the_data_survives_json(data):
    assert ReportData.model_validate_json(data.model_dump_json()) == data


def test_scores_that_print_alike_share_the_mark(data):
    assert data.best == {"bleu": ("exact", "late"), "ter": ("late",)}


def test_what_is_missing_is_none_and_never_nan(data):
    late = data.segments.systems[1]
    assert late.hypotheses[2] is None
    assert late.failures == (None, None, "timed out after 30 s")
    assert late.scores["bleu"] == (100.0, 20.0, None)
    assert data.segments.references[1] == ("Buenas", "Un gato", None)
    assert data.segments.documents[2] is None


def test_a_slice_mean_leaves_out_unscored_segments(data):
    (domain,) = data.slices
    greeting = domain.slices[0]
    means = {(mean.system, mean.metric): (mean.mean, mean.scored) for mean in greeting.means}
    assert (greeting.value, greeting.segments) == ("greeting", 2)
    assert means["exact", "ter"] == (25.0, 2)
    assert means["late", "bleu"] == (100.0, 1)


def test_systems_share_bins_and_every_scored_segment_is_in_one(data):
    bleu, ter = data.histograms
    assert [sum(distribution.counts) for distribution in bleu.distributions] == [3, 2]
    assert bleu.distributions[0].quartiles == (40.0, 50.0, pytest.approx(75.0))
    assert all(len(d.counts) == len(ter.edges) - 1 for d in ter.distributions)


def test_rounding_noise_over_the_top_opens_no_bin(data):
    assert data.histograms[0].edges[-1] == 100.0
    assert not data.histograms[0].open_above


def test_a_limit_shortens_the_list_and_nothing_else(tmp_path, data):
    limited = report_data(tiny_run(tmp_path / "limited"), max_segments=1)
    assert limited.segments.ids == ("s2",)  # the worst one
    assert limited.omitted == 2
    assert (limited.histograms, limited.slices) == (data.histograms, data.slices)


def test_a_limit_beyond_the_end_omits_nothing(tmp_path, data):
    assert report_data(tiny_run(tmp_path / "all"), max_segments=99) == data


def test_a_run_whose_metric_is_not_installed_has_a_report_without_comparison(monkeypatch, caplog):
    made = score(
        corpus(["a b", "c d"], ["a b", "c d"]), {"x": ["a b", "c"], "y": ["a", "c d"]}, ["chrf"]
    )
    assert report_data(made).comparison is not None

    def missing(_run):
        raise ConfigError("the metric of a plug-in is not installed")

    monkeypatch.setattr("mtqe.report.page.data.own_comparison", missing)
    assert report_data(made).comparison is None
    assert "not installed" in caplog.text


def test_the_comparison_has_the_best_against_each_and_every_pair():
    texts = {"good": ["a b c", "d e f"], "fair": ["a b", "d e"], "bad": ["x", "y"]}
    made = score(corpus(["s", "t"], ["a b c", "d e f"]), texts, ["chrf", "ter"], use_cache=False)
    data = report_data(made)
    assert data.comparison.leading == "chrf"
    chrf, ter = data.comparison.metrics
    assert chrf.order == ter.order == ("good", "fair", "bad")
    assert [(item.system, item.baseline) for item in ter.differences] == [
        ("fair", "good"),
        ("bad", "good"),
    ]
    assert {(pair.system, pair.baseline) for pair in chrf.pairs} == {
        ("good", "fair"),
        ("good", "bad"),
        ("fair", "bad"),
    }
    assert all(pair.better for pair in (*chrf.pairs, *ter.pairs))
    assert [made.manifest.systems[place].name for place in data.order] == ["good", "fair", "bad"]
