"""Scores of a model in training, without assembling a COMET checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import torch
from numpy.typing import NDArray

from training.model import MiniModel

BLOCK = 2048

Triple = tuple[str, str, str | None]


def score(model: MiniModel, triples: Sequence[Triple]) -> NDArray[np.float64]:
    """Logits [n, 2] of (source, hypothesis, reference): with and without the reference.

    The first column is NaN where there is no reference.
    """
    model.eval()
    distinct = list(
        dict.fromkeys(text for triple in triples for text in triple if text is not None)
    )
    distinct.sort(key=len)
    index = {text: number for number, text in enumerate(distinct)}
    with torch.inference_mode():
        mixed = _mixed(model, distinct)
        return np.concatenate([_block(model, mixed, index, part) for part in _parts(triples)])


def _mixed(model: MiniModel, texts: Sequence[str]) -> torch.Tensor:
    """Both heads' sentence vectors [texts, 2, hidden]: small enough to keep them all."""
    rows = []
    for start in range(0, len(texts), BLOCK):
        pooled = model.encoder(texts[start : start + BLOCK])
        rows.append(torch.stack([model.comet.mix(pooled), model.kiwi.mix(pooled)], 1))
    return torch.cat(rows)


def _parts(triples: Sequence[Triple]) -> Iterator[list[Triple]]:
    remaining = iter(triples)
    while part := list(islice(remaining, BLOCK)):
        yield part


def _block(
    model: MiniModel, mixed: torch.Tensor, index: dict[str, int], part: Sequence[Triple]
) -> NDArray[np.float64]:
    sources = mixed[torch.tensor([index[source] for source, _, _ in part])]
    hypotheses = mixed[torch.tensor([index[hypothesis] for _, hypothesis, _ in part])]
    references = mixed[
        torch.tensor([index[ref if ref is not None else src] for src, _, ref in part])
    ]
    columns = [
        model.comet.estimate(sources[:, 0], hypotheses[:, 0], references[:, 0]),
        model.kiwi.estimate(sources[:, 1], hypotheses[:, 1]),
    ]
    scores = torch.stack(columns, 1).double().numpy()
    scores[[reference is None for _, _, reference in part], 0] = np.nan
    return scores
