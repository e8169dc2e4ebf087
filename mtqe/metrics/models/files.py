"""Which files of a model's folder or repository a metric needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fnmatch import fnmatch
from pathlib import Path

from mtqe.support.hub import Lacking, missing_parts

CHECKPOINT = Path("checkpoints") / "model.ckpt"
HPARAMS = "hparams.yaml"
CONFIG = "config.json"

VOCABULARIES = (
    "tokenizer.json", "sentencepiece.bpe.model", "spm.model", "spiece.model", "sentencepiece.model",
    "tokenizer.model", "vocab.txt", "vocab.json", "bpe.codes",
)  # fmt: skip
"""What transformers' tokenizers can be built from, one of which a tokenizer needs."""
BESIDE = ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "merges.txt")
WEIGHTS = ("model.safetensors", "pytorch_model.bin")


def comet_or_encoder(names: Collection[str]) -> list[str]:
    """A COMET checkpoint and its hyperparameters, else an encoder with its tokenizer.

    Raises:
        Lacking: it is neither.
    """
    if CHECKPOINT.as_posix() in names:
        return [*_present((HPARAMS,), names), CHECKPOINT.as_posix()]
    weights = weight_files(names)
    if CONFIG not in names or not weights:
        raise Lacking(
            f"it has neither {CHECKPOINT.as_posix()} with {HPARAMS} (COMET) nor {CONFIG} with "
            f"{' or '.join(WEIGHTS)} (an encoder)"
        )
    return [CONFIG, *_present((*BESIDE, *VOCABULARIES), names), *weights]


def tokenizer_and_config(names: Collection[str]) -> list[str]:
    """What a COMET checkpoint needs of its encoder, whose weights are in the checkpoint.

    Raises:
        Lacking: there is no configuration, or no tokenizer.
    """
    found = [*config_only(names), *_present((*BESIDE, *VOCABULARIES), names)]
    if not any(name in VOCABULARIES for name in found):
        raise Lacking(f"it has no tokenizer ({', '.join(VOCABULARIES[:3])}, …)")
    return found


def config_only(names: Collection[str]) -> list[str]:
    """The configuration of an encoder whose tokenizer lies elsewhere.

    Raises:
        Lacking: there is none.
    """
    if CONFIG not in names:
        raise Lacking(f"it has no {CONFIG}")
    return [CONFIG]


def weight_files(names: Collection[str]) -> list[str]:
    """The files of a transformers model's weights, safetensors if there are any.

    Raises:
        Lacking: one of several parts is not there.
    """
    for name in WEIGHTS:
        if name in names:
            return [name]
        index = f"{name}.index.json"
        if index in names:
            if (parts := missing_parts(names)) is not None:
                raise Lacking(parts)
            stem, ending = name.split(".")
            return [index, *sorted(n for n in names if fnmatch(n, f"{stem}-*-of-*.{ending}"))]
    return []


def _present(wanted: Sequence[str], names: Collection[str]) -> list[str]:
    return [name for name in wanted if name in names]
