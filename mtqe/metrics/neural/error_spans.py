"""Error spans from labelled tokens, as xCOMET and word-level unified models give them.

Guerreiro et al. 2023, "xCOMET: Transparent Machine Translation Evaluation through Fine-grained
Error Detection"; rules as in unbabel-comet 2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from mtqe.metrics.neural.encoders.subwords import Subwords

PENALTIES = {"minor": 1, "major": 5, "critical": 10}
MOST = 25
"""The MQM penalty from which a translation scores 0."""


@dataclass(frozen=True)
class ErrorSpan:
    """A part of a hypothesis that a model takes for an error.

    Attributes:
        text: text of its tokens.
        start: its first character in the hypothesis.
        end: the character after its last one.
        severity: severity of its first token, such as ``minor``, ``major`` or ``critical``.
        confidence: mean probability of the labels.
    """

    text: str
    start: int
    end: int
    severity: str
    confidence: float


def mqm_score(spans: Sequence[ErrorSpan]) -> float:
    """1 without errors, down to 0."""
    penalty = sum(PENALTIES.get(span.severity, 0) for span in spans)
    return (MOST - min(penalty, MOST)) / MOST


def decode_spans(
    tags: torch.Tensor, labels: Sequence[str], ids: Sequence[int], subwords: Subwords, text: str
) -> tuple[ErrorSpan, ...]:
    """Runs of tokens that are more likely an error than none.

    As unbabel-comet has it, a run that reaches the last token is left out, and where a hypothesis
    spells padding tokens out, which are dropped, as many of the following tokens count as its own.

    Args:
        tags: probabilities [tokens, 1 + labels], those of "no error" first.
        labels: the kinds of errors.
        ids: the tokens of the joined text, which the hypothesis begins.
        subwords: the tokenizer.
        text: the hypothesis.
    """
    best, choice = tags.max(1)
    if not choice[: len(ids)].any():
        return ()
    offsets = subwords.offsets(text)
    spans: list[ErrorSpan] = []
    run: list[int] = []
    for place, label in enumerate(choice.tolist()[: min(len(ids), len(offsets))]):
        if label:
            run.append(place)
        elif run:
            spans.append(_span(run, best, labels[int(choice[run[0]]) - 1], ids, offsets, subwords))
            run = []
    return tuple(spans)


def _span(
    run: Sequence[int], best: torch.Tensor, severity: str, ids: Sequence[int],
    offsets: Sequence[tuple[int, int]], subwords: Subwords,
) -> ErrorSpan:  # fmt: skip
    return ErrorSpan(
        text=subwords.decode([ids[place] for place in run]),
        start=offsets[run[0]][0],
        end=offsets[run[-1]][1],
        severity=severity,
        confidence=float(best[run[0] : run[-1] + 1].mean()),
    )
