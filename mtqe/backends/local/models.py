"""Where a translation model lies, downloaded first if it comes from a hub, and its fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from fnmatch import fnmatch
from pathlib import Path

from mtqe.errors import BackendError
from mtqe.support.hub import (
    Choose,
    HubFailed,
    Lacking,
    download,
    local_hub_snapshot,
    missing_parts,
    names_code,
)

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
        return _without_code(_with_weights(local, weights))
    if spec.startswith((".", "/", "~")) or spec.count("/") != 1:
        raise BackendError(f"there is no folder {local}; correct `model`, or give a hub name.")
    choose = _chooser(weights)
    found = local_hub_snapshot(spec, choose)
    return _without_code(found or _download(spec, local, choose))


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


def _download(name: str, local: Path, choose: Choose) -> Path:
    try:
        return download(name, choose)
    except HubFailed as failed:
        raise BackendError(
            f"there is no folder {local}. {failed} Correct `model`, or copy the model there."
        ) from failed


def _chooser(weights: Sequence[str]) -> Choose:
    """All files of a repository but other libraries' weights, the small ones first."""

    def choose(names: Collection[str]) -> list[str]:
        used = [name for name in names if not any(fnmatch(name, unused) for unused in UNUSED)]
        large = [name for name in used if any(fnmatch(name, pattern) for pattern in weights)]
        if not large:
            raise Lacking(f"it has no {' or '.join(weights)}")
        if (parts := missing_parts(names)) is not None:
            raise Lacking(parts)
        return [*(name for name in used if name not in large), *large]

    return choose


def _without_code(folder: Path) -> Path:
    if (name := names_code(folder)) is not None:
        raise BackendError(
            f"the model in {folder} can only be loaded by running programs that it brings "
            f"(auto_map in {name}), which mtqe never does: choose another model."
        )
    return folder


def _with_weights(folder: Path, weights: Sequence[str]) -> Path:
    if not _files(folder, weights):
        raise BackendError(
            f"{folder} holds no model for this backend; it should have {' or '.join(weights)}."
        )
    return folder


def _files(folder: Path, patterns: Sequence[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in folder.glob(pattern)})
