"""The folder layout of mt-metrics-eval (Google; the WMT metrics tasks)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from mtqe.corpus.base import LanguagePair, Segment, Translations
from mtqe.corpus.dataset import Dataset, HumanScores, build_corpus
from mtqe.corpus.languages import find_language
from mtqe.corpus.readers.ids import content_ids
from mtqe.corpus.readers.lines import line_places
from mtqe.corpus.text import PathLike, load_lines
from mtqe.errors import DataError

MISSING = "None"
SEGMENT_SCORES = ".seg.score"


def is_metrics_eval(path: PathLike, languages: LanguagePair | None = None) -> bool:
    """Whether a folder has this layout."""
    return (Path(path) / "sources").is_dir()


def read_metrics_eval(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read one language pair of a test set such as ``mt-metrics-eval-v2/wmt23``.

    Args:
        path: holds ``sources/``, and ``references/``, ``documents/``, ``system-outputs/`` and
            ``human-scores/`` if there are such.
        name: what to call the corpus.
        languages: which pair; not needed where there is only one.

    Returns:
        References in the order of their names, and systems without those that are references.

    Raises:
        DataError: a file is missing or malformed, or files differ in their number of lines.
    """
    folder = Path(path)
    pair = _pair(folder, languages)
    sources = read_lines_of(folder / "sources" / f"{pair}.txt")
    count = len(sources)
    references = {
        file.name[len(pair) + 1 : -len(".txt")]: read_lines_of(file, count)
        for file in sorted((folder / "references").glob(f"{pair}.*.txt"))
    }
    documents = _documents(folder / "documents" / f"{pair}.docs", count)
    columns = [[text or None for text in lines] for lines in references.values()]
    places = line_places(str(folder / "sources" / f"{pair}.txt"), count)
    segments = [
        Segment(
            identifier,
            source,
            tuple(column[row] for column in columns),
            *documents[row],
            place=places[row],
        )
        for row, (identifier, source) in enumerate(zip(content_ids(sources), sources, strict=True))
    ]
    corpus = build_corpus(name, languages or LanguagePair(*_sides(pair)), segments)
    systems = tuple(
        Translations.from_texts(file.stem, corpus, read_lines_of(file, count))
        for file in sorted((folder / "system-outputs" / pair).glob("*.txt"))
        if file.stem not in references
    )
    files = sorted((folder / "human-scores").glob(f"{pair}.*{SEGMENT_SCORES}"))
    human = [read_scores(file, pair, count, set(references)) for file in files]
    return Dataset(corpus, systems, tuple(scores for scores in human if scores.systems))


def _sides(pair: str) -> tuple[str, str]:
    """The two languages in a file's name, such as ``en-zh`` or ``en-pt-BR``; '' for none."""
    source, _, target = pair.partition("-")
    return source, target


def _is_pair(pair: str, languages: LanguagePair) -> bool:
    """Whether a file's name means these languages, in whatever spelling."""
    source, target = _sides(pair)
    return (
        find_language(languages.source, [source]) is not None
        and find_language(languages.target, [target]) is not None
    )


def _pair(folder: Path, languages: LanguagePair | None) -> str:
    found = sorted(file.stem for file in (folder / "sources").glob("*.txt"))
    found = [pair for pair in found if all(_sides(pair))]
    if languages is not None:
        wanted = [pair for pair in found if _is_pair(pair, languages)]
        return str(languages) if str(languages) in found or not wanted else wanted[0]
    if len(found) != 1:
        raise DataError(
            f"{folder}: holds {', '.join(found) or 'no language pair'}; say which with "
            "--source-language and --target-language."
        )
    return found[0]


def read_lines_of(path: Path, expected: int | None = None) -> Sequence[str]:
    """The lines of one of the layout's files.

    Raises:
        DataError: it is missing, or has another number of lines than expected.
    """
    if not path.is_file():
        raise DataError(f"{path} is missing; check the folder, language pair and names.")
    lines = load_lines(path).texts
    if expected is not None and len(lines) != expected:
        raise DataError(
            f"{path} has {len(lines)} lines, but the sources have {expected}; give one line each."
        )
    return lines


def _documents(path: Path, count: int) -> list[tuple[str | None, dict[str, str]]]:
    """The document and its domain for each line, if there is such a file."""
    if not path.is_file():
        return [(None, {})] * count
    rows = [line.split("\t") for line in read_lines_of(path, count)]
    return [
        (row[1] or None, {"domain": row[0]} if row[0] else {}) if len(row) > 1 else (row[0], {})
        for row in rows
    ]


def read_scores(path: Path, pair: str, count: int, leave_out: set[str]) -> HumanScores:
    """People's scores of one kind: a system and a score per line, systems one after the other.

    Raises:
        DataError: a line is malformed, or a system has not one score a segment.
    """
    values = read_score_lines(path)
    for system, scores in values.items():
        if len(scores) != count:
            raise DataError(
                f"{path.name}: {system} has {len(scores)} lines, but sources/{pair}.txt has "
                f"{count}; give one line each."
            )
    kind = path.name[len(pair) + 1 : -len(SEGMENT_SCORES)]
    kept = {name: tuple(scores) for name, scores in values.items() if name not in leave_out}
    return HumanScores(kind, kept)


def read_score_lines(path: Path) -> dict[str, list[float | None]]:
    """Scores of each system in a ``.seg.score`` or ``.sys.score`` file, None for ``None``.

    Raises:
        DataError: the file is missing, or a line is not a system and a finite number or ``None``.
    """
    values: dict[str, list[float | None]] = {}
    for number, line in enumerate(read_lines_of(path), 1):
        cells = re.split(r"[\t ]+", line.strip())
        if len(cells) != 2:
            raise DataError(f"{path}, line {number}: expected a system and a score.")
        values.setdefault(cells[0], []).append(_score(path, number, cells[1]))
    return values


def _score(path: Path, number: int, text: str) -> float | None:
    if text == MISSING:
        return None
    score = number_in(text)
    if score is None:
        raise DataError(f"{path}, line {number}: {text!r} is not a score; write a number, or None.")
    return score


def number_in(text: str) -> float | None:
    """The finite number that a text writes; None where it writes none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None
