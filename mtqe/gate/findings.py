"""Which segments have the findings that a rule is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set

import numpy as np
from numpy.typing import NDArray

from mtqe.checks import SEVERITIES
from mtqe.checks.registry import check_names
from mtqe.compare.paired_scores import ScoredSystem
from mtqe.errors import ConfigError, IncompatibleRuns
from mtqe.gate.rules import Findings, NewFindings, Rule
from mtqe.gate.targets import RuleTarget
from mtqe.run import Run
from mtqe.support.options import suggestion

Mask = NDArray[np.bool_]
Found = Mapping[str, Set[str]]
"""By segment id, the checks that found something."""


def offending(rule: Findings, subject: RuleTarget) -> Mask:
    """Whether each segment of a subject has a finding of the rule's, or a new one.

    Raises:
        ConfigError: the check was not run.
        IncompatibleRuns: the baseline was not checked, or in another way.
    """
    check_was_run(rule, subject.candidate.run)
    found = _found(rule, subject.candidate)
    known: Found = {}
    if isinstance(rule, NewFindings) and subject.baseline is not None:
        _check_baseline(rule, subject.candidate.run, subject.baseline.run)
        known = _found(rule, subject.baseline)
    ids = subject.frame["segment_id"].to_numpy(object)[subject.rows]
    return np.array([bool(found.get(name, set()) - known.get(name, set())) for name in ids], bool)


def check_was_run(rule: Findings, run: Run) -> None:
    """Raise `ConfigError` if a run can't have the findings that a rule is about."""
    names = [check.name for check in run.manifest.checks]
    if not names:
        raise ConfigError("the run was made without checks; make it again, with checks.")
    if rule.check is None or rule.check in names:
        return
    if rule.check in check_names():
        raise ConfigError(
            f"the check {rule.check!r} was not run; switch it on under [checks] and run again."
        )
    raise ConfigError(f"no check is called {rule.check!r}; {suggestion(rule.check, names)}")


def message_of(rule: Rule, subject: RuleTarget, segment_id: str) -> str | None:
    """What the findings on a segment say, for rules about findings."""
    if not isinstance(rule, Findings):
        return None
    frame = subject.candidate.run.findings
    rows = (frame["system"] == subject.candidate.system) & (frame["segment_id"] == segment_id)
    chosen = frame[rows & _of_rule(rule, subject.candidate)]
    return " ".join(chosen["message"]) or None


def _check_baseline(rule: Findings, run: Run, baseline: Run) -> None:
    if run is baseline:
        return
    ours, theirs = (
        {check.name: check.settings for check in side.manifest.checks} for side in (run, baseline)
    )
    for name in [rule.check] if rule.check else ours:
        if name not in theirs:
            what = f"the baseline has no findings by {name!r}"
        elif ours[name] != theirs[name]:
            what = f"the run and its baseline differ in the settings of the check {name!r}"
        else:
            continue
        raise IncompatibleRuns(f"{what}; save a new baseline.")


def _found(rule: Findings, side: ScoredSystem) -> Found:
    frame = side.run.findings
    rows = frame[(frame["system"] == side.system) & _of_rule(rule, side)]
    found: dict[str, set[str]] = defaultdict(set)
    for name, check in zip(rows["segment_id"], rows["check"], strict=True):
        found[name].add(check)
    return found


def _of_rule(rule: Findings, side: ScoredSystem) -> Mask:
    """The rows of a run's findings that a rule is about, whichever system's."""
    frame = side.run.findings
    chosen = np.ones(len(frame), bool)
    if rule.check is not None:
        chosen &= (frame["check"] == rule.check).to_numpy(bool)
    if rule.severity is not None:
        bad = SEVERITIES[: SEVERITIES.index(rule.severity) + 1]
        chosen &= frame["severity"].isin(bad).to_numpy(bool)
    return chosen
