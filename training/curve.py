"""``python -m training.curve``: how agreement with people and teachers grew with training.

Prints a row a snapshot of the averaged parameters, on a part of the development data.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from mtqe.people.metaeval.pairs import Floats
from training.dev import by_pair
from training.devsets import SETS, DevSet, thinned
from training.judge import judge, mean
from training.model import MiniModel
from training.options import make_parser, make_recipe
from training.scoring import score
from training.trained import load_averages

MEASURES = ("preference", "soft")
HEADS = ("comet", "kiwi")


def main() -> None:
    """Score every snapshot and print the table."""
    parser = make_parser("python -m training.curve", __doc__ or "")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=["wmt24-esa", "mtpref"])
    parser.add_argument("--sources", type=int, default=60, help="of each language pair")
    parser.add_argument("--snapshots", type=Path, nargs="+", help="by default all in --output")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    devs = [thinned(SETS[name](arguments.data), arguments.sources) for name in arguments.sets]
    recipe = make_recipe(arguments)
    columns = [f"{d.name} {head} {m}" for d in devs for head in HEADS for m in MEASURES]
    _print(["snapshot", *columns])
    _print(["---"] * (1 + len(columns)))
    for path in arguments.snapshots or sorted(arguments.output.glob("averages-*.pt")):
        model = load_averages(path, arguments.work, recipe, arguments.start)
        _print([path.stem, *(cell for dev in devs for cell in figures(model, dev))])


def figures(model: MiniModel, dev: DevSet) -> list[str]:
    """Means over language pairs of every measure of both heads."""
    triples = [(rating.source, rating.hypothesis, rating.reference) for rating in dev.ratings]
    both = score(model, triples)
    scores: dict[str, Floats] = {head: both[:, number] for number, head in enumerate(HEADS)}
    judged = [judge(*part) for _, part in by_pair(dev.ratings, scores)]
    draws = {measure: mean([pair[measure] for pair in judged]) for measure in MEASURES}
    return [f"{draws[m].value(head):.4f}" for head in HEADS for m in MEASURES]


def _print(cells: Sequence[str]) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
