"""Which of very many texts come more than once, with a few bytes for each."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np


def again(keys: Iterable[Hashable]) -> list[int]:
    """The places, from 0, of keys that may occur more than once, in order.

    All that do are among them; of others, those whose hash another key has.
    """
    hashes = np.fromiter(map(hash, keys), np.int64)
    order = np.argsort(hashes, kind="stable")
    same = hashes[order[1:]] == hashes[order[:-1]]
    found = np.zeros(len(hashes), np.bool_)
    found[order[1:][same]] = True
    found[order[:-1][same]] = True
    places: list[int] = np.flatnonzero(found).tolist()
    return places
