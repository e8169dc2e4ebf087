"""Files with people's scores, in every format that `mtqe sample` or another program writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.readers import format_of, read_dataset
from mtqe.corpus.registry import LINES
from mtqe.corpus.text import read_text
from mtqe.errors import ConfigError, DataError
from mtqe.people.pearmut import is_results
from mtqe.people.ratings.esa import read_esa
from mtqe.people.ratings.marot import is_marot, read_marot
from mtqe.people.ratings.pearmut import read_pearmut
from mtqe.people.ratings.rating import RatedTranslations, Rating, rating
from mtqe.people.ratings.sheets import read_sheet
from mtqe.people.review import penalties, read_reviews, spans_by_translation
from mtqe.run import Run
from mtqe.support.arguments import path_argument

Reader = Callable[[Path, RatedTranslations], tuple[list[Rating], int]]


def read_scores(
    path: Path,
    run: Run,
    format: str | None = None,  # noqa: A002
) -> tuple[list[Rating], int]:
    """Read the ratings of a run's translations in a file.

    Args:
        path: the file; a folder for mt-metrics-eval.
        run: what was rated.
        format: one of `SCORE_FORMATS`; else the file's look decides.

    Returns:
        The ratings, and how many are of translations that the run doesn't have.

    Raises:
        ConfigError: an unknown format.
        DataError: the file can't be read without guessing, or holds no rating of this run.
    """
    path = path_argument(path, "file of scores")
    chosen = format or score_format(path)
    if chosen not in SCORE_FORMATS:
        raise ConfigError(f"--format {chosen}: name one of {', '.join(SCORE_FORMATS)}.")
    ratings, unknown = SCORE_FORMATS[chosen](path, RatedTranslations(run))
    if not ratings:
        raise DataError(
            f"{path}: holds no rating of this run's translations ({unknown} of others); is it "
            "filled in, and of this run?"
        )
    return ratings, unknown


def score_format(path: Path) -> str:
    """The format that a file looks like."""
    if path.is_dir():
        return "dataset"
    suffix = path.suffix.lower()
    if suffix in (".json", ".jsonl") and is_results(read_text(path)[0]):
        return "pearmut"
    if suffix == ".json":
        return "review"
    if suffix in (".tsv", ".csv"):
        first = read_text(path)[0].partition("\n")[0]
        if is_marot(first):
            return "mqm"
        if suffix == ".csv" and first.count(",") >= 9 and "item" not in first.split(","):
            return "esa"
    return "sheet" if format_of(path) != LINES else "dataset"


def _review(path: Path, known: RatedTranslations) -> tuple[list[Rating], int]:
    """A review of mtqe's own report, or several merged: MQM penalties, as negative scores."""
    file = read_reviews(path)
    corpus = known.run.manifest.corpus
    if file.corpus is not None and file.corpus.hash != corpus.hash:
        raise DataError(f"{path}: is a review of another test set (corpus.hash differs).")
    found: list[Rating] = []
    unknown = 0
    for review in file.reviews:
        marked = spans_by_translation(review)
        for key, penalty in penalties(review, file.systems).items():
            item = known.by_system.get(key)
            if item is None:
                unknown += 1
            else:
                spans = marked.get(key, ())
                found.append(rating(item, "mqm", review.reviewer, 0.0 - penalty, spans))
    return found, unknown


def _dataset(path: Path, known: RatedTranslations) -> tuple[list[Rating], int]:
    """Human scores beside a corpus: the folders of mt-metrics-eval, or a converted table."""
    corpus = known.run.manifest.corpus
    languages = LanguagePair(corpus.source_language, corpus.target_language)
    dataset = read_dataset(path, name=corpus.name, languages=languages)
    texts = {system.system: system.hypotheses for system in dataset.systems}
    found: list[Rating] = []
    unknown = 0
    for human in dataset.human:
        for system, scores in human.systems.items():
            hypotheses = texts.get(system, (None,) * len(scores))
            for segment, text, score in zip(dataset.corpus, hypotheses, scores, strict=True):
                if score is None:
                    continue
                item = known.by_system.get((segment.id, system))
                if item is None or item.hypothesis != text:
                    unknown += 1
                else:
                    found.append(rating(item, human.kind, "", score))
    return found, unknown


SCORE_FORMATS: Mapping[str, Reader] = MappingProxyType(
    {
        "sheet": read_sheet,
        "mqm": read_marot,
        "esa": read_esa,
        "pearmut": read_pearmut,
        "review": _review,
        "dataset": _dataset,
    }
)
