"""Training from a packed file: the same model as in training.model, on any device."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from training.devsets import DevSet
from training.encoder import TunedEncoder
from training.finish import filled
from training.gpu import agreement, loss_of, score_dev, train
from training.model import MiniModel
from training.pack import TextTable, dev_arrays, item_arrays, write
from training.packed import DEGENERATE, RATED, Items, read_packed
from training.plan import Plan
from training.student import (
    Student,
    Texts,
    plain_weights,
    read_mean,
    restored,
    result,
    started,
)

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
    columns = items.with_strangers(batch, 0.0, rng)
    assert (columns["kind"] == RATED).sum() == 8
    own = {(s, h) for s, h, k in zip(*_columns(columns), strict=True) if k == RATED}
    made = [(s, h) for s, h, k in zip(*_columns(columns), strict=True) if k == DEGENERATE]
    assert made
    assert not own & set(made)


def _columns(columns):
    return columns["source"], columns["hypothesis"], columns["kind"]


def test_a_good_translation_stands_for_the_reference_of_the_others(arrays):
    items = Items(arrays)
    batch = next(items.batches(PLAN, np.random.default_rng(1)))
    columns = items.with_strangers(batch, 1.0, np.random.default_rng(1))
    for number, rows in enumerate(batch):
        best = rows[0]
        own = (columns["group"] == number)[: sum(map(len, batch))].nonzero()[0]
        taken = columns["reference"][own]
        assert taken[0] == arrays["item.reference"][best]
        assert set(taken[1:]) == {arrays["item.hypothesis"][best]}


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
        columns = items.with_strangers(batch, 0.0, np.random.default_rng(2))
        return float(loss_of(student.eval(), texts, columns, PLAN, "cpu").detach())

    torch.manual_seed(PLAN.seed)
    before = loss(Student(arrays, PLAN))
    student = train(arrays, PLAN, "cpu")
    assert loss(student) < 0.9 * before

    for name, tensors in result(student, arrays).items():
        torch.save(tensors, tmp_path / f"{name}.pt")
    model = filled(MiniModel(TunedEncoder(encoder_folder, 1), recipe), read_mean([tmp_path]))
    plain, tuned = plain_weights(arrays), student.encoder.tuned()
    differences = model.encoder.differences()
    assert differences.keys() == tuned.keys()
    for name, difference in differences.items():
        expected = tuned[name] - plain[name]
        step = float(expected.abs().max()) / 127
        torch.testing.assert_close(difference, expected, rtol=1e-3, atol=step + 1e-6)
    for name, tensor in student.comet.state_dict().items():
        torch.testing.assert_close(model.comet.state_dict()[name], tensor, rtol=1e-3, atol=1e-3)


def test_the_mean_of_results_is_the_mean_of_their_weights(arrays, tmp_path):
    folders = [tmp_path / "first", tmp_path / "second"]
    students = [train(arrays, replace(PLAN, steps=3, seed=seed), "cpu") for seed in (1, 2)]
    for folder, student in zip(folders, students, strict=True):
        folder.mkdir()
        for name, tensors in result(student, arrays).items():
            torch.save(tensors, folder / f"{name}.pt")
    found = restored(arrays, read_mean(folders), PLAN).state_dict()
    first, second = (student.state_dict() for student in students)
    assert any(not first[name].equal(second[name]) for name in first)
    for name, tensor in found.items():
        expected = (first[name] + second[name]) / 2
        torch.testing.assert_close(tensor, expected, rtol=1e-3, atol=1e-3)


def test_averages_hold_no_history_of_steps(arrays, monkeypatch):
    seen = []
    plain = torch._foreach_lerp_

    def watched(averages, *rest):
        plain(averages, *rest)
        seen.extend(averages)

    monkeypatch.setattr(torch, "_foreach_lerp_", watched)
    train(arrays, replace(PLAN, steps=2), "cpu")
    assert seen
    assert not any(average.requires_grad for average in seen)


def test_development_data_are_judged_beside_chrf(arrays, groups):
    found = agreement(arrays, score_dev(Student(arrays, PLAN), arrays, "cpu"))
    assert set(found) == {"dev en-de comet", "dev en-de kiwi", "dev en-de chrf"}
    better = [g.hypotheses[0] != g.reference for g in groups]
    assert all(better)
    assert found["dev en-de chrf"] == 1.0


def test_a_packed_file_comes_back_as_it_was(arrays, tmp_path):
    write(tmp_path / "packed.npz.xz", arrays)
    found = read_packed(tmp_path / "packed.npz.xz")
    assert found.keys() == arrays.keys()
    assert all((found[name] == arrays[name]).all() for name in arrays)


def test_a_gpu_machine_needs_pytorch_and_numpy_alone():
    code = (
        "import sys, training.gpu; "
        "print({'mtqe', 'transformers', 'tokenizers', 'safetensors', 'scipy'} & {*sys.modules})"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    assert ended.stdout == "set()\n"
