"""Models that lie on this machine as their own libraries keep them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mtqe.errors import ModelError
from mtqe.metrics.models.assembly import sha256_file, sha256_files
from mtqe.metrics.models.comet_delta import CHECKPOINT, HPARAMS

Kind = Literal["comet", "encoder"]

_WEIGHTS = ("model*.safetensors", "pytorch_model*.bin")


@dataclass(frozen=True)
class LocalModel:
    """A model on disk: `path` is what its library loads, a ``.ckpt`` or a transformers folder."""

    path: Path
    kind: Kind

    @classmethod
    def find(cls, path: Path) -> LocalModel:
        """Recognize a COMET checkpoint, its folder, or a transformers folder.

        Raises:
            ModelError: There is nothing, or nothing that can be loaded.
        """
        path = path.expanduser().absolute()
        if not path.exists():
            raise ModelError(f"There is no model at {path}: check the path.")
        checkpoint = path / CHECKPOINT if path.is_dir() else path
        if checkpoint.is_file():
            return cls(_checked_checkpoint(checkpoint), "comet")
        if _weight_files(path) and (path / "config.json").is_file():
            return cls(path, "encoder")
        raise ModelError(
            f"{path} holds no model: give a folder with {CHECKPOINT.as_posix()} and {HPARAMS} "
            "(COMET), or one with config.json and model.safetensors (transformers)."
        )

    def sha256(self) -> str:
        """Hash of the weights (and of an encoder's config), whatever else lies beside them."""
        if self.kind == "comet":
            return sha256_file(self.path)
        return sha256_files([self.path / "config.json", *_weight_files(self.path)])


def _checked_checkpoint(checkpoint: Path) -> Path:
    hparams = checkpoint.parent.parent / HPARAMS
    if not hparams.is_file():
        raise ModelError(
            f"{checkpoint} needs {hparams}: COMET loads <folder>/{CHECKPOINT.as_posix()} "
            f"beside <folder>/{HPARAMS}."
        )
    return checkpoint


def _weight_files(folder: Path) -> list[Path]:
    """Safetensors if there are any, as transformers prefers them."""
    for pattern in _WEIGHTS:
        found = sorted(folder.glob(pattern))
        if found:
            return found
    return []
