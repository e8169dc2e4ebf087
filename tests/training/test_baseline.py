"""The rescaling baseline's arithmetic against bert-score's own, on real BERT vectors."""

from __future__ import annotations

import csv

import pytest
import torch
from bert_score.utils import greedy_cos_idf

from training.baseline import TokenVectors, measure, random_pairs, write_table


def test_means_are_bert_scores_own(encoder_folder):
    encode = TokenVectors(encoder_folder)
    texts = ["one two three", "drei vier"]
    first, second = (encode(text) for text in texts)
    # bert-score's weights without IDF: 1 a token, 0 for the two special ones.
    masks = [torch.ones(1, vectors.shape[1]) for vectors in (first, second)]
    weights = [mask.clone() for mask in masks]
    for weight in weights:
        weight[0, [0, -1]] = 0
    for layer, found in enumerate(measure([first, second], [(0, 1)])):
        reference, hypothesis = second[layer][None], first[layer][None]
        expected = greedy_cos_idf(reference, masks[1], weights[1], hypothesis, masks[0], weights[0])
        assert found.tolist() == pytest.approx([value.item() for value in expected], abs=1e-5)


def test_pairs_are_seeded_and_never_of_one_text_with_itself():
    pairs = list(random_pairs(4))
    assert pairs == list(random_pairs(4))
    assert all(first != second for first, second in pairs)


def test_the_table_has_bert_scores_layout(tmp_path):
    write_table(tmp_path / "en.tsv", torch.tensor([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]))
    with (tmp_path / "en.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["LAYER", "P", "R", "F"]
    assert [float(cell) for cell in rows[2]] == [1, 0.4, 0.5, 0.6]
