"""Where models run: named devices are looked for before anything is paid for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mtqe.errors import ConfigError, MetricError
from mtqe.metrics import pool as pool_module
from mtqe.metrics.base import Sample
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.neural.encoders.packing import compute_by_length
from mtqe.metrics.pool import Compute, ModelPool

SAMPLES = [
    Sample("Ein Hund.", "A dog.", ("A dog.",)),
    Sample("Der Bäcker öffnet um sechs.", "The baker opens at six o'clock.", ("He opens at 6.",)),
    Sample("Ja", "No", ("Yes",)),
]


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_these_are_always_here(device):
    Compute(device).check()


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:x", "CPU", "", "cuda:0001"])
def test_names_that_are_none(device):
    with pytest.raises(ConfigError, match="write auto, cpu, cuda, cuda:1"):
        Compute(device).check()


@pytest.mark.parametrize("device", ["cuda", "cuda:0", "cuda:7", "mps"])
def test_devices_that_are_not_here(monkeypatch, device):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ConfigError, match=r"is not here: .* finds no (cuda|mps) devices"):
        Compute(device).check()


def test_a_second_gpu_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    Compute("cuda").check()
    Compute("cuda:0").check()
    with pytest.raises(ConfigError, match=r"finds 1 cuda device\. Leave"):
        Compute("cuda:1").check()


def gpus(monkeypatch, count):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)


@pytest.mark.parametrize(
    ("device", "found"),
    [
        ("auto", ("auto",)),
        ("all", ("cuda:0", "cuda:1", "cuda:2")),
        ("cuda", ("cuda",)),
        ("cuda:0,cuda:2", ("cuda:0", "cuda:2")),
        ("cuda, cuda:1,cpu", ("cuda:0", "cuda:1", "cpu")),
        ("cpu,cpu", ("cpu", "cpu")),
    ],
)
def test_several_devices(monkeypatch, device, found):
    gpus(monkeypatch, 3)
    assert Compute(device).devices() == found


def test_all_where_there_is_no_gpu_is_what_auto_takes(monkeypatch):
    gpus(monkeypatch, 0)
    assert Compute("all").devices() == ("auto",)


@pytest.mark.parametrize(
    ("device", "message"),
    [
        ("cuda:0,cuda:5", "the device 'cuda:5' is not here"),
        ("cuda,cuda:0", "'cuda:0' is named twice"),
        ("cuda:0,,cuda:1", "there is no device '' for the list"),
        ("cpu,auto", "there is no device 'auto' for the list"),
        ("cpu,all", "there is no device 'all' for the list"),
        (",".join(["cpu"] * 65), "65 devices are named: name at most 64"),
    ],
)
def test_lists_that_are_refused(monkeypatch, device, message):
    gpus(monkeypatch, 2)
    with pytest.raises(ConfigError, match=message):
        Compute(device).check()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("CUDA error: all CUDA-capable devices are busy or unavailable\nmore", "cuda:1 is busy"),
        ("CUDA out of memory. Tried to allocate 2.00 MiB.", "cuda:1 has no memory left"),
        ("CUDA driver version is insufficient", r"can't be used \(CUDA driver version is insuff"),
    ],
)
def test_a_device_that_takes_no_work_is_named_before_a_model_is_loaded(monkeypatch, said, sentence):
    def empty(*_, device):
        raise RuntimeError(said)

    monkeypatch.setattr(torch, "empty", empty)
    with pytest.raises(MetricError, match=sentence) as caught:
        ModelPool("cuda:1").get("model", lambda: 1)
    assert "\n" not in str(caught.value)


def test_a_model_is_freed_for_the_next_one_where_memory_is_short():
    pool, tries = ModelPool("cpu"), []

    def second():
        tries.append(len(pool._models))
        if pool._models:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return "second"

    assert pool.get("one", lambda: "first") == "first"
    assert pool.get("two", second) == "second"
    assert tries == [1, 0]
    assert pool.get("two", second) == "second"
    assert len(tries) == 2


def test_room_is_made_only_where_it_lacks(monkeypatch):
    free = [100, 5, 5, 5, 50]
    monkeypatch.setattr(pool_module, "available_bytes", lambda device: free.pop(0))
    pool = ModelPool("cpu")
    pool.get("one", lambda: "first")
    assert pool.make_room(50)
    assert pool.get("one", lambda: "second") == "first"
    assert not pool.make_room(50)
    assert pool.get("one", lambda: "second") == "second"
    assert pool.make_room(50)
    assert free == []


@pytest.mark.parametrize("others", [0, 1])
def test_a_model_that_never_fits_is_refused_in_a_sentence(others):
    pool = ModelPool("cpu")
    for other in range(others):
        pool.get(other, lambda: "small")

    def load():
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(MetricError, match="not enough memory on the device cpu to load the model"):
        pool.get("large", load)


def test_fewer_tokens_are_read_where_memory_is_short_and_it_is_said_once(caplog):
    pool = ModelPool("cpu", tokens=64)
    sizes = []

    def compute(batch):
        sizes.append(len(batch))
        if len(batch) > 2:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return torch.tensor(batch)

    for _ in range(3):
        order, rows = compute_by_length(compute, [8] * 8, pool)
        assert rows.tolist() == order
    assert pool.batch_tokens() <= 16
    (record,) = caplog.records
    assert "not enough memory for 64 tokens at once" in record.getMessage()
    assert max(sizes[-4:]) <= 2  # what failed twice is not tried again


def test_scores_do_not_depend_on_how_much_is_read_at_once():
    usual = Comet().statistics(SAMPLES, ModelPool())
    for tokens in (1, 20, 10_000):
        found = Comet().statistics(SAMPLES, Compute("cpu", 1, tokens).pool())
        np.testing.assert_allclose(found, usual, atol=1e-5)
