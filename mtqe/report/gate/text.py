"""A gate's result for a terminal, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mtqe.corpus.segment_names import segment_name
from mtqe.gate import GateResult, RuleResult, Suspect
from mtqe.gate.explain import explanation, headline, interval, numbers, reason
from mtqe.support.visible import one_line, visible

GATE = "gate.json"
"""The file of a run folder that says how the run was judged when it was made."""
SHOWN = 5
"""Segments to look at that one line names."""


def gate_text(result: GateResult, *, explain: bool = False) -> str:
    """Every check with its value, threshold, interval, n and segments, then the outcome.

    Args:
        result: what the gate found.
        explain: say in words what led to each verdict.
    """
    return visible("\n".join(_lines(result, explain)))


def gate_json(result: GateResult) -> str:
    """Everything that was found, with each check's reason in words."""
    content = result.model_dump()
    for item, check in zip(content["checks"], result.checks, strict=True):
        item["reason"] = reason(check)
    return json.dumps({"schema": 1, **content}, ensure_ascii=False, indent=2)


def title(check: RuleResult) -> str:
    """The rule with the system and segments that it was judged on."""
    return one_line(f"{check.rule} [{', '.join(filter(None, (check.system, check.scope)))}]")


def verdict_word(check: RuleResult) -> str:
    """The verdict, and what becomes of it if it is not decided."""
    if check.verdict == "inconclusive" and not check.blocks:
        return f"inconclusive ({check.policy})"
    return check.verdict


def suspect_text(check: RuleResult, suspect: Suspect) -> str:
    """A segment's number, id and beginning with its scores, or with what was found."""
    name = segment_name(suspect.segment_id, suspect.line, suspect.source, suspect.place)
    if suspect.message:
        return f"{name} ({one_line(suspect.message.rstrip('.'))})"
    scores = [
        f"{score:.{check.decimals}f}"
        for score in (suspect.baseline_score, suspect.score)
        if score is not None
    ]
    return f"{name} ({' → '.join(scores)})" if scores else name


def _lines(result: GateResult, explain: bool) -> Iterator[str]:
    for check in result.checks:
        yield f"{verdict_word(check).upper()}  {title(check)}"
        for sentence in explanation(check, result.level) if explain else [reason(check)]:
            yield f"    {sentence}"
        yield f"    {_figures(check)}"
        if check.suspects and check.verdict != "pass":
            listed = (suspect_text(check, suspect) for suspect in check.suspects[:SHOWN])
            yield "    look at:"
            yield from (f"      {text}" for text in listed)
    yield from result.remarks
    yield headline(result)


def _figures(check: RuleResult) -> str:
    value, threshold = numbers(check)
    parts = [f"value {value}", f"threshold {threshold}"]
    if bounds := interval(check):
        parts.append(f"interval {bounds}")
    return "  ".join([*parts, f"n {check.segments}"])
