"""A gate's result as the report's page shows it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from mtqe.gate import GateResult, RuleResult
from mtqe.gate.explain import headline, reason
from mtqe.gate.results import Verdict
from mtqe.report.gate.text import SHOWN, suspect_text, title, verdict_word


class PanelSegment(BaseModel):
    """A segment to look at, with its scores or what was found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    segment_id: str
    text: str


class PanelRule(BaseModel):
    """One rule on one system, in words.

    Attributes:
        verdict: the word shown, such as ``inconclusive (warn)``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Verdict
    verdict: str
    title: str
    reason: str
    segments: tuple[PanelSegment, ...]


class GatePanel(BaseModel):
    """What the page says of a gate: its outcome, then its rules, those that failed first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Verdict
    headline: str
    rules: tuple[PanelRule, ...]
    remarks: tuple[str, ...]


def gate_panel(result: GateResult) -> GatePanel:
    """A gate's result in words."""
    order = ("fail", "inconclusive", "pass")
    checks = sorted(result.checks, key=lambda check: order.index(check.verdict))
    return GatePanel(
        outcome=result.outcome,
        headline=headline(result),
        rules=tuple(_rule(check) for check in checks),
        remarks=result.remarks,
    )


def _rule(check: RuleResult) -> PanelRule:
    suspects = check.suspects[:SHOWN] if check.verdict != "pass" else ()
    return PanelRule(
        outcome=check.verdict,
        verdict=verdict_word(check),
        title=title(check),
        reason=reason(check),
        segments=tuple(
            PanelSegment(segment_id=suspect.segment_id, text=suspect_text(check, suspect))
            for suspect in suspects
        ),
    )
