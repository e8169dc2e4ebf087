"""Reading COMET checkpoints: directly where that is enough, else through unbabel-comet.

A plain checkpoint is a dictionary of tensors beside an encoder folder. Reading it takes a second;
loading it with unbabel-comet imports Lightning, torchmetrics and pandas, and takes many. Parity
tests hold both ways to the same scores.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any

from mtqe.errors import ModelError
from mtqe.metrics.neural.encoders import bert, subwords
from mtqe.metrics.neural.encoders.subwords import Subwords
from mtqe.support.hub import local_hub_snapshot
from mtqe.support.quiet import quiet

if TYPE_CHECKING:
    import torch
    from comet.models.base import CometModel as UnbabelModel

    from mtqe.metrics.pool import ModelPool

REGRESSION = "regression_metric"
REFERENCELESS = "referenceless_regression_metric"
UNIFIED = "unified_metric"

RESERVED_POSITIONS = 4
"""COMET keeps two positions free of joined texts, and two more free of each text."""

_ENCODER_PREFIX = "encoder.model."


@dataclass(frozen=True)
class Family:
    """How one of COMET's encoder classes joins and cuts texts.

    Attributes:
        separators: separator tokens between two joined texts.
        segment_types: whether joined texts after the first are marked as another segment.
    """

    separators: int
    segment_types: bool


DEFAULT_HPARAMS: Mapping[str, Any] = {
    "pool": "avg",
    "layer_norm": True,
    "activations": "Tanh",
    "final_activation": None,
    "input_segments": ("mt", "src", "ref"),
}
FAMILIES = {"BERT": Family(1, True), "XLM-RoBERTa": Family(2, False)}


@dataclass(frozen=True)
class Checkpoint:
    """All that inference needs of a checkpoint.

    Attributes:
        kind: COMET's class identifier.
        hparams: COMET's hyperparameters.
        state: parameters by COMET's names.
        encoder_config: the encoder's ``config.json``.
        subwords: the tokenizer, with the limit that COMET gives one text.
        max_positions: the most tokens of joined texts.
    """

    kind: str
    hparams: Mapping[str, Any]
    state: Mapping[str, torch.Tensor]
    encoder_config: Mapping[str, Any]
    subwords: Subwords
    max_positions: int

    @property
    def family(self) -> Family:
        """How the encoder joins texts."""
        return FAMILIES[self.hparams["encoder_model"]]

    @property
    def encoder_state(self) -> dict[str, torch.Tensor]:
        """The encoder's parameters by transformers' names."""
        return {
            name.removeprefix(_ENCODER_PREFIX): tensor
            for name, tensor in self.state.items()
            if name.startswith(_ENCODER_PREFIX)
        }


def checkpoint_file(path: Path) -> Path:
    """The ``.ckpt`` of a model folder, or the file itself."""
    return path / "checkpoints" / "model.ckpt" if path.is_dir() else path


def class_identifier(path: Path) -> str:
    """Which of COMET's classes a checkpoint is for, from the ``hparams.yaml`` beside it."""
    import yaml

    text = (path.parent.parent / "hparams.yaml").read_text(encoding="utf-8")
    return str(yaml.safe_load(text)["class_identifier"])


def text_limit(path: Path) -> str:
    """Tokens of a text that COMET reads, or ``model`` where only loading it would tell."""
    import yaml

    hparams = yaml.safe_load((path.parent.parent / "hparams.yaml").read_text(encoding="utf-8"))
    folder = _encoder_folder(hparams)
    if folder is None:
        return "model"
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return str(config["max_position_embeddings"] - RESERVED_POSITIONS)


def read_plain(path: Path, pool: ModelPool) -> Checkpoint | None:
    """Read a checkpoint without unbabel-comet, or give None where it takes more than that."""
    import torch

    try:
        content = torch.load(path, map_location="cpu", mmap=True, weights_only=True)
    except (UnpicklingError, RuntimeError, ValueError):
        return None
    kind = class_identifier(path)
    hparams = _completed(content["hyper_parameters"], kind)
    folder = _encoder_folder(hparams)
    if folder is None:
        return None
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    limit = config["max_position_embeddings"] - RESERVED_POSITIONS
    tokenizer = subwords.from_folder(folder, limit, config["pad_token_id"], pool)
    if tokenizer is None:
        return None
    checkpoint = Checkpoint(kind, hparams, content["state_dict"], config, tokenizer, limit + 2)
    return checkpoint if can_be_computed(checkpoint) else None


def can_be_computed(checkpoint: Checkpoint) -> bool:
    """Whether mtqe's own inference covers the model."""
    hparams = checkpoint.hparams
    pool = "cls" if checkpoint.kind == UNIFIED else hparams["pool"]
    return (
        checkpoint.kind in (REGRESSION, REFERENCELESS, UNIFIED)
        and hparams["encoder_model"] in FAMILIES
        and bert.is_supported(checkpoint.encoder_config)
        and pool in ("avg", "cls")
    )


def load_original(path: Path) -> UnbabelModel:
    """Load a checkpoint with unbabel-comet, locally first.

    Raises:
        ModelError: the encoder's tokenizer or configuration is neither here nor on a hub in reach.
    """
    from comet import load_from_checkpoint

    try:
        with quiet():
            try:
                return load_from_checkpoint(str(path), local_files_only=True)
            except OSError:
                return load_from_checkpoint(str(path))
    except OSError as error:
        reason = str(error).strip().splitlines()[0][:160]
        raise ModelError(
            f"{path} needs its encoder's tokenizer, which is neither on this machine nor to be "
            f"downloaded ({reason}): load it once where a hub can be reached."
        ) from error


def from_original(model: UnbabelModel, kind: str) -> Checkpoint:
    """The same content, of a model that unbabel-comet has loaded."""
    encoder = model.encoder
    limit = encoder.max_positions - 2
    return Checkpoint(
        kind=kind,
        hparams=_completed(dict(model.hparams), kind),
        state=model.state_dict(),
        encoder_config=encoder.model.config.to_dict(),
        subwords=subwords.from_transformers(encoder.tokenizer, limit),
        max_positions=encoder.max_positions,
    )


def _completed(hparams: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """With COMET's defaults for what a checkpoint leaves out; its unified class renames one."""
    transformation = "sparsemax" if kind == UNIFIED else "softmax"
    layer = hparams.get("sent_layer", hparams.get("layer", "mix"))
    defaults = {**DEFAULT_HPARAMS, "layer_transformation": transformation}
    return {**defaults, **hparams, "layer": layer}


def _encoder_folder(hparams: Mapping[str, Any]) -> Path | None:
    name = hparams.get("pretrained_model")
    if hparams.get("encoder_model") not in FAMILIES or not name:
        return None
    folder = Path(name) if Path(name).is_dir() else local_hub_snapshot(name)
    return folder if folder and (folder / "config.json").is_file() else None
