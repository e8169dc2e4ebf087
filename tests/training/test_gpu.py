"""Training from a packed file: the same model as in training.model, on any device."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from training.devsets import DevSet
from training.encoder import TunedEncoder
from training.finish import filled
from training.gpu import (
    DEGENERATE,
    RATED,
    Items,
    Plan,
    Student,
    Texts,
    judge,
    loss_of,
    plain_weights,
    read_packed,
    result,
    started,
    train,
)
from training.model import MiniModel
from training.pack import TextTable, dev_arrays, item_arrays, write

PLAN = Plan(
    steps=60,
    hypotheses=4,
    first_tuned_layer=1,
    head_rate=1e-2,
    hidden_sizes=(8, 4),
    heads=2,
)


@pytest.fixture
def arrays(encoder_folder, groups):
    """The tiny encoder and groups, packed; the first group stands for development data too."""
    from mtqe.people.metaeval.public_ratings import PublicRating

    table = TextTable()
    ratings = [
        PublicRating("en-de", str(n), g.source, g.source, text, g.reference, score)
        for g in groups
        for n, (text, score) in enumerate(zip(g.hypotheses, g.targets, strict=True))
    ]
    found = item_arrays(groups, table, random.Random(1))
    found |= dev_arrays([DevSet("dev", ratings, {})], table)
    texts, kept = table.arrays(Tokenizer.from_file(str(encoder_folder / "tokenizer.json")))
    weights = load_file(encoder_folder / "model.safetensors")
    weights["embeddings.word_embeddings.weight"] = weights["embeddings.word_embeddings.weight"][
        kept
    ]
    return found | texts | {f"plain.{name}": array for name, array in weights.items()}


def test_packed_texts_are_pooled_as_in_training(arrays, encoder_folder, groups):
    encoder = Student(arrays, PLAN).encoder
    texts = [groups[0].source, groups[0].hypotheses[1], groups[0].reference]
    rows = arrays["item.source"][:1], arrays["item.hypothesis"][1:2], arrays["item.reference"][:1]
    found = Texts(arrays, 64).encode(encoder, np.concatenate(rows), "cpu")
    expected = TunedEncoder(encoder_folder, 1)(texts)
    torch.testing.assert_close(found, expected, rtol=2e-2, atol=2e-2)


def test_four_bits_and_start_give_the_weights_of_assembly():
    steps = np.random.default_rng(1).integers(0, 16, (4, 64)).astype(np.uint8)
    scales = np.linspace(0.01, 0.08, 8).reshape(4, 2).astype(np.float16)
    low = {
        "start.adapter.m.A": np.ones((1, 64), np.float16),
        "start.adapter.m.B": np.full((4, 1), 0.5, np.float16),
    }
    packed: dict[str, np.ndarray] = {"q4.m.weight": steps, "scale.m.weight": scales, **low}
    plain = plain_weights(packed)
    expected = (steps.reshape(8, 32).astype(np.float32) - 8) * scales.reshape(8, 1)
    np.testing.assert_allclose(plain["m.weight"], expected.reshape(4, 64), rtol=1e-3)
    np.testing.assert_allclose(started(packed, plain)["m.weight"], plain["m.weight"] + 0.5)


def test_a_batch_has_whole_groups_and_strangers_of_other_sources(arrays):
    items = Items(arrays)
    rng = np.random.default_rng(1)
    batch = next(items.batches(replace(PLAN, hypotheses=8), rng))
    columns = items.with_strangers(batch, rng)
    assert (columns["kind"] == RATED).sum() == 8
    own = {(s, h) for s, h, k in zip(*_columns(columns), strict=True) if k == RATED}
    made = [(s, h) for s, h, k in zip(*_columns(columns), strict=True) if k == DEGENERATE]
    assert made
    assert not own & set(made)


def _columns(columns):
    return columns["source"], columns["hypothesis"], columns["kind"]


def test_large_groups_are_drawn_from(arrays):
    items = Items(arrays)
    batch = next(items.batches(replace(PLAN, visit=1), np.random.default_rng(1)))
    rated = [int((items.columns["kind"][rows] == RATED).sum()) for rows in batch]
    assert rated == [1] * 4


def test_training_learns_and_its_result_becomes_the_same_model(
    arrays, encoder_folder, recipe, tmp_path
):
    def loss(student):
        items, texts = Items(arrays), Texts(arrays, 4096)
        batch = next(items.batches(replace(PLAN, hypotheses=8), np.random.default_rng(2)))
        columns = items.with_strangers(batch, np.random.default_rng(2))
        return float(loss_of(student.eval(), texts, columns, PLAN, "cpu").detach())

    torch.manual_seed(PLAN.seed)
    before = loss(Student(arrays, PLAN))
    student = train(arrays, PLAN, "cpu")
    assert loss(student) < 0.9 * before

    torch.save(result(student, arrays), tmp_path / "result.pt")
    model = filled(MiniModel(TunedEncoder(encoder_folder, 1), recipe), tmp_path / "result.pt")
    plain, tuned = plain_weights(arrays), student.encoder.tuned()
    differences = model.encoder.differences()
    assert differences.keys() == tuned.keys()
    for name, difference in differences.items():
        expected = tuned[name] - plain[name]
        step = float(expected.abs().max()) / 127
        torch.testing.assert_close(difference, expected, rtol=1e-3, atol=step + 1e-6)
    for name, tensor in student.comet.state_dict().items():
        torch.testing.assert_close(model.comet.state_dict()[name], tensor, rtol=1e-3, atol=1e-3)


def test_development_data_are_judged_beside_chrf(arrays, groups):
    found = judge(Student(arrays, PLAN), arrays, "cpu")
    assert set(found) == {"dev en-de comet", "dev en-de kiwi", "dev en-de chrf"}
    better = [g.hypotheses[0] != g.reference for g in groups]
    assert all(better)
    assert found["dev en-de chrf"] == 1.0


def test_a_packed_file_comes_back_as_it_was(arrays, tmp_path):
    write(tmp_path / "packed.npz.xz", arrays)
    found = read_packed(tmp_path / "packed.npz.xz")
    assert found.keys() == arrays.keys()
    assert all((found[name] == arrays[name]).all() for name in arrays)
