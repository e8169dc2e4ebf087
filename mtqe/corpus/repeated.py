"""Which of very many ids occurs twice, with a few dozen bytes for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def first_repeated(ids: Sequence[str | None]) -> tuple[int, int] | None:
    """The first place in the order of ids that has the id of an earlier one.

    Args:
        ids: any number of them.

    Returns:
        The earlier place and that place, from 0; None where all ids differ.
    """
    hashes = np.fromiter(map(hash, ids), np.int64, len(ids))
    order = np.argsort(hashes, kind="stable")
    again = order[1:][hashes[order[1:]] == hashes[order[:-1]]]
    for place in np.sort(again).tolist():
        named = ids[place]
        for earlier in np.flatnonzero(hashes[:place] == hashes[place]).tolist():
            if ids[earlier] == named:  # not where different ids have one hash
                return earlier, place
    return None


def occurrences(keys: NDArray[Any]) -> NDArray[np.int32]:
    """For each key, how often it has occurred so far, itself included ``[n]``."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    is_first = np.ones(len(keys), np.bool_)
    is_first[1:] = ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(is_first)
    found = np.empty(len(keys), np.int32)
    found[order] = np.arange(len(keys)) - np.repeat(starts, np.diff(starts, append=len(keys))) + 1
    return found
