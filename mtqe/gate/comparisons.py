"""What `mtqe compare` says of the systems that rules are about, so that a gate says the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mtqe.compare.comparison import compare_rows, compare_slices, compare_systems
from mtqe.compare.compatible import is_comparable
from mtqe.compare.paired_scores import (
    PairedScores,
    ScoredSystem,
    material_of_run,
    material_of_runs,
)
from mtqe.compare.results import Difference, MetricComparison
from mtqe.gate.rules import GateSettings

if TYPE_CHECKING:
    from mtqe.gate.targets import RuleTarget

Key = tuple[int, int, str | None, str, bytes]


class Comparisons:
    """The comparisons that a gate's rules need, each made once.

    A rule's significance is corrected as `mtqe compare` corrects it: over all systems and metrics
    on the whole corpus, and over all slices by a rule's column.
    """

    def __init__(self, settings: GateSettings) -> None:
        self.settings = settings
        self._found: dict[Key, Sequence[MetricComparison]] = {}

    def difference(self, subject: RuleTarget) -> Difference | None:
        """The candidate against its baseline; None where nothing is scored for both."""
        assert subject.baseline is not None
        pair = (subject.candidate.label, subject.baseline.label)
        differences = self._metric(subject).differences
        return next((d for d in differences if (d.system, d.baseline) == pair), None)

    def score(self, subject: RuleTarget, side: ScoredSystem) -> float | None:
        """A system's score on the segments that all systems have scored."""
        standings = self._metric(subject).standings
        return next(item.score for item in standings if item.system == side.label)

    def tests(self, subject: RuleTarget) -> int:
        """How many tests the correction takes into account, those that no rule needs included."""
        return self._metric(subject).tests

    def _metric(self, subject: RuleTarget) -> MetricComparison:
        assert subject.baseline is not None
        assert subject.metric is not None
        ours, theirs = subject.candidate.run, subject.baseline.run
        against = subject.baseline.system if ours is theirs else None
        key = (id(ours), id(theirs), against, subject.scope, subject.rows.tobytes())
        if key not in self._found:
            self._found[key] = self._compare(subject, against)
        name = subject.metric.name
        return next(metric for metric in self._found[key] if metric.info.name == name)

    def _compare(self, subject: RuleTarget, against: str | None) -> Sequence[MetricComparison]:
        material = _material(subject, against)
        settings = self.settings.comparison
        column, equals, value = subject.scope.partition("=")
        if not subject.scope:
            return compare_systems(material, against, settings)
        if not equals:
            return compare_rows(material, against, subject.rows, settings)
        slices = compare_slices(material, against, [column], settings)
        return next(part.metrics for part in slices if (part.column, part.value) == (column, value))


def _material(subject: RuleTarget, against: str | None) -> PairedScores:
    """All that can be compared, whatever the rule asks for: the correction covers it."""
    assert subject.baseline is not None
    new, old = subject.candidate.run, subject.baseline.run
    if against is not None:
        return material_of_run(new)
    names = [m.name for m in new.manifest.metrics if is_comparable(new, old, m.name)]
    return material_of_runs(new, old, names)
