"""Where a translation model lies, downloaded first if it comes from a hub, and its fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from mtqe.errors import BackendError
from mtqe.support.hub import HubFailed, download, local_hub_snapshot

UNUSED = ("*.h5", "*.msgpack", "*.ot", "*.gguf", "*.onnx", "onnx/*", "openvino/*", "*.zip")
"""Weights for other libraries, which many models on a hub have beside those for PyTorch."""
SETTINGS = ("*.json", "*.spm", "*.model", "*.txt")
"""Configuration and vocabularies, as transformers, SentencePiece and CTranslate2 name them."""


def locate(spec: str, folder: Path, weights: Sequence[str]) -> Path:
    """The folder of a model.

    Args:
        spec: a folder, relative to `folder` or absolute, or a hub name such as ``owner/model``.
        folder: where relative paths start.
        weights: patterns of files, one of which the model must have.

    Raises:
        BackendError: the model is neither here nor to be had from the hub.
    """
    local = folder / Path(spec).expanduser()
    if local.is_dir():
        return _with_weights(local, weights)
    if spec.startswith((".", "/", "~")) or spec.count("/") != 1:
        raise BackendError(f"there is no folder {local}; correct `model`, or give a hub name.")
    found = local_hub_snapshot(spec)
    return found if found and _files(found, weights) else _download(spec, local, weights)


def fingerprint(path: Path, weights: Sequence[str] = ()) -> str:
    """The first 12 hex digits of a SHA-256 of all that a model depends on: names and content.

    Args:
        path: a model's folder, of which settings and vocabularies count, or a single file.
        weights: patterns of further files that count.
    """
    files = [path] if path.is_file() else [*_files(path, SETTINGS), *_files(path, weights)]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0")
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:12]


def _download(name: str, local: Path, weights: Sequence[str]) -> Path:
    try:
        return _with_weights(download(name, ignore=UNUSED), weights)
    except HubFailed as failed:
        raise BackendError(
            f"the model {name} is not on this machine and can't be downloaded ({failed}); there "
            f"is no folder {local} either: correct `model`, or copy the model there."
        ) from failed


def _with_weights(folder: Path, weights: Sequence[str]) -> Path:
    if not _files(folder, weights):
        raise BackendError(
            f"{folder} holds no model for this backend; it should have {' or '.join(weights)}."
        )
    return folder


def _files(folder: Path, patterns: Sequence[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.glob(pattern)})
