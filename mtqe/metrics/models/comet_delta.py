"""COMET checkpoints made from the built-in encoder and a small file of trained differences.

The differences ("delta") are a safetensors file. Its metadata key ``mtqe`` holds JSON: ``name``,
``class_identifier`` and ``hparams`` as COMET has them, ``encoder`` (the built-in encoder's name),
and perhaps ``adapters``, a file beside it whose tensors it shares. Its tensors are

- ``estimator.*`` and ``layerwise_attention.*``, named as in COMET's state dict;
- ``adapter.<module>.A`` [rank, in] and ``adapter.<module>.B`` [out, rank], a low-rank update of a
  linear layer of ``BertModel``: W + B A (Hu et al. 2021, LoRA), its scale folded in;
- ``shift.<parameter>``, added to a parameter of ``BertModel``; as 8-bit integers, it goes with
- ``scale.<parameter>`` [out, 1], what a step of the integers is worth in each row.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mtqe.errors import ModelError
from mtqe.metrics.models import e5
from mtqe.metrics.models.files import CHECKPOINT, HPARAMS
from mtqe.support.json_text import json_value

if TYPE_CHECKING:
    import torch


_ENCODER_FOLDER = "encoder"
OLDEST_LIGHTNING = "2.0.0"
"""Of those that unbabel-comet takes."""
# Of COMET's RegressionMetric: what its readers look at, stated even when a delta leaves it out.
_COMET_DEFAULTS = {
    "dropout": 0.1,
    "layer": "mix",
    "layer_norm": True,
    "layer_transformation": "softmax",
    "pool": "avg",
}
_HEAD = ("estimator.", "layerwise_attention.")

Tensors = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Delta:
    """A trained model's differences from the encoder, the shared adapters included."""

    path: Path
    metadata: dict[str, Any]
    tensors: Tensors

    def head(self) -> Tensors:
        """The tensors that the encoder does not have, float32."""
        return {
            name: tensor.astype(np.float32)
            for name, tensor in self.tensors.items()
            if name.startswith(_HEAD)
        }

    def merge_into(self, encoder: Tensors) -> Tensors:
        """The encoder's tensors with adapters and shifts applied, float32.

        Raises:
            ModelError: A tensor fits nothing in the encoder.
        """
        merged = dict(encoder)
        for name, update in self._updates():
            if name not in merged or merged[name].shape != update.shape:
                raise ModelError(
                    f"{self.path} changes {name} {list(update.shape)}, which the encoder does not "
                    "have: reinstall mtqe, or train the model again on this encoder."
                )
            merged[name] = (merged[name] + update).astype(np.float32)
        return merged

    def _updates(self) -> list[tuple[str, NDArray[np.float64]]]:
        updates = []
        for name, tensor in self.tensors.items():
            kind, _, rest = name.partition(".")
            if kind == "shift":
                scale = self.tensors.get(f"scale.{rest}", np.float64(1))
                updates.append((rest, tensor * scale.astype(np.float64)))
            elif kind == "adapter" and rest.endswith(".A"):
                module = rest.removesuffix(".A")
                up = self.tensors[f"adapter.{module}.B"].astype(np.float64)
                updates.append((f"{module}.weight", up @ tensor.astype(np.float64)))
        return updates


def read_delta(path: Path) -> Delta:
    """Read a delta and the adapters it shares.

    Raises:
        ModelError: A file is missing or is no delta.
    """
    metadata, tensors = _read_safetensors(path)
    for shared in shared_files(path, metadata):
        tensors = _read_safetensors(shared)[1] | tensors
    return Delta(path, metadata, tensors)


def delta_files(path: Path) -> list[Path]:
    """The delta and the files it shares: all that, with the encoder, determines the model."""
    metadata, _ = _read_safetensors(path)
    return [path, *shared_files(path, metadata)]


