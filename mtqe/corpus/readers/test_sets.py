"""sacreBLEU's test sets by name, downloaded and unpacked by sacreBLEU itself."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from mtqe.corpus.base import Corpus, LanguagePair, Place, Segment, Translations
from mtqe.corpus.dataset import Dataset, build_corpus
from mtqe.corpus.languages import agreed
from mtqe.corpus.readers.ids import content_ids
from mtqe.corpus.readers.metrics_eval import read_lines_of
from mtqe.corpus.text import PathLike
from mtqe.errors import DataError

NAME = re.compile(r"[\w.+/-]+:[a-z]{2,3}(_[A-Za-z]+)?-[a-z]{2,3}(_[A-Za-z]+)?")
DOCUMENT = "docid"
LABELS = ("domain", "genre", "origlang")


def is_test_set(path: PathLike, languages: LanguagePair | None = None) -> bool:
    """Whether this can be a name such as ``wmt23:zh-en``."""
    return NAME.fullmatch(os.fspath(path)) is not None and not Path(path).exists()


def read_test_set(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read a test set such as ``wmt23:zh-en`` with all its references and systems.

    Texts are as sacreBLEU has them: with blanks at the ends removed and runs of blanks made one.

    Raises:
        DataError: sacreBLEU knows no such set or pair, or can't download it.
    """
    title, _, pair = os.fspath(path).partition(":")
    files = _files(title, pair)
    sources = read_lines_of(Path(files["src"]))
    columns = {field: read_lines_of(Path(file), len(sources)) for field, file in files.items()}
    found = agreed(os.fspath(path), languages, *pair.split("-", 1))
    references = [columns[field] for field in columns if re.match(r"ref(:|$)", field)]
    segments = [
        Segment(
            identifier,
            source,
            tuple(column[row] or None for column in references),
            columns[DOCUMENT][row] or None if DOCUMENT in columns else None,
            {label: columns[label][row] for label in LABELS if label in columns},
            Place(f"line {row + 1}", os.fspath(path), row + 1),
        )
        for row, (identifier, source) in enumerate(zip(content_ids(sources), sources, strict=True))
    ]
    corpus = build_corpus(name, found, segments)
    return Dataset(corpus, _systems(corpus, columns))


def _systems(corpus: Corpus, columns: dict[str, Sequence[str]]) -> tuple[Translations, ...]:
    return tuple(
        Translations.from_texts(field, corpus, column)
        for field, column in columns.items()
        if field not in ("src", DOCUMENT, *LABELS) and not re.match(r"ref(:|$)", field)
    )


def _files(title: str, pair: str) -> dict[str, str]:
    """The files of a set's fields, downloaded if need be."""
    from sacrebleu.dataset import DATASETS

    dataset = DATASETS.get(title)
    if dataset is None:
        raise DataError(
            f"{title}:{pair}: sacreBLEU has no test set {title!r}; `sacrebleu --list` shows all."
        )
    if pair not in dataset.langpairs:
        raise DataError(
            f"{title}:{pair}: sacreBLEU has {title} for {', '.join(sorted(dataset.langpairs))}."
        )
    try:
        files = dataset.get_files(pair)
        return dict(zip(dataset.fieldnames(pair), files, strict=True))
    except (OSError, SystemExit) as error:
        _remove_empty(Path(dataset._rawdir))
        raise DataError(
            f"{title}:{pair}: sacreBLEU can't download it ({error}); connect to the network once, "
            f"or copy {dataset._outdir} from a machine that has it."
        ) from error


def _remove_empty(folder: Path) -> None:
    """Delete what a failed download leaves, which sacreBLEU would take for the real thing."""
    for file in folder.glob("*"):
        if file.is_file() and not file.stat().st_size:
            with contextlib.suppress(OSError):
                file.unlink()
