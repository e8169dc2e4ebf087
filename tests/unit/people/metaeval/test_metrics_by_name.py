"""Meta-evaluation by the names of metrics."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtqe.errors import ConfigError
from mtqe.people.metaeval.evaluate import Options
from mtqe.people.metaeval.metrics import evaluate_metrics, read_ratings

SOURCES = {
    "en-de": ["The mill stands still.", "Nobody came to the fair.", "Rain is due at noon."],
    "en-zh": ["The mill stands still.", "Nobody came to the fair.", "Rain is due at noon."],
}
TRANSLATIONS = {
    "en-de": [
        ("Die Mühle steht still.", "Die Mühle steht.", "Mühle Salat"),
        ("Niemand kam zum Markt.", "Keiner kam zum Markt.", "Fahrrad"),
        ("Mittags soll es regnen.", "Am Mittag soll es regnen.", "Regen Regen"),
    ],
    "en-zh": [
        ("磨坊静静地立着。", "磨坊立着不动。", "沙拉"),
        ("没有人来赶集。", "没人来赶集。", "自行车"),
        ("中午要下雨。", "正午要下雨。", "明天晴"),
    ],
}


@pytest.fixture
def ratings_file(tmp_path: Path) -> Path:
    """Two systems a pair; people prefer the first, and so does any string metric."""
    rows = ["lp\tsystem\tsrc\tmt\tref\tscore\tseg_id"]
    for lp, sources in SOURCES.items():
        for index, (source, texts) in enumerate(zip(sources, TRANSLATIONS[lp], strict=True)):
            reference, good, bad = texts
            rows.append(f"{lp}\tgood\t{source}\t{good}\t{reference}\t90\t{index}")
            rows.append(f"{lp}\tbad\t{source}\t{bad}\t{reference}\t10\t{index}")
    path = tmp_path / "ratings.tsv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_metrics_are_judged_pair_by_pair_with_the_pair_s_tokenizer(ratings_file: Path) -> None:
    ratings = read_ratings(ratings_file, languages=None, scores="mqm", reference=None)
    found = evaluate_metrics(["chrf", "bleu"], ratings, Options(resamples=20))
    assert [agreement.lp for agreement in found] == ["en-de", "en-zh"]
    for agreement in found:
        # With BLEU's 13a, Chinese sentences would be one word each and all tie at 0.
        assert {m.metric: m.preference.value for m in agreement.metrics} == {"chrf": 1, "bleu": 1}
        assert agreement.systems == 2


def test_only_the_pair_asked_for_is_read(ratings_file: Path) -> None:
    ratings = read_ratings(ratings_file, languages="en-zh", scores="mqm", reference=None)
    assert {rating.lp for rating in ratings} == {"en-zh"}
    with pytest.raises(ConfigError, match="no rating of fr-en"):
        read_ratings(ratings_file, languages="fr-en", scores="mqm", reference=None)


def test_folder_needs_a_pair(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--language-pair"):
        read_ratings(tmp_path, languages=None, scores="mqm", reference="refA")


def test_word_that_is_no_metric_and_no_model_is_an_error(ratings_file: Path) -> None:
    ratings = read_ratings(ratings_file, languages=None, scores="mqm", reference=None)
    with pytest.raises(ConfigError, match="neither a metric"):
        evaluate_metrics(["chrff"], ratings)
    with pytest.raises(ConfigError, match="named twice"):
        evaluate_metrics(["chrf", "chrf"], ratings)
