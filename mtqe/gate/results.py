"""What a gate found: one check a rule, system and slice, and the outcome of all."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from mtqe.gate.rules import Policy
from mtqe.support.html import table
from mtqe.support.numbers import range_text, score_text
from mtqe.support.visible import one_line
from mtqe.support.words import count

Verdict = Literal["pass", "fail", "inconclusive"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Suspect(_Frozen):
    """A segment to look at.

    Attributes:
        line: number in the test set, from 1; None where it is not known.
        place: where it stands in its file, such as ``line 12``; None where that is not known.
        message: words of its findings; None for rules about scores.
        score: score; None where it is unscored.
        baseline_score: the baseline's score; None where the rule compares with nothing.
        hypothesis: translation; None where there is none, or the run keeps no texts.
    """

    segment_id: str
    line: int | None = None
    place: str | None = None
    message: str | None = None
    score: float | None = None
    baseline_score: float | None = None
    source: str | None = None
    hypothesis: str | None = None
    baseline_hypothesis: str | None = None


class RuleResult(_Frozen):
    """One rule judged for one system on one set of segments.

    Attributes:
        rule: the rule's title.
        kind: the key of its limit, such as ``max_drop``.
        line: where the rule is written.
        scope: ``COLUMN=VALUE``, or how many segments were named; empty for the whole corpus.
        metric: the metric's name in the run; None for a rule about translations.
        baseline: what was compared with, in words.
        value: judged value: a score, a drop in quality or a number of segments; None where nothing
            could be measured.
        threshold: limit of the value, in the same units.
        low: lower one-sided bound at the gate's level; None where there is no interval.
        high: upper one-sided bound.
        segments: number of segments behind the value.
        unscored: number of segments in scope that were left out, as some score is missing.
        needed: about how many segments would decide an inconclusive drop.
        p_value: two-sided and corrected, as `mtqe compare` gives it for this system and its
            baseline; None for rules that compare no scores.
        tests: how many tests that p-value is corrected for: all metrics and systems that the run
            and the baseline share, also those that no rule names; None where no test was made.
        firm: whether a pass holds also without the segments that help most; None for rules that
            judge no drop.
        policy: outcome of an inconclusive verdict.
        suspects: segments to look at, the worst first.
    """

    rule: str
    kind: str
    line: int | None
    system: str
    scope: str
    metric: str | None
    label: str
    decimals: int
    baseline: str | None
    value: float | None
    threshold: float
    low: float | None = None
    high: float | None = None
    segments: int
    unscored: int = 0
    needed: int | None = None
    p_value: float | None = None
    tests: int | None = None
    firm: bool | None = None
    verdict: Verdict
    policy: Policy
    suspects: tuple[Suspect, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether it stops a build."""
        return self.verdict == "fail" or (self.verdict == "inconclusive" and self.policy == "fail")

    @property
    def warns(self) -> bool:
        """Whether it is to be shown although it stops nothing."""
        return self.verdict == "inconclusive" and self.policy == "warn"


class GateResult(_Frozen):
    """Everything that outputs show of a gate.

    Attributes:
        rules: the file of the rules.
        run: the run's id.
        baseline: the baseline's id; None if no rule needed one.
        level: confidence of the one-sided bounds.
        outcome: ``fail`` if a rule failed, else ``inconclusive`` if one that must be decided was.
        remarks: what else a reader must know, such as systems that have no baseline.
    """

    rules: str
    run: str
    corpus: str
    baseline: str | None
    level: float
    outcome: Verdict
    checks: tuple[RuleResult, ...]
    remarks: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return one_line(f"<GateResult {self.outcome}: {self._summary}>")

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        head = ["verdict", "rule", "system", "segments", "value", "limit", "bounds", "n"]
        rows = [
            [
                check.verdict,
                check.rule,
                check.system,
                check.scope or "all",
                "not measured" if check.value is None else score_text(check.value, check.decimals),
                score_text(check.threshold, check.decimals),
                "" if check.low is None else range_text(check.low, check.high, check.decimals),
                str(check.segments),
            ]
            for check in self.checks
        ]
        return table(head, rows, caption=f"{self.outcome}: {self._summary}", notes=self.remarks)

    @property
    def _summary(self) -> str:
        counts = [(word, [c.verdict for c in self.checks].count(word)) for word in VERDICTS]
        parts = [f"{number} {word}" for word, number in counts if number]
        return f"{self.corpus}, {count(len(self.checks), 'check')}: {', '.join(parts) or 'none'}"
