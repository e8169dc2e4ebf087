"""Groups whose targets are scores of strong metrics, the teachers."""

from __future__ import annotations

import lzma
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, pstdev

from training.groups import Group, is_person, limit
from training.recipe import Recipe

FILES = ("teacher_scores.tsv.xz", "teacher_scores_flores.tsv.xz")
# People's expert ratings; crowd ratings are too noisy to correct a teacher.
_EXPERT = "mqm"


@dataclass(frozen=True)
class Lesson:
    """One translation that teachers scored.

    Attributes:
        origin: the data set.
        lp: the language pair.
        system: system that translated.
        source: the source text.
        hypothesis: the translation.
        reference: a reference translation.
        teacher: mean of the teachers' standardised scores.
        human: an expert's rating, or None.
        crowd: a crowd's rating, or None.
    """

    origin: str
    lp: str
    system: str
    source: str
    hypothesis: str
    reference: str
    teacher: float
    human: float | None
    crowd: float | None = None


def read_lessons(path: Path) -> Iterator[Lesson]:
    """Read a file of teachers' scores: TAB separated, a header, xz."""
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
        header = file.readline().rstrip("\n").split("\t")
        for line in file:
            row = dict(zip(header, line.rstrip("\n").split("\t"), strict=True))
            yield _lesson(row)


def teacher_groups(lessons: Iterable[Lesson], recipe: Recipe) -> list[Group]:
    """One group a source, data set and reference, as often as `recipe.teachers` says.

    Translations by people are left out, as among the rated ones.
    """
    sets: dict[tuple[str, str], list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        if lesson.origin in recipe.teachers and not is_person(lesson.system):
            sets[lesson.origin, lesson.lp].append(lesson)
    groups = []
    for (origin, _), members in sets.items():
        teacher = recipe.teachers[origin]
        made = _groups(_standardised(members), teacher.weight, recipe.expert_share)
        groups += made[: round(len(made) * min(1.0, teacher.epochs))]
        groups += made * (int(teacher.epochs) - 1)
    return groups


def _groups(lessons: Sequence[Lesson], weight: float, expert_share: float) -> list[Group]:
    by_source: dict[tuple[str, str], list[Lesson]] = defaultdict(list)
    for lesson in lessons:
        by_source[lesson.source, lesson.reference].append(lesson)
    return [_group(members, weight, expert_share) for members in by_source.values()]


def _group(lessons: Sequence[Lesson], weight: float, expert_share: float) -> Group:
    """Equal hypotheses are merged; experts are heard where they rated the whole group."""
    share = 0.0 if any(lesson.human is None for lesson in lessons) else expert_share
    scores: dict[str, list[float]] = defaultdict(list)
    for lesson in lessons:
        score = (1 - share) * lesson.teacher + share * limit(lesson.human or 0.0)
        scores[lesson.hypothesis].append(limit(score))
    first = lessons[0]
    targets = tuple(fmean(values) for values in scores.values())
    return Group(first.lp, first.source, first.reference, tuple(scores), targets, weight)


def _standardised(lessons: Sequence[Lesson]) -> list[Lesson]:
    """Teachers' and experts' scores as standard deviations from the mean of these lessons."""
    scaled = _scaled([lesson.teacher for lesson in lessons])
    rated = [number for number, lesson in enumerate(lessons) if lesson.human is not None]
    experts: Mapping[int, float] = dict(
        zip(rated, _scaled([lessons[number].human or 0.0 for number in rated]), strict=True)
    )
    return [
        replace(lesson, teacher=teacher, human=experts.get(number))
        for number, (lesson, teacher) in enumerate(zip(lessons, scaled, strict=True))
    ]


def _scaled(values: Sequence[float]) -> list[float]:
    if not values:
        return []
    mean, spread = fmean(values), pstdev(values)
    return [(value - mean) / (spread or 1.0) for value in values]


def _lesson(row: Mapping[str, str]) -> Lesson:
    human = float(row["human"]) if row["human"] else None
    is_expert = row["human_kind"] == _EXPERT
    return Lesson(
        origin=row["origin"],
        lp=row["lp"],
        system=row["system"],
        source=row["src"],
        hypothesis=row["mt"],
        reference=row["ref"],
        teacher=float(row["teacher"]),
        human=human if is_expert else None,
        crowd=None if is_expert else human,
    )
