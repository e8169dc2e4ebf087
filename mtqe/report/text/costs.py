"""What translating costs and how fast it is, on a terminal: before a run and after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from json import dumps
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mtqe.corpus.base import Corpus
from mtqe.evaluation.plan import plan_translations
from mtqe.metrics.base import Metric
from mtqe.run import RunManifest, SystemInfo
from mtqe.support.cache import Cache
from mtqe.support.cost import Asking, Usage, money
from mtqe.support.visible import one_line, visible
from mtqe.support.words import count

if TYPE_CHECKING:
    from mtqe.config import System

UNKNOWN = "—"
COLUMNS: dict[str, Callable[[SystemInfo], str | None]] = {
    "characters": lambda s: None if s.estimate is None else f"{s.estimate.characters:,}",
    "seconds": lambda s: f"{s.seconds:.1f}" if s.translated else None,
    "segments/s": lambda s: None if s.speed is None else f"{s.speed:.1f}",
    "latency": lambda s: (
        None if s.usage is None or s.usage.latency is None else f"{s.usage.latency:.2f} s"
    ),
    "cost": lambda s: s.cost_shown,
}
"""What is known of a system: of the whole test set, but for times, which are this run's."""


def expense_table(manifest: RunManifest) -> Table | None:
    """One row per system that translated, one column for each figure that any of them has."""
    systems = [system for system in manifest.systems if system.estimate is not None]
    figures = {name: [tell(system) for system in systems] for name, tell in COLUMNS.items()}
    known = {name: values for name, values in figures.items() if any(values)}
    if not known.keys() - {"characters"}:
        return None
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("system")
    for name in known:
        table.add_column(name, justify="right", no_wrap=True)
    for index, system in enumerate(systems):
        table.add_row(Text(one_line(system.name)), *(v[index] or UNKNOWN for v in known.values()))
    return table


def print_plans(
    corpus: Corpus, systems: Sequence[System], cache: Cache | None, console: Console | None = None
) -> None:
    """Print what each system has still to translate, its price, and what is over a budget."""
    out = console or Console(highlight=False, soft_wrap=True, width=10_000)
    translating = [system for system in systems if system.backend.cacheable]
    plans = plan_translations(corpus, translating, cache)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("system")
    for name in ("segments", "characters", "about"):
        table.add_column(name, justify="right", no_wrap=True)
    for item in plans:
        estimate = item.estimate
        cost = UNKNOWN if estimate.cost is None else money(estimate.cost, estimate.currency)
        table.add_row(
            Text(one_line(item.system)), f"{estimate.segments:,}", f"{estimate.characters:,}", cost
        )
    out.print(table)
    for item in plans:
        if item.objection:
            out.print(Text(visible(f"{item.system}: {item.objection}")))


def asking_text(asking: Asking | None, metric: Metric, *, json: bool) -> str:
    """What judging would take, in a sentence or as JSON, and what is over a budget."""
    if asking is None:
        return "{}" if json else "nothing would be asked"
    objection = metric.objection(asking)
    if json:
        return dumps({**asdict(asking), "objection": objection})
    cost = "" if asking.cost is None else f", {money(asking.cost, asking.currency)}"
    lines = [
        f"{count(asking.judgements, 'judgement')} to ask for: "
        f"{count(asking.requests, 'request')}, about {asking.input_tokens:,} tokens to read and "
        f"{asking.output_tokens:,} to write{cost}"
    ]
    return "\n".join([*lines, *([objection] if objection else [])])


def usage_text(label: str, usage: Usage) -> str:
    """What a metric's requests took, in a sentence."""
    retries = f" and {count(usage.retries, 'repetition')}" if usage.retries else ""
    tokens = (
        f", {usage.input_tokens:,} tokens read and {usage.output_tokens:,} written"
        if usage.input_tokens
        else ""
    )
    cost = "" if usage.cost is None else f", about {money(usage.cost, usage.currency)}"
    return f"{label}: {count(usage.requests, 'request')}{retries}{tokens}{cost}"
