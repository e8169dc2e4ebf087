"""``python -m training.pack``: all that `training.gpu` needs, in one file under 64 MiB.

Texts are packed as token ids of a vocabulary that holds only the pieces that occur, degenerate
hypotheses are made beforehand, and the encoder stays in its 4 bits.
"""

from __future__ import annotations

import logging
import lzma
import random
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from mtqe.metrics.models import e5
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import CHRF
from mtqe.people.metaeval.scoring import score_ratings
from training.batch import make_items
from training.devsets import SETS, DevSet
from training.encoder import START, assembled
from training.groups import Group
from training.material import training_groups
from training.options import make_parser, make_recipe
from training.packed import DEGENERATE, NO_TEXT, PERFECT, RATED
from training.recipe import Recipe

LOG = logging.getLogger(__name__)
DEV = ("wmt24-esa", "mtpref", "wmt20-da", "teacher")
MOST_TOKENS = 256
DRAWS = 1
_KINDS = {"rated": RATED, "degenerate": DEGENERATE, "perfect": PERFECT}
_WORDS = "embeddings.word_embeddings.weight"

Arrays = dict[str, NDArray[Any]]


class TextTable:
    """Distinct texts, numbered as they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str | None) -> int:
        """A text's number; `NO_TEXT` for none."""
        return NO_TEXT if text is None else self._numbers.setdefault(text, len(self._numbers))

    def arrays(self, tokenizer: Tokenizer) -> tuple[Arrays, NDArray[np.int64]]:
        """Lengths and renumbered tokens, and the vocabulary's ids of the pieces that occur.

        The commonest pieces get the smallest numbers: they compress best.
        """
        tokenizer.no_padding()
        tokenizer.enable_truncation(MOST_TOKENS)
        encoded = tokenizer.encode_batch_fast(list(self._numbers))
        lengths = np.array([len(one.ids) for one in encoded], np.uint16)
        tokens = np.concatenate([np.array(one.ids, np.int64) for one in encoded])
        counts = np.bincount(tokens)
        kept = np.argsort(-counts, kind="stable")[: int((counts > 0).sum())]
        number = np.zeros(len(counts), np.int64)
        number[kept] = np.arange(len(kept))
        found = number[tokens]
        arrays = {
            "text.length": lengths,
            "tokens.low": (found & 0xFFFF).astype(np.uint16),
            "tokens.high": (found >> 16).astype(np.uint8),
        }
        return arrays, kept


def main() -> None:
    """Pack training and development data and the encoder."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    arguments = make_parser("python -m training.pack", __doc__ or "").parse_args()
    recipe = make_recipe(arguments)
    groups = training_groups(arguments.data, arguments.work, recipe)
    devs = [SETS[name](arguments.data) for name in DEV]
    tokenizer = Tokenizer.from_file(str(assembled(arguments.work) / "tokenizer.json"))
    path = arguments.output / "packed.npz.xz"
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, pack(groups, devs, tokenizer, recipe))
    LOG.info("%s: %.1f MiB", path, path.stat().st_size / 2**20)


def pack(
    groups: Sequence[Group], devs: Sequence[DevSet], tokenizer: Tokenizer, recipe: Recipe
) -> Arrays:
    """Every array of a packed file."""
    table = TextTable()
    arrays = item_arrays(groups, table, random.Random(recipe.seed)) | dev_arrays(devs, table)
    texts, kept = table.arrays(tokenizer)
    start = {f"start.{name}": array for name, array in load_file(START).items()}
    return arrays | texts | encoder_arrays(kept) | start


def write(path: Path, arrays: Arrays) -> None:
    """Write arrays, compressed."""
    plain = BytesIO()
    np.savez(plain, **arrays)
    path.write_bytes(lzma.compress(plain.getvalue()))


def item_arrays(groups: Sequence[Group], table: TextTable, rng: random.Random) -> Arrays:
    """Rated hypotheses, references and degenerate hypotheses of all groups."""
    rows = []
    for number, group in enumerate(groups):
        drawn = [item for _ in range(DRAWS) for item in make_items([group], True, rng)]
        rows += [(number, item) for item in dict.fromkeys(drawn)]
    items = [item for _, item in rows]
    return {
        "item.group": np.array([number for number, _ in rows], np.int64),
        "item.source": _numbers(table, (item.source for item in items)),
        "item.hypothesis": _numbers(table, (item.hypothesis for item in items)),
        "item.reference": _numbers(table, (item.reference for item in items)),
        "item.target": np.array([item.target for item in items], np.float32),
        "item.weight": np.array([item.weight for item in items], np.float32),
        "item.kind": np.array([_KINDS[item.kind] for item in items], np.uint8),
    }


def dev_arrays(devs: Sequence[DevSet], table: TextTable) -> Arrays:
    """Development ratings, set and language pair by set and language pair, with chrF."""
    rows = [
        (f"{dev.name} {rating.lp}", rating)
        for dev in devs
        for rating in sorted(dev.ratings, key=lambda rating: (rating.lp, rating.segment))
    ]
    ratings = [rating for _, rating in rows]
    names = list(dict.fromkeys(name for name, _ in rows))
    segments: dict[tuple[str, str], int] = {}
    return {
        "dev.names": np.array(names),
        "dev.set": np.array([names.index(name) for name, _ in rows]),
        "dev.segment": np.array(
            [segments.setdefault((name, r.segment), len(segments)) for name, r in rows]
        ),
        "dev.source": _numbers(table, (rating.source for rating in ratings)),
        "dev.hypothesis": _numbers(table, (rating.hypothesis for rating in ratings)),
        "dev.reference": _numbers(table, (rating.reference for rating in ratings)),
        "dev.human": np.array([rating.score for rating in ratings], np.float32),
        "dev.chrf": score_ratings(ratings, [CHRF()], ModelPool())["chrf"].astype(np.float32),
    }


def encoder_arrays(kept: NDArray[np.int64]) -> Arrays:
    """The encoder, of its word embeddings the kept rows."""
    encoder = e5.read_encoder(e5.weights_path())
    arrays: Arrays = {}
    for entry in encoder.entries:
        name = e5.bert_name(entry)
        tensor = encoder.tensor(entry)
        blocks = encoder.blocks(entry)
        if blocks is None:
            arrays[f"plain.{name}"] = tensor
            continue
        steps = e5.steps(blocks).reshape(tensor.shape)
        scales = blocks["scale"].reshape(len(tensor), -1)
        rows = kept if name == _WORDS else slice(None)
        arrays[f"q4.{name}"], arrays[f"scale.{name}"] = steps[rows], scales[rows]
    return arrays


def _numbers(table: TextTable, texts: Iterable[str | None]) -> NDArray[np.int64]:
    return np.array([table.number(text) for text in texts], np.int64)


if __name__ == "__main__":
    main()
