"""Why a check came out as it did, in words."""

from __future__ import annotations

from collections.abc import Iterator

from mtqe.gate.results import GateResult, RuleResult

MOST_DECIMALS = 12

COUNTED = {
    "segment_max_drop": "lost too much",
    "segment_min": "score too low",
    "segment_max": "score too high",
    "max_unscored": "are without a score",
    "max_findings": "have a finding",
    "max_new_findings": "have a finding that the baseline has not",
}

HEADLINES = {
    "pass": "The gate passes",
    "fail": "The gate fails",
    "inconclusive": "The gate is inconclusive: too few segments to tell",
}


def headline(result: GateResult) -> str:
    """The outcome and how many checks came to which verdict."""
    verdicts = [check.verdict for check in result.checks]
    counts = (f"{verdicts.count(v)} {v}" for v in ("fail", "inconclusive", "pass") if v in verdicts)
    return f"{HEADLINES[result.outcome]} ({', '.join(counts)})."


def reason(check: RuleResult) -> str:
    """One sentence with the value, its limit and, where the segments can't tell, what would."""
    if check.value is None:
        return f"Nothing could be measured: none of {check.unscored} segments is scored."
    if check.kind in COUNTED:
        sentence = _counted(check)
    elif check.kind == "not_below":
        sentence = f"It ranks {check.value:g}, {check.baseline} ranks {check.threshold:g}."
    elif check.kind in ("min", "max"):
        sentence = _threshold(check)
    else:
        sentence = _drop(check)
    return sentence + _left_out(check)


def explanation(check: RuleResult, level: float) -> Iterator[str]:
    """Everything that led to a verdict, a sentence each."""
    yield reason(check)
    if check.value is None or check.kind in COUNTED or check.kind == "not_below" or _equal(check):
        pass
    elif bounds := interval(check):
        yield (
            f"The value on all texts like these {check.segments} segments lies at {bounds}, each "
            f"end with {level:.0%} confidence."
        )
    else:
        yield f"From {check.segments} segments no interval can be had."
    if check.kind in ("max_drop", "min_human_agreement") and not _equal(check):
        yield _drop_logic(check)
    if check.verdict == "inconclusive":
        yield _policy(check)


def numbers(check: RuleResult) -> tuple[str, str]:
    """Value and threshold, with as many decimals as it takes to tell them apart."""
    if check.value is None:
        return "unscored", f"{check.threshold:.{check.decimals}f}"
    if check.kind in COUNTED or check.kind == "not_below":
        return f"{check.value:g}", f"{check.threshold:g}"
    for decimals in range(check.decimals, MOST_DECIMALS):
        value, threshold = f"{check.value:.{decimals}f}", f"{check.threshold:.{decimals}f}"
        if value != threshold or check.value == check.threshold:
            return value, threshold
    return repr(check.value), repr(check.threshold)


def interval(check: RuleResult) -> str:
    """The one-sided bounds, or nothing where there are none."""
    if check.low is None or check.high is None:
        return ""
    decimals = check.decimals + 1
    return f"{check.low:.{decimals}f} to {check.high:.{decimals}f}"


def _counted(check: RuleResult) -> str:
    value, threshold = numbers(check)
    return f"{value} of {check.segments} segments {COUNTED[check.kind]}; at most {threshold} may."


def _threshold(check: RuleResult) -> str:
    value, threshold = numbers(check)
    side = {"min": "at least", "max": "at most"}[check.kind]
    sentence = f"{check.label} is {value}; it must be {side} {threshold}."
    if check.verdict == "inconclusive":
        return f"{sentence} The interval {interval(check) or 'is unbounded and'} leaves that open."
    return sentence


def _drop(check: RuleResult) -> str:
    value, threshold = numbers(check)
    assert check.value is not None
    moved = f"dropped by {value}" if check.value > 0 else f"did not drop ({value})"
    if _equal(check):
        moved = "did not change"
    sentence = f"{check.label} {moved} against {check.baseline}; {threshold} is allowed."
    return f"{sentence} {_shown(check)}" if check.verdict == "inconclusive" else sentence


def _equal(check: RuleResult) -> bool:
    """Whether every segment's statistics are the baseline's."""
    return check.value == check.low == check.high == 0


def _shown(check: RuleResult) -> str:
    sentence = f"{check.segments} segments can't tell whether the drop is within that."
    if check.needed is None:
        return sentence
    return f"{sentence} About {check.needed:,} would."


def _drop_logic(check: RuleResult) -> str:
    if check.verdict == "pass":
        return "The upper bound is within the allowed drop: the change is shown to be no worse."
    if check.low is None or check.low <= check.threshold:
        return "The allowed drop lies between the bounds: neither is shown."
    chance = f"(permutation test, p = {check.p_value:.3f})"
    if check.verdict == "fail":
        return f"Even the lower bound exceeds the allowed drop: a drop is shown {chance}."
    return f"The lower bound exceeds the allowed drop, yet chance could explain that {chance}."


def _policy(check: RuleResult) -> str:
    words = {
        "fail": 'It stops the build, as inconclusive = "fail" says.',
        "warn": 'It only warns, as inconclusive = "warn" says.',
        "pass": 'It is let pass, as inconclusive = "pass" says.',
    }
    return words[check.policy]


def _left_out(check: RuleResult) -> str:
    if not check.unscored or check.kind == "max_unscored":
        return ""
    plural = "s are" if check.unscored > 1 else " is"
    fate = "could be one of them" if check.kind in COUNTED else "left out"
    return f" {check.unscored} segment{plural} unscored and {fate}."
