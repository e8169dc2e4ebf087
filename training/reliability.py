"""``python -m training.reliability --data FOLDER``: how much of a rating is noise.

Systems often give the same translation, and each copy is rated. What the ratings of copies differ
by is noise; the rest of the variance inside a source is what a metric can be asked to see.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from math import asin, pi, sqrt
from pathlib import Path
from statistics import fmean, variance

from mtqe.people.metaeval.public_ratings import PublicRating, read_tsv
from training.groups import is_human

FILES = ("train_full.tsv.gz", "dev_full.tsv.gz")
FEWEST_COPIED = 30


@dataclass(frozen=True)
class Reliability:
    """The noise of one data set and language pair.

    Attributes:
        copied: translations that several systems gave for one source.
        noise: mean variance of the ratings of equal translations.
        total: mean variance of the ratings of one source.
    """

    copied: int
    noise: float
    total: float

    @property
    def share(self) -> float:
        """Share of the variance inside a source that is not noise, at least 0."""
        return max(0.0, 1 - self.noise / self.total) if self.total else 0.0

    @property
    def best_accuracy(self) -> float:
        """Share of pairs that a metric which knew the truth would order as the ratings do.

        For jointly normal values with correlation sqrt(share) (Sheppard 1899).
        """
        return 0.5 + asin(sqrt(self.share)) / pi


def measure(ratings: Iterable[PublicRating]) -> Reliability | None:
    """Compare equal translations of one data set; None where there are too few."""
    sources = _grouped(ratings, lambda rating: rating.source).values()
    different = [rated for rated in sources if len({rating.hypothesis for rating in rated}) > 1]
    total = [variance(_scores(rated)) for rated in different]
    copies = [
        variance(_scores(copied))
        for rated in sources
        for copied in _grouped(rated, lambda rating: rating.hypothesis).values()
        if len(copied) > 1
    ]
    if min(len(copies), len(total)) < FEWEST_COPIED:
        return None
    return Reliability(len(copies), fmean(copies), fmean(total))


def _grouped(
    ratings: Iterable[PublicRating], key: Callable[[PublicRating], Hashable]
) -> dict[Hashable, list[PublicRating]]:
    groups: dict[Hashable, list[PublicRating]] = defaultdict(list)
    for rating in ratings:
        groups[key(rating)].append(rating)
    return groups


def _scores(ratings: Iterable[PublicRating]) -> list[float]:
    return [rating.score for rating in ratings]


def main() -> None:
    """Print a table, a row a data set and language pair."""
    parser = argparse.ArgumentParser(prog="python -m training.reliability")
    parser.add_argument("--data", type=Path, required=True, help="folder of the rating files")
    folder = parser.parse_args().data
    ratings = (rating for name in FILES for rating in read_tsv(folder / name))
    systems = (rating for rating in ratings if not is_human(rating))
    rows = ["| data | copied translations | reliability | best accuracy |", "|" + " --- |" * 4]
    for name, rated in _grouped(systems, lambda rating: f"{rating.origin} {rating.lp}").items():
        if found := measure(rated):
            share, best = f"{found.share:.2f}", f"{found.best_accuracy:.3f}"
            rows.append(f"| {name} | {found.copied} | {share} | {best} |")
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
