"""Human ratings in the folder layout of mt-metrics-eval (Google, WMT metrics tasks)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mtqe.errors import DataError
from mtqe.metaeval.ratings import Rating

_MISSING = "None"


def read_wmt(folder: Path, lp: str, scores: str, reference: str | None) -> list[Rating]:
    """Read one language pair of a test set such as ``mt-metrics-eval-v2/wmt22``.

    Args:
        folder: holds ``sources/``, ``references/``, ``system-outputs/`` and ``human-scores/``.
        lp: the language pair, ``en-de``.
        scores: which human scores, ``mqm`` for ``human-scores/en-de.mqm.seg.score``.
        reference: which reference, ``refA`` for ``references/en-de.refA.txt``; None for none.

    Returns:
        The rated translations; those that the file calls ``None`` are left out, and so is a
        reference that was rated as a system when it is the reference to judge by.

    Raises:
        DataError: A file is missing, or files differ in their number of lines.
    """
    sources = _lines(folder / "sources" / f"{lp}.txt")
    references = _references(folder, lp, reference, len(sources))
    path = folder / "human-scores" / f"{lp}.{scores}.seg.score"
    ratings = []
    for system, values in _by_system(path).items():
        if system == reference:
            continue
        outputs = _lines(folder / "system-outputs" / lp / f"{system}.txt")
        for name, count in ((f"{system}.txt", len(outputs)), (path.name, len(values))):
            _check_count(name, count, len(sources), lp)
        ratings += list(_rated(lp, system, sources, outputs, references, values))
    return ratings


def _rated(
    lp: str,
    system: str,
    sources: Sequence[str],
    outputs: Sequence[str],
    references: Sequence[str | None],
    values: Sequence[float | None],
) -> Iterator[Rating]:
    for number, value in enumerate(values):
        if value is not None:
            yield Rating(
                lp=lp,
                system=system,
                segment=str(number + 1),
                source=sources[number],
                hypothesis=outputs[number],
                reference=references[number],
                score=value,
            )


def _by_system(path: Path) -> dict[str, list[float | None]]:
    values: dict[str, list[float | None]] = {}
    for number, line in enumerate(_lines(path), start=1):
        cells = line.split()
        if len(cells) != 2:
            raise DataError(f"{path}, line {number}: expected a system and a score.")
        values.setdefault(cells[0], []).append(_value(path, number, cells[1]))
    return values


def _value(path: Path, number: int, text: str) -> float | None:
    if text == _MISSING:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise DataError(f"{path}, line {number}: {text!r} is no score; write a number.") from error


def _references(folder: Path, lp: str, name: str | None, count: int) -> Sequence[str | None]:
    if name is None:
        return [None] * count
    found = _lines(folder / "references" / f"{lp}.{name}.txt")
    _check_count(f"{lp}.{name}.txt", len(found), count, lp)
    return found


def _check_count(name: str, count: int, expected: int, lp: str) -> None:
    if count != expected:
        raise DataError(
            f"{name} has {count} lines, but sources/{lp}.txt has {expected}; give one line each."
        )


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        raise DataError(f"{path} is missing; check the folder, language pair and names.")
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
