"""What is resampled: segments, whole documents, or segments that were scored together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.settings import Unit
from mtqe.errors import ConfigError

ENOUGH_DOCUMENTS = 10
"""Fewer clusters than this give intervals that are too narrow; segments are resampled instead."""


def clusters(
    documents: NDArray[np.object_],
    unit: Unit,
    group: int = 1,
    ordinals: NDArray[np.intp] | None = None,
) -> NDArray[np.object_] | None:
    """What to resample as one: documents or groups; None to resample segments.

    Segments that a judge scored in one request share its mood, so that their scores are not
    independent; such groups never reach over the end of a document.

    Args:
        documents: one name a segment; anything but a string where there is none.
        unit: ``auto`` takes documents if every segment has one and there are enough of them.
        group: how many neighbouring segments were scored together.
        ordinals: each segment's place in its document, by which groups were made.

    Raises:
        ConfigError: documents are asked for, and some segment belongs to none.
    """
    known = all(isinstance(document, str) for document in documents)
    if unit == "document" and not known:
        raise ConfigError("some segments belong to no document; resample by segment instead.")
    few = len(set(documents)) < ENOUGH_DOCUMENTS
    if unit == "segment" or not known or (unit == "auto" and few):
        return None if group == 1 or ordinals is None else _groups(documents, group, ordinals)
    return documents.astype(str).astype(object)


def unit_name(documents: NDArray[np.object_], found: NDArray[np.object_] | None) -> str:
    """What to call what `clusters` gave for these documents."""
    if found is None:
        return "segment"
    return "document" if np.array_equal(found, documents) else "group"


def _groups(
    documents: NDArray[np.object_], group: int, ordinals: NDArray[np.intp]
) -> NDArray[np.object_]:
    starts = ordinals - ordinals % group
    names = (name if isinstance(name, str) else "" for name in documents)
    labels = [
        f"{name} {start + 1}-{start + group}".strip()
        for name, start in zip(names, starts.tolist(), strict=True)
    ]
    return np.array(labels, dtype=object)
