"""Files of texts: corpora and translations in every format, and documents to be aligned."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO
from unittest import mock

from mtqe.align.documents import pdf_pages
from mtqe.align.documents.reading import read_document
from mtqe.corpus import parquet_process
from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers import load_hypotheses, read_dataset, read_lines
from mtqe.errors import DataError, MtqeError
from tests.fuzz.case import Case, Kind, Kinds
from tests.fuzz.forks import in_a_fork
from tests.fuzz.mutate import mutated_file, mutated_parquet
from tests.fuzz.seeds import CORPUS, DOCUMENTS, FOLDERS, NAMES, PAIR, document, seed


def formats() -> Kinds:
    """Corpora and translations, as files and as folders of files."""
    files = {name: Kind(_file(name)) for name in NAMES}
    folders = {name: Kind(_folder(name)) for name in FOLDERS}
    return files | folders | {"parquet": Kind(_parquet)}


def documents() -> Kinds:
    """Documents that `mtqe align` reads."""
    return {name: Kind(_document(name)) for name in DOCUMENTS} | {"pdf": Kind(_pdf)}


def _file(name: str) -> Callable[[Path, ExitStack], Case]:
    def prepare(folder: Path, stack: ExitStack) -> Case:
        file, data = seed(name, folder)
        path = folder / file

        def read(changed: bytes, number: int) -> None:
            path.write_bytes(changed)
            _read(path, number)

        return Case(file, data, read, mutated_parquet if name == "parquet" else mutated_file)

    return prepare


WAYS: tuple[Callable[[Path, LanguagePair | None], object], ...] = (
    lambda path, languages: read_dataset(path, name="x", languages=languages),
    lambda path, languages: load_hypotheses(path, CORPUS),
    lambda path, languages: read_lines(path),
)


def _read(path: Path, number: int) -> None:
    """Read a file in each way that a user can.

    Raises:
        MtqeError: all of them refuse it.
    """
    languages = PAIR if number % 2 == 0 else None
    refused: list[MtqeError] = []
    for way in WAYS:
        try:
            way(path, languages)
        except MtqeError as error:
            refused.append(error)
            said = str(error)
            assert path.name in said or "corpus" in said or said.startswith("x:"), said
            assert "\n" not in said, said
    if len(refused) == len(WAYS):
        raise refused[0]


def _parquet(folder: Path, stack: ExitStack) -> Case:
    """Parquet, decoded in a copy of this process."""
    import pyarrow.parquet  # noqa: F401 - the copies need not import it

    stack.enter_context(mock.patch("mtqe.corpus.readers.parquet._decoded", _parquet_in_a_fork))
    return _file("parquet")(folder, stack)


def _parquet_in_a_fork(name: str, file: BinaryIO) -> bytes:
    ended = in_a_fork(lambda: parquet_process.main(name), file.read())
    if ended.code == parquet_process.REFUSED:
        raise DataError(ended.errors.decode("utf-8", "replace"))
    assert ended.code <= 0, ended.errors
    if ended.code:
        raise DataError(f"{name}: not a whole Parquet file (ends with code {ended.code}).")
    return ended.out


def _pdf(folder: Path, stack: ExitStack) -> Case:
    """A PDF, whose pages are read in a copy of this process."""
    import pypdfium2  # noqa: F401 - the copies need not import it

    stack.enter_context(mock.patch("mtqe.align.documents.pdf._pages", _pdf_in_a_fork))
    return _document("pdf")(folder, stack)


def _pdf_in_a_fork(path: Path) -> bytes:
    ended = in_a_fork(lambda: pdf_pages.write_pages(str(path)))
    if ended.code:
        raise DataError(f"{path}: is not a readable PDF (ends with code {ended.code}).")
    return ended.out


def _folder(name: str) -> Callable[[Path, ExitStack], Case]:
    """A folder of files, one of which is changed: its content, or its name."""

    def prepare(folder: Path, stack: ExitStack) -> Case:
        place, files = folder / name, FOLDERS[name]
        for file, text in files.items():
            (place / file).parent.mkdir(parents=True, exist_ok=True)
            (place / file).write_text(text)
        names = list(files)

        def read(changed: bytes, number: int) -> None:
            victim = place / names[number % len(names)]
            sound = victim.read_bytes()
            victim.write_bytes(changed)
            try:
                corpus = place / "a" if name == "moses" else place  # the files' common beginning
                read_dataset(corpus, name="x", languages=PAIR if number % 3 else None)
            finally:
                victim.write_bytes(sound)

        contents = tuple(files[file].encode() for file in names)
        return Case(names[0].replace("/", "."), contents[0], read, seeds=contents[1:])

    return prepare


def _document(name: str) -> Callable[[Path, ExitStack], Case]:
    def prepare(folder: Path, stack: ExitStack) -> Case:
        file, data = document(name)
        path = folder / file

        def read(changed: bytes, number: int) -> None:
            path.write_bytes(changed)
            read_document(path)

        return Case(file, data, read, mutated_file)

    return prepare
