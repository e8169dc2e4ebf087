"""Where a neural metric's model lies, downloaded first if it comes from a hub."""

from __future__ import annotations

from pathlib import Path

from mtqe.errors import ModelError
from mtqe.hub import HubFailed, download, local_hub_snapshot
from mtqe.metrics.models import ModelStore

NON_COMMERCIAL = ("cometkiwi", "xcomet")


def locate(spec: str) -> Path:
    """The file or folder to load for a built-in name, a path, or a hub name.

    Raises:
        ModelError: the model is nowhere to be found, here or on the hub.
    """
    found = ModelStore().resolve(spec)
    if isinstance(found, Path):
        return found
    return local_hub_snapshot(found) or _download(found)


def short_hash(spec: str) -> str:
    """The first 12 hex digits of the hash of a model's weights, for signatures.

    Raises:
        ModelError: the model is nowhere to be found, here or on the hub.
    """
    if isinstance(ModelStore().resolve(spec), str):
        locate(spec)
    return ModelStore().weights_hash(spec)[:12]


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
