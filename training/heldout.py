"""Sources that no training may see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from mtqe.people.metaeval.public_ratings import read_tsv
from training.teachers import Lesson

# Everything that models are judged on; of `dev_full` the sets of 2022 share sources with teachers'.
DEV_FILES = ("dev_wmt24_esa.tsv.gz", "mtpref_dev.tsv.gz")
DEV_FULL = "dev_full.tsv.gz"
TED = "ted21-mqm"
HELD_OUT_SET = "wmt20-comet"
HELD_OUT_PAIRS = ("en-cs", "en-ja")
_ONE_IN = 5


def held_out_lesson(lesson: Lesson) -> bool:
    """Whether a teacher's score is kept for development: a fifth of the sources of two pairs."""
    is_candidate = lesson.origin == HELD_OUT_SET and lesson.lp in HELD_OUT_PAIRS
    return is_candidate and _digest(lesson.source)[0] % _ONE_IN == 0


def forbidden_sources(ratings: Path, lessons: Iterable[Lesson]) -> frozenset[str]:
    """Fingerprints of all sources of development data, whatever language they go into."""
    found = {lesson.source for lesson in lessons if held_out_lesson(lesson)}
    for name in DEV_FILES:
        found |= {rating.source for rating in read_tsv(ratings / name)}
    found |= {rating.source for rating in read_tsv(ratings / DEV_FULL) if rating.origin == TED}
    return frozenset(fingerprint(source) for source in found)


def fingerprint(source: str) -> str:
    """The same for sources that differ in spacing and case alone."""
    return _digest(" ".join(source.casefold().split())).hex()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
