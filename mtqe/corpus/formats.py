"""What a format of whole corpora is: how it is recognised, read and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.text import PathLike

if TYPE_CHECKING:
    from mtqe.corpus.readers.table import Table

Reader = Callable[[PathLike, str, LanguagePair | None], Dataset]
"""Reads a path as a corpus of this name, in the languages that the user gave, if any."""
TableReader = Callable[[PathLike, LanguagePair | None], "Table"]
Writer = Callable[[PathLike, Dataset], "Sequence[str] | None"]
"""Writes a dataset, and gives the names of labels that this file can't hold, if there are any."""
Filler = Callable[[PathLike, Dataset], "Filled"]
"""Puts a dataset's references into a copy of a file of the format."""
Recogniser = Callable[[PathLike, LanguagePair | None], bool]

_ATTRIBUTE = re.compile(r"(?!(?:id|segment_id|xml.*)\Z)[A-Za-z_][\w.-]*", re.ASCII)


def any_name(name: str) -> bool:
    """For formats that hold metadata of every name."""
    return True


def no_name(name: str) -> bool:
    """For formats that hold no metadata."""
    return False


def attribute_name(name: str) -> bool:
    """For formats that hold metadata as attributes of XML."""
    return _ATTRIBUTE.fullmatch(name) is not None


def domain_alone(name: str) -> bool:
    """For formats that hold the metadata ``domain`` and no other."""
    return name == "domain"


@dataclass(frozen=True)
class Holds:
    """What a format can hold; ``mtqe convert`` leaves out or refuses the rest.

    Attributes:
        references: number of references; None for any number.
        systems: whether it holds translations of systems.
        human: whether it holds people's scores.
        ids: whether it holds ids that weren't made from the sources.
        documents: whether it holds segments' documents.
        empty: whether an empty reference differs from none.
        metadata: whether it can hold a metadata column of this name.
        languages: whether it names its languages, so that they must be known.
    """

    references: int | None = 1
    systems: bool = False
    human: bool = False
    ids: bool = True
    documents: bool = True
    empty: bool = False
    metadata: Callable[[str], bool] = any_name
    languages: bool = True


def qt_metadata(name: str) -> bool:
    """For Qt's files, which hold comments, states and plural forms."""
    return name in ("note", "comment", "state", "plural", "syntax")


@dataclass(frozen=True)
class Filled:
    """A copy of a file with other texts.

    Attributes:
        data: the copy.
        lacking: ids of what there was no text for, and which so stays as it was.
        unknown: ids of texts that the file has no place for.
    """

    data: bytes
    lacking: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Format:
    """One way to keep a corpus in a file or folder.

    Functions may be given as ``module:function``, which is imported when it is first needed.

    Attributes:
        read: function that reads a corpus; None for a format that can't be read.
        table: function that reads a table with named columns, in place of `read`.
        write: function that writes what the format holds; None for one that can't be written.
        fill: function that puts references into a copy of a file; None where none can.
        holds: what `write` can write.
        extensions: endings of file names that stand for the format, such as ``.tmx``.
        recognises: function that says whether a path looks like this format, where its ending
            does not tell.
        named: function that says whether a file's name alone is one of this format's, where others
            share its ending.
        bilingual: whether its references are translations in work, as in PO and XLIFF, so that
            checks look at them.
    """

    read: Reader | str | None = None
    table: TableReader | str | None = None
    write: Writer | str | None = None
    fill: Filler | str | None = None
    holds: Holds = Holds()
    extensions: tuple[str, ...] = ()
    recognises: Recogniser | str | None = None
    named: Callable[[PathLike], bool] | str | None = None
    bilingual: bool = False
