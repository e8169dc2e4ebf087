"""COMET models on this machine: their files, their class, and the encoder that they name.

Layouts: ``checkpoints/model.ckpt`` below ``hparams.yaml`` (unbabel-comet); a checkpoint beside
that file, or alone where it names its class itself; ``model.safetensors`` with a ``config.json``
that names an encoder (xCOMET-lite).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mtqe.errors import ModelError
from mtqe.metrics.models.assembly import sha256_file, sha256_text
from mtqe.metrics.models.files import CHECKPOINT, CONFIG, HPARAMS
from mtqe.metrics.models.hashes import kept_sha256
from mtqe.metrics.models.plain import load_plain, refuse_pointer
from mtqe.support.json_text import json_value

REGRESSION = "regression_metric"
REFERENCELESS = "referenceless_regression_metric"
RANKING = "ranking_metric"
UNIFIED = "unified_metric"
XCOMET = "xcomet_metric"
POLYCAND = "polycand_metric"
KINDS = (REGRESSION, REFERENCELESS, RANKING, UNIFIED, XCOMET, POLYCAND)

LITE_WEIGHTS = "model.safetensors"
ENCODER_KEY, PRETRAINED_KEY = "encoder_model", "pretrained_model"
ALL_SEGMENTS = ("mt", "src", "ref")


@dataclass(frozen=True)
class CometFolder:
    """A COMET model's files.

    Attributes:
        weights: the checkpoint.
        settings: the file that names its class and encoder; None for a lone checkpoint.
    """

    weights: Path
    settings: Path | None

    @classmethod
    def find(cls, path: Path) -> CometFolder | None:
        """The model in a folder or of a checkpoint, or None where there is none.

        Raises:
            ModelError: a file that belongs to it can't be read.
        """
        if path.is_file():
            is_lite = path.name == LITE_WEIGHTS and names_encoder(path.parent / CONFIG)
            return cls(path, path.parent / CONFIG if is_lite else _settings_near(path))
        if (path / CHECKPOINT).is_file():
            return cls(path / CHECKPOINT, _settings_near(path / CHECKPOINT))
        if (path / LITE_WEIGHTS).is_file() and names_encoder(path / CONFIG):
            return cls(path / LITE_WEIGHTS, path / CONFIG)
        return None

    @property
    def root(self) -> Path:
        """The folder that holds all of the model."""
        if self.settings is not None:
            return self.settings.parent
        parent = self.weights.parent
        return parent.parent if parent.name == CHECKPOINT.parent.name else parent

    @cached_property
    def stated(self) -> Mapping[str, Any]:
        """What the settings say, or the checkpoint where there are none.

        Raises:
            ModelError: it says nothing that is of use.
        """
        if self.settings is None:
            return self._pickled
        found = read_settings(self.settings)
        is_lite = self.weights.suffix == ".safetensors"
        return {"class_identifier": XCOMET, **found} if is_lite else found

    @property
    def kind(self) -> str:
        """The class that the model is of, by unbabel-comet's name.

        Raises:
            ModelError: none is named, or one that mtqe does not know.
        """
        kind = self.stated.get("class_identifier")
        if kind in KINDS:
            return str(kind)
        if kind is None:
            where = self.settings or f"{self.weights}, which lies without {HPARAMS},"
            raise ModelError(
                f"{where} does not name the model's class_identifier: add it to {HPARAMS} in "
                f"{self.root}; it is one of {', '.join(KINDS)}."
            )
        raise ModelError(
            f"{self.root} is a COMET model of the class {kind!r}, which mtqe does not know; "
            f"it knows {', '.join(KINDS)}."
        )

    @property
    def input_segments(self) -> tuple[str, ...]:
        """The texts that a unified model reads."""
        found = self.stated.get("input_segments") or ALL_SEGMENTS
        return tuple(map(str, found)) if self.kind == UNIFIED else ALL_SEGMENTS

    @property
    def takes_reference(self) -> bool:
        """Whether the model can use a reference."""
        return self.kind in (REGRESSION, RANKING, XCOMET) or (
            self.kind == UNIFIED and "ref" in self.input_segments
        )

    @property
    def takes_source_alone(self) -> bool:
        """Whether the model can do without a reference."""
        return self.kind in (REFERENCELESS, POLYCAND, XCOMET) or (
            self.kind == UNIFIED and "src" in self.input_segments
        )

    @property
    def takes_context(self) -> bool:
        """Whether sentences before a text can be read with it, as the settings say.

        In unbabel-comet, two classes can, where they average tokens.
        """
        averages = self.stated.get("pool", "avg") == "avg"
        return averages and self.kind in (REGRESSION, REFERENCELESS)

    @property
    def marks_words(self) -> bool:
        """Whether the model also finds error spans, as its settings say."""
        word_level = self.kind == UNIFIED and bool(self.stated.get("word_level_training"))
        return self.kind == XCOMET or word_level

    @property
    def encoder_name(self) -> str:
        """The folder or hub name of the encoder that the model was trained from.

        Raises:
            ModelError: none is named.
        """
        name = self.stated.get(PRETRAINED_KEY) or (
            self.weights.is_file() and self._pickled.get(PRETRAINED_KEY)
        )
        if not isinstance(name, str) or not name:
            where = self.settings or self.weights
            raise ModelError(f"{where} does not name the encoder ({PRETRAINED_KEY}): add it.")
        return name

    def sha256(self, *, thorough: bool = False) -> str:
        """Hash of the weights, and of what the settings say that changes scores.

        Args:
            thorough: read the weights even if their hash is known.
        """
        refuse_pointer(self.weights)
        weights = (sha256_file if thorough else kept_sha256)(self.weights)
        changing = (self.kind, *self.input_segments, self.uses_softmax)
        return sha256_text(f"{weights} {json.dumps(changing)}")

    @property
    def uses_softmax(self) -> bool:
        """Whether the settings override how layers are weighed, as unbabel-comet has it."""
        return self.stated.get("layer_transformation") == "sparsemax_patch"

    @cached_property
    def _pickled(self) -> Mapping[str, Any]:
        found = load_plain(self.weights).get("hyper_parameters")
        return found if isinstance(found, dict) else {}


def names_encoder(config: Path) -> bool:
    """Whether a ``config.json`` is that of a COMET model."""
    return config.is_file() and ENCODER_KEY in read_settings(config)


def read_settings(path: Path) -> Mapping[str, Any]:
    """A YAML or JSON file with a mapping.

    Raises:
        ModelError: it is something else.
    """
    refuse_pointer(path)
    try:
        found = _parse(path)
    except (OSError, ValueError, RecursionError) as error:
        reason = str(error).strip().splitlines()[0][:100] if str(error).strip() else "it is damaged"
        raise ModelError(
            f"{path} can't be read ({reason}): download or copy the model again."
        ) from error
    if not isinstance(found, dict):
        raise ModelError(f"{path} holds no settings: download or copy the model again.")
    return found


def _parse(path: Path) -> object:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        return json_value(text)
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _settings_near(weights: Path) -> Path | None:
    for folder in (weights.parent.parent, weights.parent):
        if (folder / HPARAMS).is_file():
            return folder / HPARAMS
    return None
