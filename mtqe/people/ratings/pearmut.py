"""What annotators said in Pearmut: scores from 0 to 100, and error spans."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mtqe.errors import DataError
from mtqe.people.pearmut import found_span, read_results
from mtqe.people.ratings.rating import RatedTranslations, Rating, rating

KIND = "esa"


def read_pearmut(path: Path, known: RatedTranslations) -> tuple[list[Rating], int]:
    """Read annotations; a translation is found by its segment and system, else by its texts.

    Raises:
        DataError: the file is not what Pearmut writes; names the item.
    """
    found: list[Rating] = []
    unknown = 0
    for user, item, system, answer in read_results(path):
        score = answer.get("score")
        if score is None:
            continue
        text = item["tgt"][system]
        place = known.by_system.get((str(item.get("item_id")), system))
        if place is not None and place.hypothesis == text:
            place = replace(place, systems=(system,))  # each system's translation has its own score
        else:
            place = known.by_text.get((item.get("src", ""), text))
        if place is None:
            unknown += 1
            continue
        where = f"{path}, item {item.get('item_id')!r}, {system}"
        if not isinstance(score, int | float) or not 0 <= score <= 100:
            raise DataError(f"{where}: {score!r} is not a score from 0 to 100.")
        try:
            spans = tuple(found_span(mark, text) for mark in answer.get("error_spans") or ())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DataError(f"{where}: an error span can't be read ({error!r}).") from error
        found.append(rating(place, KIND, user, float(score), spans))
    return found, unknown