def shared_files(path: Path, metadata: dict[str, Any]) -> list[Path]:
    """The adapter file that the metadata names, beside the delta."""
    name = metadata.get("adapters")
    return [path.with_name(name)] if name else []


def write_checkpoint(folder: Path, delta_path: Path, location: Path | None = None) -> None:
    """Write what `comet.load_from_checkpoint` and ``comet-score --model`` load offline.

    Args:
        folder: An existing empty folder; gets ``hparams.yaml``, ``checkpoints/model.ckpt`` and
            ``encoder/`` (the encoder's configuration and tokenizer).
        delta_path: The trained differences.
        location: Where the folder will lie in the end, if elsewhere; COMET needs absolute paths.

    Raises:
        ModelError: The delta or the encoder's weights can't be used.
    """
    delta = read_delta(delta_path)
    encoder = e5.read_encoder(e5.weights_path())
    _write_encoder(folder / _ENCODER_FOLDER, encoder)
    hparams = _hparams(delta, (location or folder).absolute() / _ENCODER_FOLDER)
    _write_hparams(folder / HPARAMS, hparams, delta.metadata["class_identifier"])
    _write_state(folder / CHECKPOINT, _state(delta, encoder, hparams), hparams)


def _write_encoder(folder: Path, encoder: e5.EncoderFile) -> None:
    folder.mkdir()
    # COMET's encoder_model "BERT" loads the tokenizer with this class, and warns about any other.
    e5.write_settings(folder, encoder, tokenizer_class="BertTokenizerFast")


def _hparams(delta: Delta, encoder_folder: Path) -> dict[str, Any]:
    ours = {"encoder_model": "BERT", "pretrained_model": str(encoder_folder)}
    return {**_COMET_DEFAULTS, **delta.metadata["hparams"], **ours}


def _write_hparams(path: Path, hparams: dict[str, Any], class_identifier: str) -> None:
    import yaml

    content = {**hparams, "class_identifier": class_identifier}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8", newline="\n")


def _state(
    delta: Delta, encoder: e5.EncoderFile, hparams: dict[str, Any]
) -> dict[str, torch.Tensor]:
    import torch

    merged = delta.merge_into(encoder.bert_weights())
    state = {f"encoder.model.{name}": tensor for name, tensor in merged.items()}
    state |= _dropout_buffers(hparams, encoder.architecture.layers + 1) | delta.head()
    return {name: torch.from_numpy(np.ascontiguousarray(state[name])) for name in sorted(state)}


def _dropout_buffers(hparams: dict[str, Any], layers: int) -> Tensors:
    """Two constants of COMET's layer mix that are part of its state, used in training alone."""
    if hparams["layer"] != "mix" or not hparams["dropout"]:
        return {}
    fill = np.full(layers, -1e20, np.float32)
    return {
        "layerwise_attention.dropout_mask": np.zeros(layers, np.float32),
        "layerwise_attention.dropout_fill": fill,
    }


def _write_state(path: Path, state: dict[str, torch.Tensor], hparams: dict[str, Any]) -> None:
    import torch

    checkpoint = {
        "state_dict": state,
        "hyper_parameters": hparams,
        "pytorch-lightning_version": _lightning(),
    }
    path.parent.mkdir()
    try:
        with path.open("wb") as stream:
            torch.save(checkpoint, stream)
    except RuntimeError as error:  # its way to say that the disk is full
        raise OSError(f"{path.name} could not be finished; the disk may be full") from error


def _lightning() -> str:
    """The Lightning that shall take the checkpoint for its own, which then tells users nothing."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pytorch-lightning")
    except PackageNotFoundError:
        return OLDEST_LIGHTNING


def _read_safetensors(path: Path) -> tuple[dict[str, Any], Tensors]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as stream:
            metadata = json_value((stream.metadata() or {}).get("mtqe", "{}"))
            return metadata, {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, ValueError) as error:
        raise ModelError(f"{path} can't be read ({error}): reinstall mtqe.") from error
