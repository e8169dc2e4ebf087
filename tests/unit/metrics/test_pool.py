"""Where models run: named devices are looked for before anything is paid for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mtqe.errors import ConfigError
from mtqe.metrics.base import Sample
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.pool import Compute, ModelPool

SAMPLES = [
    Sample("Ein Hund.", "A dog.", ("A dog.",)),
    Sample("Der Bäcker öffnet um sechs.", "The baker opens at six o'clock.", ("He opens at 6.",)),
    Sample("Ja", "No", ("Yes",)),
]


@pytest.mark.parametrize("device", ["auto", "cpu"])
def test_these_are_always_here(device):
    Compute(device).check()


@pytest.mark.parametrize(
    "device", ["gpu", "cuda:", "cuda:x", "CPU", "", "cuda:1,cuda:2", "cuda:0001"]
)
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


def test_scores_do_not_depend_on_how_much_is_read_at_once():
    usual = Comet().statistics(SAMPLES, ModelPool())
    for tokens in (1, 20, 10_000):
        found = Comet().statistics(SAMPLES, Compute("cpu", 1, tokens).pool())
        np.testing.assert_allclose(found, usual, atol=1e-5)
