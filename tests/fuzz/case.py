"""What is attacked: a good input, how it is changed, and what reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.fuzz.mutate import mutated

Read = Callable[[bytes, int], None]
"""Reads an input, changed or not; the number of the mutation may choose between ways to read it."""


@dataclass(frozen=True)
class Case:
    """One kind of input.

    Attributes:
        file: name of the input; what breaks a reader is kept under a name that ends so.
        data: the input as it should be, several if `seeds` is given.
        read: may raise nothing but an `MtqeError` of one line.
        mutate: changes the input.
        seeds: other good inputs; mutations take them in turn.
    """

    file: str
    data: bytes
    read: Read
    mutate: Callable[[bytes, Random], bytes] = mutated
    seeds: tuple[bytes, ...] = ()

    def mutation(self, name: str, number: int) -> bytes:
        """The changed input of this number, always the same."""
        chance = Random(f"{name} {number}")
        seeds = (self.data, *self.seeds)
        return self.mutate(seeds[number % len(seeds)], chance)


Prepare = Callable[[Path, ExitStack], Case]
"""Makes a case in a folder of its own; the stack closes what it opens."""


@dataclass(frozen=True)
class Kind:
    """A kind of input by its name.

    Attributes:
        prepare: makes the case.
        cost: how many times as long a mutation takes as others do; a test tries so many fewer.
    """

    prepare: Prepare
    cost: int = 1


Kinds = Mapping[str, Kind]
