"""COMET with sentences of context equals unbabel-comet's `enable_context` on DocCOMET's input."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.evaluation.executors import Local
from mtqe.evaluation.score import score
from mtqe.metrics.neural.comet import Comet, CometQE
from mtqe.support.progress import silent
from mtqe.support.quiet import quiet
from tests.neural_models import write_comet, write_encoder
from tests.peers import needs_comet

pytestmark = needs_comet

SEPARATOR = "</s>"
SIZE = 2
ROWS = [
    ("a", "Der Hund schläft.", "The dog sleeps.", "The dog is asleep."),
    ("a", "Guten Morgen!", "Good morning!", "Morning!"),
    ("a", "Er läuft.", "She runs.", "He runs."),
    ("a", "Kurz.", "", "Short."),
    ("b", "我们明天去北京。", "We are going to Beijing tomorrow.", "Tomorrow we go to Beijing."),
    ("b", "नमस्ते दुनिया", "Hello world", "Hello, world"),
    ("c", "Ein <pad> Wort", "A <pad> word", "One <pad> word"),
    (None, "Räume", "spaces", "rooms"),
    (None, "Hallo", "Hello", "Hi"),
]
MODELS: dict[str, dict[str, Any]] = {
    "a mix of layers": {},
    "a mix without normalization": {"layer_norm": False, "layer_transformation": "softmax"},
    "one layer": {"layer": 2},
}


@pytest.fixture(scope="module", params=["bert", "xlm-roberta"])
def encoder(request, tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("encoder") / "tiny", request.param)


def corpus(rows=ROWS):
    segments = (Segment(str(i), r[1], (r[3],), r[0]) for i, r in enumerate(rows))
    return Corpus("test", LanguagePair("de", "en"), tuple(segments))


def scores(metric, rows=ROWS) -> np.ndarray:
    texts = corpus(rows)
    system = Translations.from_texts("mt", texts, [row[2] for row in rows])
    found = score("comet", metric, texts, [system], executor=Local(), cache=None, progress=silent())
    return found[0, :, 0]


def joined(texts: Sequence[str], before: Sequence[str]) -> list[str]:
    """Each text after up to two of the other column, those that end where its document begins."""
    found = []
    for i, text in enumerate(texts):
        first = i
        while first and i - first < SIZE and ROWS[i][0] and ROWS[first - 1][0] == ROWS[i][0]:
            first -= 1
        found.append(f" {SEPARATOR} ".join([*before[first:i], text]))
    return found


def predicted(folder: Path, rows: list[dict[str, str]]) -> list[float]:
    from comet import load_from_checkpoint

    with quiet():
        path = folder / "checkpoints" / "model.ckpt"
        model = load_from_checkpoint(str(path), local_files_only=True)
        model.enable_context()
        return model.predict(rows, gpus=0, progress_bar=False, batch_size=4).scores


@pytest.mark.parametrize("case", MODELS)
def test_with_references(case, encoder, tmp_path):
    folder = write_comet(tmp_path / "model", encoder, "regression_metric", **MODELS[case])
    _, source, hypothesis, reference = zip(*ROWS, strict=True)
    columns = joined(source, source), joined(hypothesis, reference), joined(reference, reference)
    rows = [dict(zip(("src", "mt", "ref"), row, strict=True)) for row in zip(*columns, strict=True)]

    found = scores(Comet(model=str(folder), context=SIZE))

    np.testing.assert_allclose(found, predicted(folder, rows), atol=2e-6, rtol=0)
    plain = scores(Comet(model=str(folder)))
    assert np.abs(found - plain)[[1, 2, 3, 5]].min() > 1e-4  # context counts where there is any
    np.testing.assert_allclose(found[[0, 4, 6, 7, 8]], plain[[0, 4, 6, 7, 8]], atol=2e-6, rtol=0)


def test_without_references_the_hypotheses_before_are_the_context(encoder, tmp_path):
    folder = write_comet(tmp_path / "model", encoder, "referenceless_regression_metric")
    _, source, hypothesis, _ = zip(*ROWS, strict=True)
    columns = joined(source, source), joined(hypothesis, hypothesis)
    rows = [dict(zip(("src", "mt"), row, strict=True)) for row in zip(*columns, strict=True)]

    found = scores(CometQE(model=str(folder), context=SIZE))

    np.testing.assert_allclose(found, predicted(folder, rows), atol=2e-6, rtol=0)


def test_context_that_does_not_fit_is_left_out_from_its_start(encoder, tmp_path):
    """unbabel-comet would cut the very sentence that is scored."""
    folder = write_comet(tmp_path / "model", encoder, "regression_metric")
    long = "A sentence of some words. " * 60
    rows = [("a", long, long, long), ("a", "Ein Satz.", "A sentence.", "One sentence."), *ROWS[4:5]]
    rows += [("b", "Der Hund.", "The dog.", "A dog.")]

    found = scores(Comet(model=str(folder), context=2), rows)

    plain = scores(Comet(model=str(folder)), rows)
    assert found[1] == pytest.approx(plain[1], abs=2e-6)
    assert abs(found[3] - plain[3]) > 1e-4


def test_a_text_that_spells_the_separator_is_pooled_whole(encoder, tmp_path):
    folder = write_comet(tmp_path / "model", encoder, "regression_metric")
    rows = [
        ROWS[0],
        ("a", "Der Hund.", "The dog </s> sleeps.", "A dog."),
        ROWS[4],
        ("b", "Der Hund.", "A mouse </s> sleeps.", "A dog."),
    ]

    found = scores(Comet(model=str(folder), context=1), [rows[0], rows[1], rows[0], rows[3]])

    assert abs(found[1] - found[3]) > 1e-4
