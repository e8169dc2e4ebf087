"""Published COMET layouts, walked as a user does: by name, offline, from a folder, as a file.

Each score is held to unbabel-comet's own ``predict`` of the same weights.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from mtqe.metrics.neural.comet import Comet, CometQE
from mtqe.metrics.pool import ModelPool
from tests.hub_server import LoopbackHub
from tests.published_models import (
    BY_NAME,
    NASTY,
    XCOMET,
    peer_predictions,
    publish,
)

TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("published")


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A hub with nothing on it, and an empty cache."""
    with LoopbackHub() as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        yield hub


def metrics_of(layout):
    """The metrics that a model is for."""
    unified = layout.hparams.get("input_segments", ()) == ["mt", "src", "ref"]
    if layout.kind == XCOMET or unified:
        return (Comet, CometQE)
    return (Comet,) if layout.needs_reference else (CometQE,)


def expected(work: Path, layout, metric) -> np.ndarray:
    if metric is CometQE:
        rows = [{"src": s.source, "mt": s.hypothesis} for s in NASTY]
        return np.array(peer_predictions(work, layout, rows).scores)
    rows = [
        {"src": s.source, "mt": s.hypothesis, "ref": reference}
        for s in NASTY
        for reference in s.present_references
    ]
    found = iter(peer_predictions(work, layout, rows).scores)
    return np.array([np.mean([next(found) for _ in s.present_references]) for s in NASTY])


def scores(metric, model) -> np.ndarray:
    return metric(model=str(model)).statistics(NASTY, ModelPool())[:, 0]


@pytest.mark.parametrize("name", BY_NAME)
def test_first_use_by_name_then_offline_from_a_folder_and_as_a_file(name, hub, work, tmp_path):
    layout = BY_NAME[name]
    folder = publish(hub, layout, work)
    metrics = metrics_of(layout)
    wanted = {metric: expected(work, layout, metric) for metric in metrics}
    on_hub = name if "/" in name else None

    for metric in metrics if on_hub else ():
        np.testing.assert_allclose(scores(metric, name), wanted[metric], atol=TOLERANCE, rtol=0)
        assert np.ptp(wanted[metric]) > 0.01  # the model does tell the samples apart
    hub.models.clear()
    asked = len(hub.requests)
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    if on_hub is None:
        publish(hub, layout, work)
    for metric in metrics:
        if on_hub:
            np.testing.assert_array_equal(scores(metric, name), scores(metric, name))
        np.testing.assert_allclose(scores(metric, copy), wanted[metric], atol=TOLERANCE, rtol=0)
        lone = tmp_path / "lone" / f"{metric.__name__}.ckpt"
        lone.parent.mkdir(exist_ok=True)
        shutil.copy(copy / "checkpoints" / "model.ckpt", lone)
    if on_hub:
        assert len(hub.requests) == asked
