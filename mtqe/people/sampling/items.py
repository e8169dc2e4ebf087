"""What people rate: translations without their systems' names, each under a number."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mtqe.corpus.spans import Span, origin_name
from mtqe.errors import ConfigError
from mtqe.run import Run, spans_of
from mtqe.support.options import suggestion

NUMBERS = 2**31 - 1
"""Numbers fit a signed 32-bit integer, which Appraise's data base needs."""


COLUMNS = ("segment_id", "document", "source", "references", "hypothesis")


@dataclass(frozen=True)
class SampleItem:
    """One translation of one segment, by all systems that gave exactly this one.

    Attributes:
        number: says nothing about the system; the same in every run with this translation.
        segment: the segment's place in the corpus.
        segment_id: id of the segment.
        document: document of the segment.
        source: source of the segment.
        references: references that the segment has.
        hypothesis: the translation.
        systems: systems that gave it.
        place: where the segment stands in its file, such as ``line 12``, or its number.
    """

    number: int
    segment: int
    segment_id: str
    document: str | None
    source: str
    references: tuple[str, ...]
    hypothesis: str
    systems: tuple[str, ...]
    place: str = ""


def items_of(run: Run) -> list[SampleItem]:
    """Everything in a run that can be rated, segment by segment.

    A number is made from id and translation. Two items that would get the same one, about one
    pair in two thousand million, get the next free one in the run's order.
    """
    size = run.manifest.corpus.segments
    names = [system.name for system in run.manifest.systems]
    columns = {name: run.segments[name].to_numpy(object) for name in COLUMNS}
    places = run.places
    used: set[int] = set()
    return [
        replace(
            _item({name: cells[row] for name, cells in columns.items()}, row, text, systems, used),
            place=places[row] or f"segment {row + 1}",
        )
        for row in range(size)
        for text, systems in _outputs(columns["hypothesis"][row::size].tolist(), names).items()
    ]


def _outputs(texts: Sequence[Any], names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The systems of each translation of one segment."""
    outputs: dict[str, tuple[str, ...]] = {}
    for text, name in zip(texts, names, strict=True):
        if isinstance(text, str):
            outputs[text] = (*outputs.get(text, ()), name)
    return outputs


def _item(
    record: Mapping[str, Any], row: int, text: str, systems: tuple[str, ...], used: set[int]
) -> SampleItem:
    document = record["document"]
    return SampleItem(
        number=_number(record["segment_id"], text, used),
        segment=row,
        segment_id=record["segment_id"],
        document=document if isinstance(document, str) else None,
        source=record["source"],
        references=tuple(part for part in record["references"] if isinstance(part, str)),
        hypothesis=text,
        systems=systems,
    )


def _number(segment_id: str, hypothesis: str, used: set[int]) -> int:
    digest = hashlib.sha256(f"{segment_id}\0{hypothesis}".encode()).digest()
    number = int.from_bytes(digest[:4], "big") % NUMBERS + 1
    while number in used:
        number = number % NUMBERS + 1
    used.add(number)
    return number


def item_spans(run: Run, items: Sequence[SampleItem], origin: str) -> dict[int, list[Span]]:
    """The spans of one origin by the number of the item that they are on.

    Args:
        run: whose spans.
        items: of the run.
        origin: its whole name, or its name without the kind.

    Raises:
        ConfigError: the run has no such origin.
    """
    names = [info.name for info in run.manifest.origins or ()]
    found = [name for name in names if origin in (name, origin_name(name))]
    if not found:
        hint = suggestion(origin, names) if names else "add a metric that marks errors."
        raise ConfigError(f"the run has no error spans by {origin!r}; {hint}")
    numbers = {(item.segment_id, item.systems[0]): item.number for item in items}
    spans: dict[int, list[Span]] = {}
    for span in spans_of(run.spans_table):
        number = numbers.get((span.segment_id, span.system))
        if span.origin == found[0] and number is not None:
            spans.setdefault(number, []).append(span)
    return spans


def blind_labels(items: Sequence[SampleItem], seed: int) -> dict[int, str]:
    """A label for each item: A, B, C and so on, in every document in another order.

    Args:
        items: of some segments.
        seed: of the order.

    Returns:
        By the item's number; the translations of one system in one document share a label.
    """
    rng = np.random.default_rng(seed)
    labels: dict[int, str] = {}
    orders: dict[str, dict[str, int]] = {}
    systems = sorted({item.systems[0] for item in items})
    for item in items:
        document = item.document if item.document is not None else item.segment_id
        if document not in orders:
            order = rng.permutation(len(systems))
            orders[document] = {name: int(order[i]) for i, name in enumerate(systems)}
        labels[item.number] = _letters(orders[document][item.systems[0]])
    return labels


def _letters(index: int) -> str:
    """A to Z, then AA, AB…, as spreadsheets count."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def only_systems(run: Run, items: Sequence[SampleItem], systems: Sequence[str]) -> list[SampleItem]:
    """The items that any of these systems gave; all, if none is named.

    Raises:
        ConfigError: the run has no such system.
    """
    names = [system.name for system in run.manifest.systems]
    for name in systems:
        if name not in names:
            raise ConfigError(f"the run has no system {name!r}; {suggestion(name, names)}")
    return [item for item in items if not systems or set(item.systems) & set(systems)]
