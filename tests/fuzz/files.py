"""Files of texts: corpora and translations in every format, and documents to be aligned."""

from __future__ import annotations

import faulthandler
import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

from mtqe.align.documents.reading import read_document
from mtqe.corpus import parquet_process
from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers import load_hypotheses, read_dataset, read_lines
from mtqe.errors import DataError, MtqeError
from tests.fuzz.case import Case, Kind, Kinds
from tests.fuzz.mutate import mutated_file
from tests.fuzz.seeds import CORPUS, DOCUMENTS, FOLDERS, NAMES, PAIR, document, seed


def formats() -> Kinds:
    """Corpora and translations, as files and as folders of files."""
    files = {name: Kind(_file(name)) for name in NAMES}
    folders = {name: Kind(_folder(name)) for name in FOLDERS}
    return files | folders | {"parquet": Kind(_parquet)}


def documents() -> Kinds:
    """Documents that `mtqe align` reads; a PDF is read in a process of its own."""
    return {name: Kind(_document(name), cost=20 if name == "pdf" else 1) for name in DOCUMENTS}


def _file(name: str) -> Callable[[Path, ExitStack], Case]:
    def prepare(folder: Path, stack: ExitStack) -> Case:
        file, data = seed(name, folder)
        path = folder / file

        def read(changed: bytes, number: int) -> None:
            path.write_bytes(changed)
            _read(path, number)

        return Case(file, data, read, mutated_file)

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
    """Parquet, decoded in a copy of this process: starting Python for each would take hours."""
    stack.enter_context(mock.patch("mtqe.corpus.readers.parquet._decoded", _decoded_in_a_fork))
    return _file("parquet")(folder, stack)


def _decoded_in_a_fork(name: str, data: bytes) -> bytes:
    import pyarrow.parquet  # noqa: F401 - the copies need not import it

    read, write = os.pipe()
    said, say = os.pipe()
    child = os.fork()
    if child == 0:
        faulthandler.disable()  # a damaged file may end this process, which is what it is for
        os.close(read)
        os.close(said)
        sys.stdin = io.TextIOWrapper(io.BytesIO(data))
        sys.stdout = io.TextIOWrapper(os.fdopen(write, "wb"))
        sys.stderr = io.TextIOWrapper(os.fdopen(say, "wb"))
        code = 70
        try:
            parquet_process.main(name)
            code = 0
        except SystemExit as end:
            code = int(str(end.code))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    os.close(write)
    os.close(say)
    with os.fdopen(read, "rb") as out, os.fdopen(said, "rb") as errors:
        decoded, message = out.read(), errors.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == parquet_process.REFUSED:
        raise DataError(message.decode("utf-8", "replace"))
    if code > 0:
        raise subprocess.CalledProcessError(code, "parquet_process", stderr=message)
    if code:
        raise DataError(f"{name}: not a whole Parquet file (ends with code {code}).")
    return decoded


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
