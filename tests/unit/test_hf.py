"""Metrics in the style of `evaluate`, and `compute_metrics` of training loops."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import sacrebleu

import mtqe
from mtqe import hf

HYPOTHESES = ["a house", "the tree is tall"]
REFERENCES = [["a house", "one house"], ["the tree is big"]]


class Tokenizer:
    """Ids are letters."""

    pad_token_id = 0

    def batch_decode(self, rows, skip_special_tokens):
        assert skip_special_tokens
        assert (np.asarray(rows) >= 0).all()
        return ["".join(chr(token) for token in row if token) for row in rows]


def ids(texts, filler):
    width = max(map(len, texts)) + 2
    return np.array([[*map(ord, text), *[filler] * (width - len(text))] for text in texts])


def test_compute_gives_the_field_s_numbers():
    metric = hf.load(["chrf", "bleu"], target_language="en")
    found = metric.compute(predictions=HYPOTHESES, references=REFERENCES)
    columns = [["a house", "the tree is big"], ["one house", None]]
    assert found["chrf"] == sacrebleu.corpus_chrf(HYPOTHESES, columns).score
    assert found["bleu"] == sacrebleu.corpus_bleu(HYPOTHESES, columns).score


def test_what_is_added_is_scored_once_and_then_forgotten():
    metric = hf.load("chrf", target_language="en")
    metric.add(HYPOTHESES[0], REFERENCES[0])
    metric.add_batch(HYPOTHESES[1:], REFERENCES[1:])
    assert metric.compute() == metric(HYPOTHESES, REFERENCES)
    with pytest.raises(mtqe.DataError, match="nothing to score"):
        metric.compute()


def test_square_references_are_lists_per_prediction_as_in_evaluate():
    metric = hf.load("chrf", target_language="en")
    assert metric(["a", "b"], [["a", "b"], ["a", "b"]])["chrf"] == 100


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((["a"], ["a", "b"]), "references: 2 texts for 1 segment"),
        ((["a", "b"], "a"), "references: 1 text for 2 segments"),
        ((["a"], [5]), "reference 1 is 5"),
        ((["a"],), "give references"),
        (([["a"]], ["a"]), "lists of tokens"),
    ],
)
def test_what_can_t_be_scored_is_refused(arguments, named):
    with pytest.raises(mtqe.DataError, match=named):
        hf.load("chrf").compute(*arguments)


def test_metrics_that_need_sources_say_so():
    with pytest.raises(mtqe.ConfigError, match="needs sources"):
        hf.load("comet", target_language="en").compute(["a"], ["a"])


@pytest.mark.parametrize("wrap", [lambda ids: ids, lambda ids: (ids, "more")])
def test_compute_metrics_decodes_predictions_and_labels(wrap):
    evaluate = hf.compute_metrics(Tokenizer(), "chrf", target_language="en")
    labels = [row[0] for row in REFERENCES]
    prediction = SimpleNamespace(
        predictions=wrap(ids(HYPOTHESES, -100)), label_ids=ids(labels, -100), inputs=None
    )
    expected = sacrebleu.corpus_chrf(HYPOTHESES, [labels]).score
    assert evaluate(prediction) == {"chrf": expected}
    assert evaluate(prediction) == {"chrf": expected}


def test_logits_are_decoded_to_the_most_probable_tokens():
    tokens = ids(["ab"], 0)
    logits = np.eye(128)[tokens]
    evaluate = hf.compute_metrics(Tokenizer(), "chrf", target_language="en")
    prediction = SimpleNamespace(predictions=logits, label_ids=tokens)
    assert evaluate(prediction) == {"chrf": 100.0}


def test_a_real_prediction_of_transformers():
    utils = pytest.importorskip("transformers.trainer_utils")
    texts = ids(["a house"], 0)
    evaluate = hf.compute_metrics(Tokenizer(), "ter", target_language="en")
    assert evaluate(utils.EvalPrediction(predictions=texts, label_ids=texts)) == {"ter": 0.0}


def test_the_example_of_the_docs_gives_what_they_say():
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "python.md").read_text("utf-8")
    (block,) = [
        text for text in re.findall(r"```python\n(.*?)```", page, re.S) if "hf.load" in text
    ]
    code, said = block.split("\n# ")
    setup, call = code.split("metric.compute")
    names = {}
    exec(setup, names)
    found = eval(f"metric.compute{call}", names)
    assert found == pytest.approx(ast.literal_eval(said))
