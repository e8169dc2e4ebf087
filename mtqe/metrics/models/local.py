"""Models that lie on this machine as their own libraries keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mtqe.errors import ModelError
from mtqe.metrics.models.assembly import sha256_file, sha256_files
from mtqe.metrics.models.comet_folder import CometFolder, read_settings
from mtqe.metrics.models.files import CHECKPOINT, CONFIG, HPARAMS, weight_files
from mtqe.metrics.models.hashes import kept_sha256
from mtqe.metrics.models.plain import refuse_pointer
from mtqe.support.arguments import path_argument
from mtqe.support.hub import Lacking

Kind = Literal["comet", "metricx", "bleurt", "encoder"]
CLASSES: Mapping[str, Kind] = {
    "MT5ForRegression": "metricx",
    "BleurtForSequenceClassification": "bleurt",
}
"""What ``config.json`` calls the architecture of metrics that are one transformers folder."""


@dataclass(frozen=True)
class LocalModel:
    """A model on disk: `path` is what its library loads, a checkpoint or a transformers folder."""

    path: Path
    kind: Kind

    @classmethod
    def find(cls, path: Path) -> LocalModel:
        """Recognize a COMET checkpoint, its folder, or a transformers folder.

        Raises:
            ModelError: There is nothing, or nothing that can be loaded.
        """
        path = path_argument(path, "model").expanduser().absolute()
        if not path.exists():
            raise ModelError(f"There is no model at {path}: check the path.")
        comet = CometFolder.find(path)
        if comet is not None:
            comet.kind  # noqa: B018 - raises where it is not known
            return cls(comet.weights, "comet")
        if _weight_files(path) and (path / CONFIG).is_file():
            return cls(path, kind_of_folder(path / CONFIG))
        raise ModelError(
            f"{path} holds no model: give a folder with {CHECKPOINT.as_posix()} and {HPARAMS} "
            "(COMET), or one with config.json and model.safetensors (transformers)."
        )

    def sha256(self, *, thorough: bool = False) -> str:
        """Hash of the weights and of the settings that change scores, wherever they lie.

        Args:
            thorough: read all of them, even those whose hash is known.
        """
        if self.kind == "comet":
            return self.comet().sha256(thorough=thorough)
        weights = _weight_files(self.path)
        for path in weights:
            refuse_pointer(path)
        return sha256_files(
            [self.path / CONFIG, *weights], sha256_file if thorough else kept_sha256
        )

    def comet(self) -> CometFolder:
        """The files of a COMET model.

        Raises:
            ModelError: it is no COMET model.
        """
        found = CometFolder.find(self.path)
        if found is None:
            raise ModelError(f"{self.path} is no COMET model.")
        return found


def kind_of_folder(config: Path) -> Kind:
    """What a transformers folder is, by its ``config.json``."""
    stated = read_settings(config).get("architectures")
    names = map(str, stated) if isinstance(stated, list) else iter(())
    return next((CLASSES[name] for name in names if name in CLASSES), "encoder")


def _weight_files(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in weight_files([path.name for path in folder.iterdir()])]
    except Lacking as lacking:
        raise ModelError(f"{folder} is incomplete: {lacking}. Download it again.") from lacking
