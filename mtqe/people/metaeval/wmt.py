"""Human ratings in the folder layout of mt-metrics-eval (Google, WMT metrics tasks)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mtqe.corpus.readers.metrics_eval import SEGMENT_SCORES, read_lines_of, read_scores
from mtqe.people.metaeval.public_ratings import PublicRating


def read_wmt(folder: Path, lp: str, scores: str, reference: str | None) -> list[PublicRating]:
    """Read one language pair of a test set such as ``mt-metrics-eval-v2/wmt22``.

    Args:
        folder: holds ``sources/``, ``references/``, ``system-outputs/`` and ``human-scores/``.
        lp: the language pair, ``en-de``.
        scores: which human scores, ``mqm`` for ``human-scores/en-de.mqm.seg.score``.
        reference: which reference, ``refA`` for ``references/en-de.refA.txt``; None for none.

    Returns:
        The rated translations; those that the file calls ``None`` are left out, and so is a
        reference that was rated as a system when it is the reference to judge by.

    Raises:
        DataError: A file is missing, or files differ in their number of lines.
    """
    sources = read_lines_of(folder / "sources" / f"{lp}.txt")
    count = len(sources)
    references: Sequence[str | None] = [None] * count
    if reference is not None:
        references = read_lines_of(folder / "references" / f"{lp}.{reference}.txt", count)
    path = folder / "human-scores" / f"{lp}.{scores}{SEGMENT_SCORES}"
    ratings = []
    for system, values in read_scores(path, lp, count, {reference or ""}).systems.items():
        outputs = read_lines_of(folder / "system-outputs" / lp / f"{system}.txt", count)
        ratings += list(_rated(lp, system, sources, outputs, references, values))
    return ratings


def _rated(
    lp: str,
    system: str,
    sources: Sequence[str],
    outputs: Sequence[str],
    references: Sequence[str | None],
    values: Sequence[float | None],
) -> Iterator[PublicRating]:
    for number, value in enumerate(values):
        if value is not None:
            yield PublicRating(
                lp=lp,
                system=system,
                segment=str(number + 1),
                source=sources[number],
                hypothesis=outputs[number],
                reference=references[number],
                score=value,
            )
