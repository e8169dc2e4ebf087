"""A gate's rules judged on a run."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np

from mtqe.compare.paired_scores import ScoredSystem
from mtqe.errors import ConfigError
from mtqe.gate.comparisons import Comparisons
from mtqe.gate.decide import outcome
from mtqe.gate.findings import message_of
from mtqe.gate.measure import Measured, measure
from mtqe.gate.results import GateResult, RuleResult, Suspect
from mtqe.gate.rules import Compared, Findings, Gate, Rule
from mtqe.gate.spans import spans_message
from mtqe.gate.targets import NO_BASELINE, RuleTarget, subjects, without_baseline
from mtqe.run import PLACE, Run

SUSPECTS = 10
"""Segments to look at that a check lists."""

TRANSLATION_DECIMALS = 0


def judge(gate: Gate, run: Run, baseline: Run | None = None) -> GateResult:
    """Judge every rule of a gate on a run.

    Args:
        gate: the rules.
        run: the run in question.
        baseline: what rules about drops compare with, unless they name a system of the run.

    Raises:
        ConfigError: a rule names a system, metric, slice or segment that there isn't, or needs a
            baseline and there is none.
        IncompatibleRuns: the baseline has another corpus or signature; names the field.
    """
    comparisons = Comparisons(gate.settings)
    checks = tuple(
        check
        for rule, line in zip(gate.rules, gate.lines, strict=True)
        for check in _checks(gate, rule, line, run, baseline, comparisons)
    )
    compared = baseline if any(_compares(rule) for rule in gate.rules) else None
    return GateResult(
        rules=gate.where,
        run=run.manifest.id,
        corpus=run.manifest.corpus.name,
        baseline=compared.manifest.id if compared else None,
        level=gate.settings.level,
        outcome=outcome(checks),
        checks=checks,
        remarks=_remarks(run, compared),
    )


def _checks(
    gate: Gate,
    rule: Rule,
    line: int | None,
    run: Run,
    baseline: Run | None,
    comparisons: Comparisons,
) -> Iterator[RuleResult]:
    try:
        for subject in subjects(rule, run, baseline):
            yield _check(gate, rule, line, subject, measure(rule, subject, comparisons))
    except ConfigError as error:
        raise ConfigError(f"{gate.where}: gate rule {rule.title!r}: {error}") from error


def _check(
    gate: Gate, rule: Rule, line: int | None, subject: RuleTarget, found: Measured
) -> RuleResult:
    metric, estimate = subject.metric, found.estimate
    return RuleResult(
        rule=rule.title,
        kind=rule.limit_key,
        line=line,
        system=subject.candidate.system,
        scope=subject.scope,
        metric=metric.name if metric else None,
        label=metric.label if metric else "translations",
        decimals=metric.decimals if metric else TRANSLATION_DECIMALS,
        baseline=_baseline_name(subject),
        value=estimate.value if estimate else None,
        threshold=found.threshold,
        low=_bound(estimate.low) if estimate else None,
        high=_bound(estimate.high) if estimate else None,
        segments=found.segments,
        unscored=found.unscored,
        needed=found.needed,
        p_value=found.p_value,
        tests=found.tests,
        firm=found.firm,
        verdict=found.verdict,
        policy=rule.inconclusive or gate.settings.inconclusive,
        suspects=tuple(_suspect(rule, subject, row) for row in found.suspects[:SUSPECTS]),
    )


def _baseline_name(subject: RuleTarget) -> str | None:
    if subject.baseline is None:
        return None
    within = subject.baseline.run is subject.candidate.run
    return subject.baseline.system if within else f"the baseline's {subject.baseline.system}"


def _suspect(rule: Rule, subject: RuleTarget, row: np.intp) -> Suspect:
    baseline = subject.baseline
    name = str(subject.frame["segment_id"].iloc[row])
    return Suspect(
        segment_id=name,
        line=int(row) + 1,
        place=_place(subject, row),
        message=message_of(rule, subject, name) or spans_message(rule, subject, name),
        score=_score(subject, subject.candidate, row),
        baseline_score=_score(subject, baseline, row) if baseline else None,
        source=str(subject.frame["source"].iloc[row]),
        hypothesis=_hypothesis(subject.candidate, row),
        baseline_hypothesis=_hypothesis(baseline, row) if baseline else None,
    )


def _place(subject: RuleTarget, row: np.intp) -> str | None:
    place = subject.frame[PLACE].iloc[row] if PLACE in subject.frame else None
    return place if isinstance(place, str) else None


def _score(subject: RuleTarget, side: ScoredSystem, row: np.intp) -> float | None:
    return _bound(side.scores(subject.metric.name)[row]) if subject.metric else None


def _hypothesis(side: ScoredSystem, row: np.intp) -> str | None:
    systems = [system.name for system in side.run.manifest.systems]
    start = systems.index(side.system) * side.run.manifest.corpus.segments
    text = side.run.segments["hypothesis"].iloc[start + int(side.rows[row])]
    return text if isinstance(text, str) else None


def _remarks(run: Run, baseline: Run | None) -> tuple[str, ...]:
    if baseline is None:
        return ()
    return tuple(
        f"{system} is not in the baseline: rules that compare with it did not judge this system."
        for system in without_baseline(run, baseline)
    )


def check_baseline(gate: Gate, baseline: Run | None) -> None:
    """See that rules about drops have something to compare with, before anything is scored.

    Raises:
        ConfigError: they have not.
    """
    for rule in gate.rules if baseline is None else ():
        if _compares(rule):
            raise ConfigError(f"{gate.where}: gate rule {rule.title!r}: {NO_BASELINE}")


def check_checked(gate: Gate) -> None:
    """See that no rule is about findings, where no check is to look at the translations.

    Raises:
        ConfigError: one is.
    """
    for rule in gate.rules:
        if isinstance(rule, Findings):
            raise ConfigError(
                f"{gate.where}: gate rule {rule.title!r} is about findings of checks; leave out "
                "--no-checks."
            )


def _compares(rule: Rule) -> bool:
    return isinstance(rule, Compared) and rule.against is None


def _bound(value: float) -> float | None:
    return float(value) if isfinite(value) else None
