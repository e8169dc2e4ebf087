"""Which systems and segments a rule is about, and what they are compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from mtqe.compare.compatible import Rows, check_corpus, check_metric
from mtqe.compare.paired_scores import (
    PairedScores,
    ScoredSystem,
    material_of_run,
    material_of_runs,
)
from mtqe.errors import ConfigError
from mtqe.gate.rules import Compared, Paired, RankRule, Rule
from mtqe.run import MetricInfo, Run
from mtqe.support.options import suggestion

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RuleTarget:
    """One system on one set of segments.

    Attributes:
        scope: ``COLUMN=VALUE``, or how many segments were named; empty for the whole corpus.
        rows: rows of the segments in scope.
        candidate: system that is judged.
        baseline: system that it is compared with; None for rules that compare with nothing.
        metric: metric that is judged; None for rules about translations.
        frame: all segments: ``segment_id``, ``document``, ``source``.
    """

    scope: str
    rows: Rows = field(repr=False)
    candidate: ScoredSystem
    baseline: ScoredSystem | None
    metric: MetricInfo | None
    frame: pd.DataFrame = field(repr=False)


def subjects(rule: Rule, run: Run, baseline: Run | None) -> Iterator[RuleTarget]:
    """Everything that a rule has to be judged on; systems that the baseline lacks are left out.

    Raises:
        ConfigError: a system, metric, slice or segment that there isn't, or no baseline given.
        IncompatibleRuns: the baseline has another corpus or signature; names the field.
    """
    material = material_of_run(run)
    metric = _metric(rule, run)
    pairs = _pairs(rule, run, baseline, material)
    for scope, rows in _scopes(rule, material).items():
        for candidate, other in pairs:
            yield RuleTarget(scope, rows, candidate, other, metric, material.frame)


def without_baseline(run: Run, baseline: Run) -> tuple[str, ...]:
    """Systems of the run that the baseline has no translations of."""
    pairs = material_of_runs(run, baseline, None).baselines
    return tuple(s.name for s in run.manifest.systems if f"{s.name} (new)" not in pairs)


def _metric(rule: Rule, run: Run) -> MetricInfo | None:
    name = getattr(rule, "metric", None)
    if name is None:
        return None
    by_name = {metric.name: metric for metric in run.manifest.metrics}
    if name not in by_name:
        raise ConfigError(f"the run has no metric {name!r}; {suggestion(name, by_name)}")
    return by_name[name]


NO_BASELINE = (
    "it compares with a baseline; give one with --baseline or gate.baseline, or name a system of "
    "the run with `against`."
)
Pairs = list[tuple[ScoredSystem, ScoredSystem | None]]


def _pairs(rule: Rule, run: Run, baseline: Run | None, material: PairedScores) -> Pairs:
    systems = {system.system: system for system in material.systems}
    if rule.system is not None:
        _known_system(rule.system, systems, "run")
    within = rule.not_below if isinstance(rule, RankRule) else getattr(rule, "against", None)
    if within is not None:
        _known_system(within, systems, "run")
        others: Pairs = [(e, systems[within]) for name, e in systems.items() if name != within]
        return _of_system(rule.system, others)
    if isinstance(rule, Compared):
        return _baseline_pairs(rule, run, baseline)
    return _of_system(rule.system, [(system, None) for system in material.systems])


def _baseline_pairs(rule: Compared, run: Run, baseline: Run | None) -> Pairs:
    if baseline is None:
        raise ConfigError(NO_BASELINE)
    check_corpus(run, baseline)
    if isinstance(rule, Paired):
        check_metric(run, baseline, rule.metric)
        material = material_of_runs(run, baseline, [rule.metric])
    else:
        material = material_of_runs(run, baseline, None)
    by_label = {system.label: system for system in material.systems}
    pairs: Pairs = [(by_label[new], by_label[old]) for new, old in material.baselines.items()]
    if rule.system is not None and rule.system not in [system.system for system, _ in pairs]:
        _known_system(rule.system, [system.system for system, _ in pairs], "baseline")
    return _of_system(rule.system, pairs)


def _of_system(system: str | None, pairs: Pairs) -> Pairs:
    chosen = [pair for pair in pairs if system in (None, pair[0].system)]
    if not chosen:
        raise ConfigError("there is no system to judge: it would be compared with itself.")
    return chosen


def _known_system(system: str, known: Mapping[str, object] | list[str], side: str) -> None:
    if system not in known:
        raise ConfigError(f"the {side} has no system {system!r}; {suggestion(system, known)}")


def _scopes(rule: Rule, material: PairedScores) -> dict[str, Rows]:
    """Rows by the name of the scope."""
    if rule.segments is not None:
        return {f"{len(rule.segments)} named segments": _named(rule.segments, material)}
    if rule.slice is None:
        return {"": np.arange(len(material.frame))}
    column, equals, value = rule.slice.partition("=")
    slices = material.slices(column)
    if not equals:
        return {f"{column}={name}": rows for name, rows in slices.items()}
    if value not in slices:
        raise ConfigError(f"no segment has {column} {value!r}; {suggestion(value, slices)}")
    return {rule.slice: slices[value]}


def _named(ids: tuple[str, ...], material: PairedScores) -> Rows:
    rows = {name: row for row, name in enumerate(material.frame["segment_id"])}
    for name in ids:
        if name not in rows:
            # There may be a million: no list of what is known.
            close = get_close_matches(name, rows, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "the report shows every id."
            raise ConfigError(f"no segment is called {name!r}; {hint}")
    return np.array([rows[name] for name in dict.fromkeys(ids)], dtype=np.intp)
