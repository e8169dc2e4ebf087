"""What is resampled: segments, or whole documents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.settings import Unit
from mtqe.errors import ConfigError

ENOUGH_DOCUMENTS = 10
"""Fewer clusters than this give intervals that are too narrow; segments are resampled instead."""


def clusters(documents: NDArray[np.object_], unit: Unit) -> NDArray[np.object_] | None:
    """Documents to resample, or None to resample segments.

    Args:
        documents: one name a segment; anything but a string where there is none.
        unit: ``auto`` takes documents if every segment has one and there are enough of them.

    Raises:
        ConfigError: documents are asked for, and some segment belongs to none.
    """
    known = all(isinstance(document, str) for document in documents)
    if unit == "document" and not known:
        raise ConfigError("some segments belong to no document; resample by segment instead.")
    few = len(set(documents)) < ENOUGH_DOCUMENTS
    if unit == "segment" or not known or (unit == "auto" and few):
        return None
    return documents.astype(str).astype(object)
