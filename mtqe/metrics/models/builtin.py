"""The models that mtqe assembles itself, and what each is made from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mtqe.errors import ModelError
from mtqe.metrics.models import comet_delta, e5
from mtqe.metrics.models.assembly import Assembly, sha256_files
from mtqe.metrics.models.files import CHECKPOINT

WEIGHTS_FOLDER = Path(__file__).with_name("weights")

# Goes into the hashes below; raise it whenever the same ingredients give another model.
_RECIPE_VERSION = 1
_BYTES_NEEDED = 600_000_000


@dataclass(frozen=True)
class BuiltInModel:
    """A model made from the pip-delivered encoder and, for COMET, a delta in `weights_folder`."""

    name: str
    kind: Literal["comet", "encoder"]
    licence: str
    weights_folder: Path = WEIGHTS_FOLDER

    @property
    def entry(self) -> Path:
        """What the metric's own library loads, relative to the model's folder."""
        return CHECKPOINT if self.kind == "comet" else Path()

    def fingerprint(self) -> str:
        """Hash of all that the model is made from, the same on every machine.

        Raises:
            ModelError: An ingredient is not installed.
        """
        ingredients = sha256_files(self._ingredients())
        return hashlib.sha256(f"{_RECIPE_VERSION} {ingredients}".encode()).hexdigest()

    def assembly(self, root: Path) -> Assembly:
        """How the model comes to lie under `root`.

        Raises:
            ModelError: An ingredient is not installed.
        """
        return Assembly(
            target=root / self.name,
            fingerprint=self.fingerprint(),
            build=self._build,
            bytes_needed=_BYTES_NEEDED,
            holds_own_path=self.kind == "comet",
        )

    def _ingredients(self) -> list[Path]:
        if self.kind == "encoder":
            return [e5.weights_path()]
        return [e5.weights_path(), *comet_delta.delta_files(self._delta())]

    def _build(self, folder: Path, location: Path) -> None:
        if self.kind == "encoder":
            e5.assemble_encoder(folder)
        else:
            comet_delta.write_checkpoint(folder, self._delta(), location)

    def _delta(self) -> Path:
        path = self.weights_folder / f"{self.name}.safetensors"
        if not path.is_file():
            raise ModelError(
                f"The weights of {self.name} are not in {path.parent}: reinstall mtqe."
            )
        return path


_MODELS = (
    BuiltInModel("mtqe-e5-small", "encoder", "MIT"),
    BuiltInModel("mtqe-comet-mini", "comet", "Apache-2.0, its encoder MIT"),
    BuiltInModel("mtqe-kiwi-mini", "comet", "Apache-2.0, its encoder MIT"),
)
BUILT_IN = {model.name: model for model in _MODELS}
