"""Putting reviewers' files of one run together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mtqe.errors import DataError
from mtqe.people.review.model import Review, ReviewFile


def merge(files: Mapping[Path, ReviewFile]) -> ReviewFile:
    """The reviews of all files as one.

    Raises:
        DataError: they are of different runs, or hold different reviews by one reviewer.
    """
    first_path, first = next(iter(files.items()))
    for path, file in files.items():
        _check_same_run(first_path, first, path, file)
    return ReviewFile(
        run=first.run,
        corpus=next((file.corpus for file in files.values() if file.corpus), None),
        systems=tuple(dict.fromkeys(name for file in files.values() for name in file.systems)),
        reviews=_reviews(files),
    )


def _check_same_run(first_path: Path, first: ReviewFile, path: Path, file: ReviewFile) -> None:
    if file.run != first.run:
        raise DataError(
            f"{first_path} reviews the run {first.run} and {path} the run {file.run}: "
            "reviews of different runs can't be merged."
        )
    if first.corpus and file.corpus and first.corpus.hash != file.corpus.hash:
        raise DataError(f"{first_path} and {path} differ in corpus.hash: not the same segments.")


def _reviews(files: Mapping[Path, ReviewFile]) -> tuple[Review, ...]:
    found: dict[str, tuple[Path, Review]] = {}
    for path, file in files.items():
        for review in file.reviews:
            known = found.setdefault(review.reviewer, (path, review))
            if known[1] != review:
                raise DataError(
                    f"{known[0]} and {path} hold different reviews by {review.reviewer!r}; "
                    "give the newer one alone, or export under another name."
                )
    return tuple(review for _, review in found.values())
