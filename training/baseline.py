"""BERTScore's rescaling baseline: what unrelated sentences of one language score.

``python -m training.baseline --encoder FOLDER --output FILE TEXTS…`` writes a table:
mean P, R and F1 of random pairs of different sentences, a row a layer (Zhang et al. 2020, 5.1).
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional
from transformers import AutoTokenizer, BertModel

PAIRS = 3000
SEED = 12345


class TokenVectors:
    """Unit vectors of a text's tokens at every layer."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._bert = BertModel.from_pretrained(folder, add_pooling_layer=False).eval()

    def __call__(self, text: str) -> Tensor:
        """Vectors of one text, the two special tokens included: [layers, tokens, hidden]."""
        tokens = self._tokenizer(text, truncation=True, return_tensors="pt")
        with torch.inference_mode():
            states = self._bert(**tokens, output_hidden_states=True).hidden_states
        return functional.normalize(torch.cat(states), dim=-1)


def measure(vectors: Sequence[Tensor], pairs: Iterable[tuple[int, int]]) -> Tensor:
    """Mean P, R and F1 of pairs of texts: [layers, 3].

    Special tokens are matched with but not counted, as in bert-score.
    """
    rows = []
    for first, second in pairs:
        similarity = vectors[first] @ vectors[second].transpose(1, 2)
        precision = similarity.amax(2)[:, 1:-1].mean(1)
        recall = similarity.amax(1)[:, 1:-1].mean(1)
        rows.append(torch.stack([precision, recall, 2 / (1 / precision + 1 / recall)], 1))
    return torch.stack(rows).mean(0)


def random_pairs(count: int) -> Iterator[tuple[int, int]]:
    """Seeded pairs of different numbers below `count`."""
    rng = random.Random(SEED)
    for _ in range(PAIRS):
        first, second = rng.sample(range(count), 2)
        yield first, second


def write_table(path: Path, means: Tensor) -> None:
    """Write bert-score's layout: a header, then LAYER,P,R,F."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["LAYER", "P", "R", "F"])
        for layer, row in enumerate(means.tolist()):
            writer.writerow([layer, *(f"{value:.6f}" for value in row)])


def main() -> None:
    """Measure one language's rescaling baseline and write it."""
    parser = argparse.ArgumentParser(prog="python -m training.baseline", description=__doc__)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of the encoder")
    parser.add_argument("--output", type=Path, required=True, help="the table to write")
    parser.add_argument("texts", type=Path, nargs="+", help="one text a line, UTF-8")
    arguments = parser.parse_args()
    lines = [line for path in arguments.texts for line in path.read_text("utf-8").splitlines()]
    texts = sorted({line for line in lines if line.strip()})
    encode = TokenVectors(arguments.encoder)
    means = measure([encode(text) for text in texts], random_pairs(len(texts)))
    write_table(arguments.output, means)


if __name__ == "__main__":
    main()
