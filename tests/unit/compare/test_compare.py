"""Comparisons within a run and between two."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mtqe
from mtqe.compare import (
    Comparison,
    ComparisonSettings,
    PairedScores,
    compare_run,
    compare_runs,
)
from mtqe.compare.comparison import compare_material
from mtqe.compare.human import human_agreement
from mtqe.compare.own_comparison import (
    COMPARISON,
    _digest,
    encoded_comparison,
    own_comparison,
)
from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.errors import ConfigError, IncompatibleRuns
from mtqe.metrics.neural.comet import Comet
from mtqe.report.text.comparison import comparison_latex, comparison_markdown, comparison_text
from mtqe.run import Run, write_run
from tests.wording import mentions

WORDS = [
    "the",
    "river",
    "carried",
    "seven",
    "grey",
    "boats",
    "past",
    "our",
    "quiet",
    "mill",
    "before",
    "dawn",
    "on",
    "market",
    "day",
]


def sentence(index: int) -> str:
    rng = np.random.default_rng(index)
    return " ".join(rng.choice(WORDS, size=12))


def spoilt(text: str, words: int) -> str:
    """The sentence with its first words replaced."""
    return " ".join(["xx"] * words + text.split()[words:])


def corpus_of(size: int, documents: int = 0) -> Corpus:
    segments = tuple(
        Segment(
            id=f"s{index}",
            source=f"source {index}",
            references=(sentence(index),),
            document=f"d{index % documents}" if documents else None,
            metadata={"domain": "news" if index % 2 else "talk"},
        )
        for index in range(size)
    )
    return Corpus("toy", LanguagePair("en", "en"), segments)


def run_of(corpus: Corpus, metrics: tuple[str, ...] = ("chrf",), **spoilt_words: int) -> Run:
    """Systems that spoil so many words of every third segment; all spoil one word elsewhere."""
    systems = {
        name: [
            spoilt(segment.references[0] or "", words if index % 3 == 0 else 1)
            for index, segment in enumerate(corpus)
        ]
        for name, words in spoilt_words.items()
    }
    return mtqe.score(corpus, systems, metrics, use_cache=False)


def test_clearly_better_system_is_first_and_shown() -> None:
    comparison = compare_run(run_of(corpus_of(60), good=1, bad=6))
    (metric,) = comparison.metrics
    assert [(s.system, s.cluster) for s in metric.standings] == [("good", 1), ("bad", 2)]
    (difference,) = metric.differences
    assert (difference.system, difference.baseline) == ("bad", "good")
    assert difference.shown
    assert difference.better is False
    assert difference.high is not None
    assert difference.high < 0
    assert (difference.wins, difference.ties, difference.losses) == (0, 40, 20)
    assert comparison.verdict.startswith("good scores highest by chrF on 60 segments")
    assert comparison.verdict.endswith("significantly better than bad.")


def test_equal_systems_share_a_rank_and_differ_by_nothing() -> None:
    (metric,) = compare_run(run_of(corpus_of(30), one=2, two=2)).metrics
    assert {standing.cluster for standing in metric.standings} == {1}
    (difference,) = metric.differences
    assert difference.better is None
    assert (difference.low, difference.high, difference.p) == (0.0, 0.0, 1.0)
    assert difference.ties == 30


def test_lower_is_better_for_ter() -> None:
    (metric,) = compare_run(run_of(corpus_of(60), ("ter",), good=1, bad=6)).metrics
    (difference,) = metric.differences
    assert difference.difference > 0
    assert difference.better is False
    assert metric.standings[0].cluster == 1


def test_named_baseline_is_what_others_are_compared_with() -> None:
    run = run_of(corpus_of(30), one=1, two=3, three=5)
    comparison = compare_run(run, baseline="two")
    assert {(d.system, d.baseline) for d in comparison.metrics[0].differences} == {
        ("one", "two"),
        ("three", "two"),
    }


def test_documents_are_resampled_where_there_are_ten() -> None:
    many = compare_run(run_of(corpus_of(60, documents=12), one=1, two=3)).metrics[0]
    few = compare_run(run_of(corpus_of(60, documents=9), one=1, two=3)).metrics[0]
    assert (many.unit, many.units) == ("document", 12)
    assert (few.unit, few.units) == ("segment", 60)


def test_documents_asked_for_where_there_are_none_is_an_error() -> None:
    with pytest.raises(ConfigError, match="belong to no document"):
        compare_run(
            run_of(corpus_of(10), one=1, two=3), settings=ComparisonSettings(unit="document")
        )


def test_one_segment_shows_nothing() -> None:
    (metric,) = compare_run(run_of(corpus_of(1), one=1, two=6)).metrics
    (difference,) = metric.differences
    assert not difference.shown
    assert difference.low is None
    assert difference.p == 1.0


def test_one_system_has_nothing_to_compare() -> None:
    comparison = compare_run(run_of(corpus_of(5), only=2))
    assert mentions(comparison.verdict, "one system", "only")
    assert comparison.metrics[0].standings[0].low is not None


def test_unscored_segments_are_left_out_for_all_systems() -> None:
    corpus = corpus_of(20)
    references = [segment.references[0] for segment in corpus]
    run = mtqe.score(
        corpus,
        {"whole": references, "holes": [None, None, *references[2:]]},
        ["chrf"],
        use_cache=False,
    )
    comparison = compare_run(run)
    assert (comparison.metrics[0].segments, comparison.metrics[0].left_out) == (18, 2)
    assert any("left out for all systems" in remark for remark in comparison.remarks)


def test_system_without_any_translation_is_said_to_be_uncomparable() -> None:
    corpus = corpus_of(4)
    texts = [segment.references[0] for segment in corpus]
    run = mtqe.score(corpus, {"all": texts, "none": [None] * 4}, ["chrf"], use_cache=False)
    assert "no segment is scored for every system" in compare_run(run).verdict


def test_system_without_any_translation_does_not_keep_others_from_being_compared() -> None:
    corpus = corpus_of(60)
    good, bad = ([spoilt(s.references[0] or "", n) for s in corpus] for n in (1, 6))
    systems: dict[str, list[str | None]] = {"down": [None] * 60, "good": good, "bad": bad}
    run = mtqe.score(corpus, systems, ["chrf", "ter"], use_cache=False)
    without = mtqe.score(corpus, {"good": good, "bad": bad}, ["chrf", "ter"], use_cache=False)
    found, expected = compare_run(run), compare_run(without)
    assert found.verdict == expected.verdict
    assert mentions(found.remarks[0], "chrF", "down", "left out")
    for metric, same in zip(found.metrics, expected.metrics, strict=True):
        assert metric.differences == same.differences
        assert [s.system for s in metric.standings] == ["down", "good", "bad"]
        assert metric.standings[0].score is None
        assert metric.standings[1:] == same.standings
    assert compare_run(run, baseline="down").metrics[0].differences == ()
    text = comparison_text(found)
    assert text.index("down    unscored") > text.index("bad ")


def test_system_that_failed_in_one_of_two_runs_is_left_out() -> None:
    corpus = corpus_of(20)
    texts = [segment.references[0] for segment in corpus]
    old = mtqe.score(corpus, {"a": texts, "b": texts}, ["chrf"], use_cache=False)
    new = mtqe.score(corpus, {"a": texts, "b": [None] * 20}, ["chrf"], use_cache=False)
    comparison = compare_runs(new, old)
    assert [d.system for d in comparison.metrics[0].differences] == ["a (new)"]
    assert "no segment of b (new) is scored" in comparison.remarks[0]


def test_no_verdict_promises_a_proof_from_fewer_segments_than_are_enough() -> None:
    corpus = corpus_of(5)
    texts = [segment.references[0] or "" for segment in corpus]
    bad = [spoilt(text, words) for text, words in zip(texts, (8, 10, 9, 8, 10), strict=True)]
    run = mtqe.score(corpus, {"good": texts, "bad": bad}, ["chrf"], use_cache=False)
    assert compare_run(run).metrics[0].differences[0].segments_needed in range(1, 6)
    assert "you need about 50 segments" in compare_run(run).verdict


def test_slices_share_the_correction() -> None:
    run = run_of(corpus_of(60), good=1, bad=3)
    alone = compare_run(run).metrics[0].differences[0]
    sliced = compare_run(run, slices=["domain", "length"])
    assert {(part.column, part.value) for part in sliced.slices} == {
        ("domain", "news"),
        ("domain", "talk"),
        ("length", "short"),
        ("length", "medium"),
        ("length", "long"),
    }
    assert sliced.metrics[0].differences[0].p == alone.p
    assert sliced.metrics[0].differences[0].p_corrected >= alone.p_corrected
    assert sum(p.segments for p in sliced.slices if p.column == "domain") == 60


def test_unknown_slice_suggests_a_known_one() -> None:
    with pytest.raises(ConfigError, match="did you mean 'domain'"):
        compare_run(run_of(corpus_of(5), one=1, two=2), slices=["domains"])


def test_unknown_baseline_suggests_a_known_one() -> None:
    with pytest.raises(ConfigError, match="did you mean 'one'"):
        compare_run(run_of(corpus_of(5), one=1, two=2), baseline="ome")


def test_two_runs_compare_each_system_with_itself() -> None:
    corpus = corpus_of(60)
    comparison = compare_runs(run_of(corpus, engine=6), run_of(corpus, engine=1))
    (difference,) = comparison.metrics[0].differences
    assert (difference.system, difference.baseline) == ("engine (new)", "engine (old)")
    assert "engine is significantly worse than before" in comparison.verdict
    assert comparison.metrics[0].regressed
    assert not comparison.metrics[0].improved


def test_runs_on_other_segments_are_refused_unless_intersected() -> None:
    new, old = run_of(corpus_of(40), engine=2), run_of(corpus_of(60), engine=1)
    with pytest.raises(IncompatibleRuns, match=r"corpus\.segments"):
        compare_runs(new, old)
    comparison = compare_runs(old, new, intersect=True)
    assert comparison.metrics[0].segments == 40
    assert "20 segments are not in both runs" in comparison.remarks[0]


def test_runs_with_other_signatures_are_refused_by_field() -> None:
    corpus = corpus_of(10)
    texts = {"engine": [segment.references[0] for segment in corpus]}
    one = mtqe.score(corpus, texts, ["bleu"], use_cache=False)
    two = mtqe.score(
        corpus, texts, ["bleu"], options={"bleu": {"lowercase": True}}, use_cache=False
    )
    with pytest.raises(IncompatibleRuns, match="signature of bleu: case"):
        compare_runs(one, two)


def test_metrics_that_disagree_are_pointed_out() -> None:
    corpus = corpus_of(12)
    references = [segment.references[0] or "" for segment in corpus]
    half = [text if index % 2 else "???" for index, text in enumerate(references)]
    misspelt = [text.replace("e", "ee") for text in references]
    run = mtqe.score(
        corpus, {"half": half, "misspelt": misspelt}, ["chrf", "bleu"], use_cache=False
    )
    scores = run.scores
    assert scores["chrf"].idxmax() != scores["bleu"].idxmax()
    assert any("disagree" in remark for remark in compare_run(run).remarks)


def test_same_seed_same_figures_and_permutation_agrees_with_bootstrap() -> None:
    run = run_of(corpus_of(60), one=1, two=2)
    first, again = compare_run(run), compare_run(run)
    assert first == again
    other = compare_run(run, settings=ComparisonSettings(method="bootstrap"))
    difference, booted = first.metrics[0].differences[0], other.metrics[0].differences[0]
    assert difference.p == pytest.approx(booted.p, abs=0.05)


def test_people_s_agreement_is_known_for_bleu_and_not_for_our_models() -> None:
    bleu, chrf = run_of(corpus_of(3), ("bleu", "chrf++"), one=1, two=2).manifest.metrics
    assert human_agreement(bleu, 0.0) == 0.5
    assert human_agreement(bleu, -2.0) == human_agreement(bleu, 2.0)
    assert 0.6 < (human_agreement(bleu, 2.0) or 0) < 0.9
    assert human_agreement(chrf, 2.0) is None
    comet = Comet(model="Unbabel/wmt22-comet-da")
    published = bleu.model_copy(update={"calibration": comet.calibration(LanguagePair("en", "de"))})
    assert (human_agreement(published, 0.01) or 0) > 0.8


def test_run_carries_intervals_ranks_and_verdict(tmp_path: Path) -> None:
    corpus = corpus_of(60)
    texts = {"good": [segment.references[0] for segment in corpus], "bad": ["nothing"] * 60}
    mtqe.score(corpus, texts, ["chrf"], output=tmp_path / "run", use_cache=False)
    written = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    (good,) = written["systems"][0]["scores"]
    assert good["low"] <= good["score"] <= good["high"]
    assert good["rank"] == 1
    assert good["ranks"] == [1, 1]
    assert good["behind"] is False
    assert written["verdict"].startswith("good scores highest")


def test_margin_shows_equivalence_or_its_lack() -> None:
    run = run_of(corpus_of(60), one=1, two=2)
    wide = (
        compare_run(run, settings=ComparisonSettings(margins={"chrf": 30.0}))
        .metrics[0]
        .differences[0]
    )
    narrow = (
        compare_run(run, settings=ComparisonSettings(margins={"chrf": 0.01}))
        .metrics[0]
        .differences[0]
    )
    assert wide.equivalent
    assert wide.not_worse
    assert not narrow.equivalent
    with pytest.raises(ConfigError, match="did you mean 'chrf'"):
        compare_run(run, settings=ComparisonSettings(margins={"chrff": 1.0}))


def test_frame_has_a_row_a_difference() -> None:
    run = run_of(corpus_of(60), ("chrf", "bleu"), one=1, two=2, three=3)
    frame = compare_run(run, slices=["domain"]).frame()
    assert len(frame) == 2 * 2 * 3
    assert {"metric", "slice", "system", "difference", "p_corrected"} <= set(frame)


def test_renderings_hold_the_same_figures() -> None:
    comparison = compare_run(run_of(corpus_of(60), good=1, bad=6), slices=["domain"])
    score = f"{comparison.metrics[0].standings[0].score:.1f}"
    for text in (comparison_text(comparison), comparison_markdown(comparison)):
        assert comparison.verdict in text
        assert score in text
        assert "domain=news" in text
    assert rf"good & {score}$^{{1}}$ \\" in comparison_latex(comparison)


@pytest.mark.parametrize("documents", [0, 12])
def test_many_systems_are_compared_as_few_are(
    monkeypatch: pytest.MonkeyPatch, documents: int
) -> None:
    spoilt_words = {f"s{index}": index // 2 for index in range(10)}
    run = run_of(corpus_of(90, documents), ("chrf", "bleu"), **spoilt_words)
    one_by_one = compare_run(run)
    monkeypatch.setattr("mtqe.compare.paired_tests.MOST_SCORED", 1)
    many = compare_run(run)
    for found, expected in zip(many.metrics, one_by_one.metrics, strict=True):
        assert found.model_copy(update={"far_apart": 0}) == expected
        assert found.far_apart == 0 or any(mentions(text, "far apart") for text in many.remarks)
    assert (many.verdict, many.tests) == (one_by_one.verdict, one_by_one.tests)


def test_of_very_many_systems_the_pairs_of_the_best_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mtqe.compare.correction.MOST_LISTED", 3)
    run = run_of(corpus_of(60), a=6, b=1, c=3, d=2, e=5)
    (metric,) = compare_run(run).metrics
    assert [(pair.system, pair.baseline) for pair in metric.pairs] == [
        ("b", "c"),
        ("b", "d"),
        ("c", "d"),
    ]
    assert all(standing.ranks is not None for standing in metric.standings)


def test_a_run_s_comparison_is_taken_from_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_run(tmp_path / "other", run_of(corpus_of(31), good=1, bad=6))
    run = write_run(tmp_path / "run", run_of(corpus_of(30), good=1, bad=6))
    found = own_comparison(run)
    kept = encoded_comparison(run)
    assert kept is not None
    (tmp_path / "run" / COMPARISON).write_bytes(kept)
    compared: list[PairedScores] = []

    def compare(material: PairedScores, *settings: Any) -> Comparison:
        compared.append(material)
        return compare_material(material, *settings)

    monkeypatch.setattr("mtqe.compare.own_comparison.compare_material", compare)
    monkeypatch.setattr("mtqe.compare.own_comparison._latest", {})
    assert own_comparison(Run.read(tmp_path / "run")) == found
    assert not compared
    for content in (kept, b"{", b"\xff"):  # of another run, cut short, no text
        (tmp_path / "other" / COMPARISON).write_bytes(content)
        monkeypatch.setattr("mtqe.compare.own_comparison._latest", {})
        assert own_comparison(other).metrics[0].segments == 31
    assert len(compared) == 3


@pytest.mark.parametrize(
    ("change", "digest_too"),
    [
        ({"verdict": "bad is better than good."}, True),
        ({"metrics": ()}, True),
        ({"level": 0.5}, False),
    ],
)
def test_a_comparison_that_was_damaged_or_is_another_s_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, object], digest_too: bool
) -> None:
    run = write_run(tmp_path / "run", run_of(corpus_of(30), good=1, bad=6))
    found = own_comparison(run)
    content = json.loads(encoded_comparison(run) or b"")
    content["comparison"] |= change
    if digest_too:
        content["digest"] = _digest(found.model_copy(update=change))
    (tmp_path / "run" / COMPARISON).write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setattr("mtqe.compare.own_comparison._latest", {})
    assert own_comparison(Run.read(tmp_path / "run")) == found
