"""COMET checkpoints made from the encoder and a delta, loaded by unbabel-comet itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from mtqe.errors import ModelError
from mtqe.metrics.models import comet_delta, e5
from mtqe.metrics.models.files import CHECKPOINT
from tests.peers import needs_comet, require_comet
from tests.unit.metrics.neural.comet_samples import NORM, QUERY, adapters, head, write_delta

SAMPLES = [
    {"src": "Das ist gut.", "mt": "This is good.", "ref": "That is good."},
    {"src": "我爱你。", "mt": "The weather is nice～", "ref": "I love you."},
    {"src": "Ja", "mt": "", "ref": "Yes"},
]


@pytest.fixture(scope="module")
def delta(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("delta") / "tiny.safetensors"
    return write_delta(path, adapters() | head(features=6))


@pytest.fixture(scope="module")
def folder(delta, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("comet")
    comet_delta.write_checkpoint(folder, delta)
    return folder


@pytest.fixture(scope="module")
def checkpoint(folder):
    return torch.load(folder / CHECKPOINT, mmap=True, weights_only=True)


@pytest.fixture(scope="module")
def model(folder):
    return _load_comet(folder / CHECKPOINT)


def test_adapters_and_shifts_are_merged_into_the_encoder(checkpoint):
    encoder = e5.read_encoder(e5.weights_path()).bert_weights()
    update = {name: tensor.astype(np.float64) for name, tensor in adapters().items()}
    change = update[f"adapter.{QUERY}.B"] @ update[f"adapter.{QUERY}.A"]
    merged = checkpoint["state_dict"][f"encoder.model.{QUERY}.weight"].numpy()
    np.testing.assert_allclose(merged, encoder[f"{QUERY}.weight"] + change, atol=1e-6)
    shifted = checkpoint["state_dict"][f"encoder.model.{NORM}"].numpy()
    np.testing.assert_allclose(shifted, encoder[NORM] + 0.5, atol=1e-6)


def test_eight_bit_shifts_are_scaled_row_by_row(tmp_path):
    steps = np.random.default_rng(3).integers(-127, 128, size=(384, 384)).astype(np.int8)
    scale = np.linspace(1e-6, 1e-3, 384, dtype=np.float32)[:, None]
    tensors: dict[str, np.ndarray] = {
        f"shift.{QUERY}.weight": steps,
        f"scale.{QUERY}.weight": scale,
    }
    path = write_delta(tmp_path / "wide.safetensors", tensors | head(features=6))
    encoder = e5.read_encoder(e5.weights_path()).bert_weights()
    merged = comet_delta.read_delta(path).merge_into(encoder)
    expected = encoder[f"{QUERY}.weight"] + steps * scale
    np.testing.assert_allclose(merged[f"{QUERY}.weight"], expected, atol=1e-6)


def test_all_is_stored_in_float32(checkpoint):
    assert {tensor.dtype for tensor in checkpoint["state_dict"].values()} == {torch.float32}


def test_comet_finds_every_parameter_and_keeps_the_merged_encoder(model, checkpoint):
    loaded = model.state_dict()
    assert loaded.keys() == checkpoint["state_dict"].keys()
    for name, tensor in checkpoint["state_dict"].items():
        assert torch.equal(loaded[name], tensor), name


def test_comet_scores_an_empty_hypothesis_and_any_script(model):
    model.eval()
    with torch.no_grad():
        scores = model(**model.prepare_sample(SAMPLES, stage="predict")).score
    assert scores.isfinite().all()
    assert len(set(scores.tolist())) == len(SAMPLES)


def test_a_referenceless_delta_loads_as_such(tmp_path):
    path = tmp_path / "kiwi.safetensors"
    write_delta(path, head(features=4), "referenceless_regression_metric")
    (tmp_path / "model").mkdir()
    comet_delta.write_checkpoint(tmp_path / "model", path)
    model = _load_comet(tmp_path / "model" / CHECKPOINT)
    assert not model.requires_references()


@needs_comet
@pytest.mark.slow
def test_the_comet_score_program_takes_the_checkpoint_offline(folder, tmp_path):
    for key in ("src", "mt", "ref"):
        lines = "".join(sample[key] + "\n" for sample in SAMPLES[:2])
        (tmp_path / key).write_text(lines, encoding="utf-8")
    program = Path(sys.executable).with_name("comet-score")
    arguments = ["-s", "src", "-t", "mt", "-r", "ref", "--gpus", "0", "--quiet"]
    model = ["--model", str(folder / CHECKPOINT)]
    done = subprocess.run(
        [program, *arguments, *model],
        cwd=tmp_path,
        env={"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "score:" in done.stdout


def test_two_deltas_can_share_one_adapter_file(delta, tmp_path):
    write_delta(tmp_path / "shared.safetensors", adapters())
    path = tmp_path / "tiny.safetensors"
    write_delta(path, head(features=6), shared="shared.safetensors")
    assert comet_delta.delta_files(path) == [path, tmp_path / "shared.safetensors"]
    ours, whole = comet_delta.read_delta(path), comet_delta.read_delta(delta)
    assert ours.tensors.keys() == whole.tensors.keys()


def test_a_missing_adapter_file_is_one_clear_error(tmp_path):
    path = write_delta(tmp_path / "tiny.safetensors", head(features=6), shared="gone.safetensors")
    with pytest.raises(ModelError, match=r"gone\.safetensors can't be read"):
        comet_delta.read_delta(path)


def test_an_adapter_for_another_encoder_is_refused(tmp_path):
    tensors = {"shift.encoder.layer.3.output.LayerNorm.bias": np.zeros(768, np.float16)}
    path = write_delta(tmp_path / "large.safetensors", tensors)
    with pytest.raises(ModelError, match=r"changes encoder\.layer\.3.*\[768\]"):
        comet_delta.write_checkpoint(_made(tmp_path / "model"), path)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _load_comet(path: Path):
    require_comet()
    from comet import load_from_checkpoint

    return load_from_checkpoint(str(path), strict=True, local_files_only=True)
