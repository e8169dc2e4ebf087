"""The development data that models are judged on, none of it trained on."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mtqe.people.metaeval.pairs import Floats
from mtqe.people.metaeval.public_ratings import PublicRating, read_tsv
from training.groups import is_person
from training.heldout import DEV_FULL, TED, held_out_lesson
from training.teachers import FILES, Lesson, read_lessons

RATINGS = Path("human-ratings")
TEACHERS = Path("teacher-scores")
# Columns of published metrics in the file of preferences, and whether lower is better.
_PUBLISHED = {
    "xcomet-xxl": ("xcomet_xxl_ref", 1.0),
    "metricx-23-qe-xl": ("metricx23_qe_xl", -1.0),
}


@dataclass(frozen=True)
class DevSet:
    """Ratings of several language pairs, and the scores of teachers on the same translations.

    Attributes:
        name: what tables call it.
        ratings: what people thought.
        teachers: one published score per rating, by name; higher is better.
    """

    name: str
    ratings: Sequence[PublicRating]
    teachers: Mapping[str, Floats]


def wmt24(data: Path) -> DevSet:
    """ESA ratings of recent systems, by people."""
    ratings = read_tsv(data / RATINGS / "dev_wmt24_esa.tsv.gz")
    return DevSet("wmt24-esa", [r for r in ratings if not is_person(r.system)], {})


def mtpref(data: Path) -> DevSet:
    """Ratings of five recent systems by professional linguists."""
    path = data / RATINGS / "mtpref_dev.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        header = file.readline().rstrip("\n").split("\t")
        rows = [line.rstrip("\n").split("\t") for line in file]
    columns: dict[str, Floats] = {
        name: sign * np.array([float(row[header.index(column)]) for row in rows])
        for name, (column, sign) in _PUBLISHED.items()
    }
    return DevSet("mtpref", read_tsv(path), columns)


def ted(data: Path) -> DevSet:
    """MQM ratings of TED talks of 2021."""
    ratings = read_tsv(data / RATINGS / DEV_FULL)
    chosen = [r for r in ratings if r.origin == TED and not is_person(r.system)]
    return DevSet(TED, chosen, {})


def wmt20(data: Path) -> DevSet:
    """Crowd ratings of 2020 of sources held out of training, with COMET's scores."""
    lessons = [lesson for lesson in _held_out(data) if lesson.crowd is not None]
    scores = np.array([lesson.teacher for lesson in lessons])
    return DevSet("wmt20-da", [_rating(x, x.crowd or 0.0) for x in lessons], {"teacher": scores})


def taught(data: Path) -> DevSet:
    """The same sources with the teacher's scores in people's place: is the teacher learnt?"""
    return DevSet("teacher", [_rating(x, x.teacher) for x in _held_out(data)], {})


SETS: Mapping[str, Callable[[Path], DevSet]] = {
    "wmt24-esa": wmt24,
    "mtpref": mtpref,
    "ted21-mqm": ted,
    "wmt20-da": wmt20,
    "teacher": taught,
}


def thinned(dev: DevSet, sources: int) -> DevSet:
    """The ratings of evenly spread `sources` sources of each language pair."""
    kept: list[int] = []
    for lp in sorted({rating.lp for rating in dev.ratings}):
        rows = [row for row, rating in enumerate(dev.ratings) if rating.lp == lp]
        segments = list(dict.fromkeys(dev.ratings[row].segment for row in rows))
        chosen = set(segments[:: max(1, len(segments) // sources)][:sources])
        kept += [row for row in rows if dev.ratings[row].segment in chosen]
    teachers = {name: scores[kept] for name, scores in dev.teachers.items()}
    return DevSet(dev.name, [dev.ratings[row] for row in kept], teachers)


def _held_out(data: Path) -> list[Lesson]:
    lessons = read_lessons(data / TEACHERS / FILES[0])
    return [x for x in lessons if held_out_lesson(x) and not is_person(x.system)]


def _rating(lesson: Lesson, score: float) -> PublicRating:
    return PublicRating(
        lp=lesson.lp,
        system=lesson.system,
        segment=lesson.source,
        source=lesson.source,
        hypothesis=lesson.hypothesis,
        reference=lesson.reference,
        score=score,
        origin=lesson.origin,
    )
