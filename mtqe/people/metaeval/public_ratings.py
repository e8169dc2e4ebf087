"""Human ratings of translations, read from the project's tab-separated layout."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from mtqe.errors import DataError

REQUIRED_COLUMNS = ("lp", "system", "src", "mt", "score")


@dataclass(frozen=True, slots=True)
class PublicRating:
    """One translation of one source by one system, with what people thought of it.

    Attributes:
        lp: the language pair, such as ``en-de``.
        system: system or person that translated.
        segment: names the source segment inside its language pair.
        source: the source text.
        hypothesis: the rated translation.
        reference: a reference translation, or None.
        score: the rating as it was given; higher is better.
        score_std: the rating standardised inside its data set and language pair, or None.
        reference_kind: ``independent``, ``post-edit-of-mt`` or ``none``.
        origin: the data set.
    """

    lp: str
    system: str
    segment: str
    source: str
    hypothesis: str
    reference: str | None
    score: float
    score_std: float | None = None
    reference_kind: str = "independent"
    origin: str = ""


def read_tsv(path: Path) -> list[PublicRating]:
    """Read ratings: UTF-8, TAB separated, a header, no quoting, gzip when named ``.gz``.

    The columns ``lp system src mt score`` are needed; ``ref score_std ref_kind doc_id seg_id
    origin`` are used when there.

    Raises:
        DataError: A column is missing, a row has another number of cells, or a score is no number.
    """
    with _open(path) as file:
        header = file.readline().rstrip("\n").split("\t")
        missing = [name for name in REQUIRED_COLUMNS if name not in header]
        if missing:
            raise DataError(f"{path}: the header lacks {', '.join(missing)}; add these columns.")
        return list(_rows(path, header, file))


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="\n")
    return path.open(encoding="utf-8", newline="\n")


def _rows(path: Path, header: list[str], file: TextIO) -> Iterator[PublicRating]:
    for number, line in enumerate(file, start=2):
        cells = line.rstrip("\n").split("\t")
        if len(cells) != len(header):
            raise DataError(
                f"{path}, line {number}: {len(cells)} cells for {len(header)} columns; "
                "remove TABs and line breaks from the texts."
            )
        try:
            yield _rating(dict(zip(header, cells, strict=True)))
        except ValueError as error:
            raise DataError(f"{path}, line {number}: {error}; write a number.") from error


def _rating(row: Mapping[str, str]) -> PublicRating:
    place = "\t".join(row.get(key, "") for key in ("origin", "doc_id", "seg_id"))
    standardised = row.get("score_std")
    return PublicRating(
        lp=row["lp"],
        system=row["system"],
        segment=f"{place}\t{row['src']}",
        source=row["src"],
        hypothesis=row["mt"],
        reference=row.get("ref") or None,
        score=float(row["score"]),
        score_std=float(standardised) if standardised else None,
        reference_kind=row.get("ref_kind", "independent"),
        origin=row.get("origin", ""),
    )
