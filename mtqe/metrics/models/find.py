"""Where a neural metric's model lies, downloaded first if it comes from a hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mtqe.errors import ModelError
from mtqe.metrics.models.local import LocalModel
from mtqe.metrics.models.store import ModelStore
from mtqe.support.hub import HubFailed, download, local_hub_snapshot

NON_COMMERCIAL = ("cometkiwi", "xcomet")


@dataclass(frozen=True)
class FoundModel:
    """A model on this machine.

    Attributes:
        path: what its library loads: a checkpoint or a folder.
        sha256: hash of its weights, the same wherever they lie.
    """

    path: Path
    sha256: str

    @property
    def short_hash(self) -> str:
        """The hash as signatures have it."""
        return self.sha256[:12]


def find(spec: str) -> FoundModel:
    """Find a model by built-in or added name, path or hub name, and hash its weights once.

    Raises:
        ModelError: the model is nowhere to be found, here or on the hub.
    """
    store = ModelStore()
    if store.is_built_in(spec):
        return FoundModel(*store.assembled(spec))
    resolved = store.resolve(spec)
    if isinstance(resolved, str):
        resolved = local_hub_snapshot(resolved) or _download(resolved)
    return FoundModel(resolved, LocalModel.find(resolved).sha256())


def display_name(spec: str) -> str:
    """A model's name for signatures: of a local model its folder's, wherever that lies."""
    path = Path(spec).expanduser()
    if not path.exists():
        return spec
    return path.parents[1].name if path.suffix == ".ckpt" else path.name


def licence_notes(metric: str, model: str) -> tuple[str, ...]:
    """A sentence for models that must not be used commercially."""
    if not any(name in model.lower() for name in NON_COMMERCIAL):
        return ()
    return (
        f"{metric}: the weights of {model} are licensed for non-commercial use (CC BY-NC-SA 4.0).",
    )


def _download(name: str) -> Path:
    try:
        return download(name)
    except HubFailed as failed:
        raise ModelError(
            f"The model {name} is not on this machine and can't be downloaded ({failed}): "
            "check its name, or use a local folder or the built-in model instead."
        ) from failed
