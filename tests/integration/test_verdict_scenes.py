"""The sentence that people quote, on real systems' translations: it must say what the tests say."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from pathlib import Path

import pytest

import mtqe
from mtqe.compare import Comparison, compare_run, compare_runs
from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.gate import judge
from mtqe.people.ratings.add import add_scores
from mtqe.people.ratings.rating import Rating
from mtqe.report.page.pair import pair_data
from mtqe.report.text.comparison import comparison_markdown, comparison_text
from mtqe.run import Run
from tests.gate_runs import corpus_of as gate_corpus
from tests.gate_runs import gate_of
from tests.neural_models import write_comet, write_encoder

SHARED = Path(__file__).parents[2] / "../shared/data"
SYSTEMS = SHARED / "systems"
RATINGS = SHARED / "human-ratings" / "dev_full.tsv.gz"
REFERENCES = Path(__file__).parents[2] / "references" / "en-es" / "corpus.tsv"

needs_systems = pytest.mark.skipif(not SYSTEMS.is_dir(), reason="needs ../shared/data/systems")
needs_ratings = pytest.mark.skipif(
    not RATINGS.is_file(), reason="needs ../shared/data/human-ratings"
)


def rows_of(path: Path) -> list[dict[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def corpus_of(pair: str, rows: list[dict[str, str]]) -> Corpus:
    segments = tuple(
        Segment(
            row["seg_id"], row["src"], (row["refA"],), metadata={"domain": row.get("domain", "")}
        )
        for row in rows
    )
    source, target = pair.split("-")
    return Corpus(pair, LanguagePair(source, target), segments)


def contradictions(comparison: Comparison) -> list[str]:
    """Systems that a verdict calls as good as the best, and the tests significantly worse."""
    sentence = comparison.verdict.split("; the other")[0]
    found = []
    for metric in comparison.metrics[:1]:
        for item in metric.differences:
            named = f" {item.system}" in sentence or f"{item.system} " in sentence
            if named and item.shown:
                found.append(item.system)
    return found


@needs_systems
@pytest.mark.slow
def test_en_zh_by_chrf_names_who_may_be_as_good_and_nobody_who_is_significantly_worse() -> None:
    rows = rows_of(SYSTEMS / "en-zh.tsv.gz")
    names = [name for name in rows[0] if name not in ("seg_id", "src", "refA")]
    run = mtqe.score(
        corpus_of("en-zh", rows),
        {name: [row[name] for row in rows] for name in names},
        ["chrf"],
        use_cache=False,
    )
    comparison = compare_run(run)
    (metric,) = comparison.metrics
    assert comparison.verdict == (
        "HW-TSC scores highest by chrF on 2,074 segments (53.8). No significant difference to "
        "Yishu, ONLINE-B and ONLINE-A; the other 11 are significantly worse. To tell HW-TSC and "
        "Yishu apart (0.7) you need about 12,413 segments."
    )
    assert run.manifest.verdict == comparison.verdict
    assert contradictions(comparison) == []
    ranks = {item.system: item.ranks for item in metric.standings}
    assert ranks["HW-TSC"] == (1, 4)
    assert ranks["IOL_Research"] == (2, 5)
    (worse,) = (d for d in metric.differences if d.system == "IOL_Research")
    assert worse.shown, "in one cluster with the best, and significantly worse (-1.9)"
    clusters = {item.system: item.cluster for item in metric.standings}
    assert clusters["IOL_Research"] == clusters["HW-TSC"] == 1
    for text in (comparison_text(comparison), comparison_markdown(comparison)):
        assert "1-4" in text


@needs_ratings
@pytest.mark.slow
def test_people_s_scores_lead_and_say_which_system_is_worse() -> None:
    names = ("Online-W", "Facebook-AI", "Online-B")
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for row in rows_of(RATINGS):
        if row["origin"] == "ted21-mqm" and row["lp"] == "en-de" and row["system"] in names:
            found[row["seg_id"]][row["system"]] = row
    rated = {name: rows for name, rows in found.items() if len(rows) == len(names)}
    segments = tuple(
        Segment(name, rows[names[0]]["src"], (rows[names[0]]["ref"],))
        for name, rows in rated.items()
    )
    corpus = Corpus("ted", LanguagePair("en", "de"), segments)
    texts = {name: [rows[name]["mt"] for rows in rated.values()] for name in names}
    run = mtqe.score(corpus, texts, ["chrf"], use_cache=False)
    assert "No significant difference to Facebook-AI" in run.manifest.verdict
    ratings = [
        Rating(segment, (name,), row["src"], row["mt"], "mqm", "", float(row["score"]))
        for segment, rows in rated.items()
        for name, row in rows.items()
    ]
    verdict = add_scores(run, ratings).run.manifest.verdict
    assert verdict == (
        "Online-W scores highest by MQM (people) on 598 segments (-0.93), and is significantly "
        "better than all 2 others."
    )


def broken(text: str) -> str:
    """The first half of a text."""
    words = text.split()
    return " ".join(words[: max(1, len(words) // 2)])


def check_scene_of_two_versions(new: Run, old: Run, slice_words: str) -> None:
    """A broken slice and two empty translations beside a rival that did not change."""
    comparison = compare_runs(new, old)
    (whole, rival) = comparison.metrics[0].differences
    assert comparison.tests == 1, "the rival's translations are the same: no test, no correction"
    assert not whole.shown
    assert (rival.difference, rival.p_corrected) == (0, 1)
    change = f"{whole.difference:+.1f}"
    verdict = comparison.verdict
    assert f"engine is significantly worse on domain {slice_words}" in verdict
    assert f"; 2 new empty translations; overall {change}, could be chance." in verdict
    assert "rival scores the same as before on every segment" in verdict
    rule = {"metric": "chrf", "max_drop": 0}
    drop, same = judge(gate_of(rule), new, old).checks
    assert drop.p_value == whole.p_corrected
    assert (drop.verdict, same.verdict) == ("inconclusive", "pass")
    page = pair_data(new, old)
    assert "significantly worse on domain" in page.manifest.verdict
    assert [change.p for change in page.changes.changes] == [whole.p_corrected, 1]


@needs_systems
def test_two_versions_with_a_broken_slice_beside_a_rival_that_did_not_change() -> None:
    rows = rows_of(SYSTEMS / "de-en.tsv.gz")[:200]
    for number, row in enumerate(rows):
        row["domain"] = "manuals" if number % 10 == 0 else "news"
    corpus = corpus_of("de-en", rows)
    old = {"engine": [row["ONLINE-B"] for row in rows], "rival": [row["ONLINE-W"] for row in rows]}
    texts = [row["ONLINE-A"] for row in rows]
    for number, row in enumerate(rows):
        if row["domain"] == "manuals":
            texts[number] = broken(texts[number])
    texts[1] = texts[2] = ""
    new = {"engine": texts, "rival": old["rival"]}
    newer, older = (
        mtqe.score(corpus, systems, ["chrf"], use_cache=False) for systems in (new, old)
    )
    check_scene_of_two_versions(newer, older, slice_words="manuals (")


def test_the_same_scene_on_our_own_test_set() -> None:
    rows = rows_of(REFERENCES)
    domains = sorted({row["domain"] for row in rows})
    segments = tuple(
        Segment(
            row["segment_id"],
            row["source"],
            (row["reference"],),
            metadata={"domain": row["domain"]},
        )
        for row in rows
    )
    corpus = Corpus("en-es", LanguagePair("en", "es"), segments)
    good = [row["reference_2"] or row["reference"] for row in rows]
    old = {"engine": good, "rival": [broken(text) for text in good]}
    texts = [
        broken(text) if row["domain"] == domains[0] else text
        for row, text in zip(rows, good, strict=True)
    ]
    new = {"engine": texts, "rival": old["rival"]}
    runs = [mtqe.score(corpus, systems, ["chrf"], use_cache=False) for systems in (new, old)]
    comparison = compare_runs(*runs)
    (rule,) = judge(gate_of({"metric": "chrf", "max_drop": 0, "system": "engine"}), *runs).checks
    (whole, _) = comparison.metrics[0].differences
    assert (rule.verdict == "fail") == whole.shown
    assert f"significantly worse on domain {domains[0]} (" in comparison.verdict


def test_the_verdict_names_the_model_where_it_is_not_the_one_that_people_mean(tmp_path) -> None:
    model = write_comet(tmp_path / "tiny", write_encoder(tmp_path / "encoder"), "regression_metric")
    run = mtqe.score(
        gate_corpus(8),
        {"one": ["Ein Boot."] * 8, "two": ["Zwei Boote fahren vorbei."] * 8},
        ["comet"],
        options={"comet": {"model": str(model)}},
        use_cache=False,
    )
    assert " by COMET (tiny) on 8 segments" in run.manifest.verdict
    assert " by COMET on" not in run.manifest.verdict
