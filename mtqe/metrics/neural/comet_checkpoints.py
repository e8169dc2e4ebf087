"""Reading COMET checkpoints as unbabel-comet does, without loading its classes.

A checkpoint is a dictionary of tensors and hyperparameters. Reading it takes a second; loading it
with unbabel-comet imports Lightning, torchmetrics and pandas, and takes many. Parity tests hold
mtqe's scores to those of unbabel-comet's own ``predict``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mtqe.errors import ModelError
from mtqe.metrics.models import comet_folder as folders
from mtqe.metrics.models.comet_folder import CometFolder, read_settings
from mtqe.metrics.models.files import CONFIG
from mtqe.metrics.models.find import EncoderFiles
from mtqe.metrics.models.plain import load_plain
from mtqe.metrics.neural.encoders import subwords
from mtqe.metrics.neural.encoders.subwords import Subwords

if TYPE_CHECKING:
    import torch

    from mtqe.metrics.pool import ModelPool

RESERVED_POSITIONS = 4
"""COMET keeps two positions free of joined texts, and two more free of each text."""
XCOMET_LABELS = ("minor", "major", "critical")

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


FAMILIES = {
    "BERT": Family(1, segment_types=True),
    "XLM-RoBERTa": Family(2, segment_types=False),
    "XLM-RoBERTa-XL": Family(2, segment_types=False),
    "MiniLM": Family(2, segment_types=False),
    "RemBERT": Family(1, segment_types=False),
    "DeBERTa": Family(1, segment_types=True),
}
"""RemBERT's class makes segment types, and its ``forward`` drops them."""

POOLS = ("avg", "cls", "max", "default")

_DEFAULTS: Mapping[str, Any] = {
    "encoder_model": "XLM-RoBERTa",
    "pool": "avg",
    "layer": "mix",
    "layer_norm": True,
    "layer_transformation": "softmax",
    "activations": "Tanh",
    "final_activation": None,
    "word_level_training": False,
}
_CLASS_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    folders.UNIFIED: {
        "layer_transformation": "sparsemax",
        "word_layer": 24,
        "input_segments": folders.ALL_SEGMENTS,
        "error_labels": ("minor", "major"),
    },
    folders.XCOMET: {
        "encoder_model": "XLM-RoBERTa-XL",
        "layer_transformation": "sparsemax",
        "layer_norm": False,
        "word_layer": 36,
    },
}
"""What the classes of unbabel-comet 2.2.7 take where a checkpoint says nothing."""


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
    def is_joint(self) -> bool:
        """Whether the model reads all texts at once."""
        return self.kind in (folders.UNIFIED, folders.XCOMET)

    @property
    def word_labels(self) -> tuple[str, ...]:
        """Names of the errors that the model marks words with; none where it marks no words."""
        if self.kind == folders.XCOMET:
            return XCOMET_LABELS
        if self.kind == folders.UNIFIED and self.hparams["word_level_training"]:
            return tuple(self.hparams["error_labels"])
        return ()

    @property
    def encoder_state(self) -> dict[str, torch.Tensor]:
        """The encoder's parameters by transformers' names."""
        return {
            name.removeprefix(_ENCODER_PREFIX): tensor
            for name, tensor in self.state.items()
            if name.startswith(_ENCODER_PREFIX)
        }


def read_checkpoint(folder: CometFolder, encoder: EncoderFiles, pool: ModelPool) -> Checkpoint:
    """Read a checkpoint with its encoder's tokenizer.

    Raises:
        ModelError: it can't be read, or is not what its settings say.
    """
    content = load_plain(folder.weights)
    is_bare = "state_dict" not in content
    state = dict(content) if is_bare else content["state_dict"]
    pickled = {} if is_bare else content.get("hyper_parameters") or {}
    if not isinstance(state, dict) or not isinstance(pickled, dict):
        raise ModelError(f"{folder.weights} is not a COMET checkpoint: give another file.")
    hparams = resolve_hparams(folder, pickled)
    if hparams["encoder_model"] not in FAMILIES:
        raise ModelError(
            f"{folder.root} has an encoder of the class {hparams['encoder_model']!r}, which mtqe "
            f"does not know; it knows {', '.join(FAMILIES)}."
        )
    if hparams["pool"] not in POOLS:
        raise ModelError(
            f"{folder.root} pools by {hparams['pool']!r}, which mtqe does not know; it knows "
            f"{', '.join(POOLS)}."
        )
    _refuse_unmet_needs(folder, hparams)
    config = read_settings(encoder.config / CONFIG)
    limit = _text_limit(config)
    tokenizer = subwords.from_folder(encoder.tokenizer, limit, _class_name(hparams), pool)
    return Checkpoint(folder.kind, hparams, state, config, tokenizer, limit + 2)


def resolve_hparams(folder: CometFolder, pickled: Mapping[str, Any]) -> Mapping[str, Any]:
    """Hyperparameters as unbabel-comet's ``load_from_checkpoint`` gives them to its classes.

    The checkpoint's own count; of ``hparams.yaml`` only the class does, and ``sparsemax_patch``,
    which means softmax. Classes fill in what is missing.
    """
    found = {**_DEFAULTS, **_CLASS_DEFAULTS.get(folder.kind, {}), **(pickled or folder.stated)}
    if folder.uses_softmax:
        found["layer_transformation"] = "softmax"
    if folder.kind in (folders.UNIFIED, folders.XCOMET):
        given = pickled or folder.stated
        found["layer"] = given.get("sent_layer", "mix")
    return found


def text_limit(encoder: EncoderFiles) -> str:
    """Tokens of a text that COMET reads."""
    return str(_text_limit(read_settings(encoder.config / CONFIG)))


def _text_limit(config: Mapping[str, Any]) -> int:
    return int(config["max_position_embeddings"]) - RESERVED_POSITIONS


def _class_name(hparams: Mapping[str, Any]) -> str:
    """The tokenizer class that unbabel-comet's encoder classes take."""
    names = {"BERT": "BertTokenizerFast", "RemBERT": subwords.REMBERT, "DeBERTa": ""}
    return names.get(hparams["encoder_model"], "XLMRobertaTokenizerFast")


def _refuse_unmet_needs(folder: CometFolder, hparams: Mapping[str, Any]) -> None:
    """See that a model asks for nothing but source, hypothesis and reference.

    Raises:
        ModelError: it does (COMET-poly's other candidates and their scores).
    """
    others = ("additional_translation_in", "additional_score_in", "additional_score_out")
    if any(any(hparams.get(name) or ()) for name in others) or hparams.get("use_ref"):
        raise ModelError(
            f"{folder.root} scores a translation by others of the same source, which mtqe does "
            "not give to a metric: use zouharvi/COMET-poly-base-wmt25, or another COMET model."
        )
