"""What messages call the segments of a run, found in its table when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Named: TypeAlias = tuple[int, str, str | None]
"""Number, from 1, source and place of a segment."""


class PlacesByName(Mapping[str, Named]):
    """`SegmentNames.places`, with 16 bytes of memory for each segment."""

    def __init__(
        self, ids: pa.ChunkedArray, sources: pa.ChunkedArray, places: pa.ChunkedArray | None
    ) -> None:
        """Columns of a run's table.

        Args:
            ids: the segments' ids.
            sources: their sources.
            places: where they stand in their file; None in runs that don't tell.
        """
        self._ids = ids
        self._sources = sources
        self._places = places

    def __getstate__(self) -> dict[str, object]:
        """All but the index: a text has another hash in another process."""
        return {name: value for name, value in vars(self).items() if name != "_index"}

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        for chunk in self._ids.chunks:
            yield from chunk.to_pylist()

    def __contains__(self, name: object) -> bool:
        return self._row(name) is not None

    def __getitem__(self, name: str) -> Named:
        row = self._row(name)
        if row is None:
            raise KeyError(name)
        place = None if self._places is None else self._places[row].as_py()
        return row + 1, self._sources[row].as_py(), place

    @cached_property
    def _index(self) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
        """The ids' hashes in order, and the rows that they are of."""
        hashes = np.fromiter(map(hash, self), np.int64, len(self))
        order = np.argsort(hashes, kind="stable")
        return hashes[order], order

    def _row(self, name: object) -> int | None:
        hashes, order = self._index
        wanted = hash(name)
        place = int(np.searchsorted(hashes, wanted))
        while place < len(hashes) and hashes[place] == wanted:
            row = int(order[place])
            if self._ids[row].as_py() == name:  # not where different ids have one hash
                return row
            place += 1
        return None
