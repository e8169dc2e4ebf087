"""Why a check came out as it did, in words."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from mtqe.compare.verdict import WORTH_SAYING
from mtqe.gate.results import GateResult, RuleResult
from mtqe.support.numbers import SMALLEST_P, p_text
from mtqe.support.words import count

MOST_DECIMALS = 12

COUNTED = {
    "segment_max_drop": "lost too much",
    "segment_min": "score too low",
    "segment_max": "score too high",
    "max_unscored": "are without a score",
    "max_findings": "have a finding",
    "max_new_findings": "have a finding that the baseline does not have",
}
SPANS = {"max_spans": "", "max_new_spans": " that the baseline does not have"}

DROPS = ("max_drop", "min_human_agreement")

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
    elif check.kind in SPANS:
        sentence = _spans(check)
    elif check.kind == "not_below":
        sentence = _against(check)
    elif check.kind in ("min", "max"):
        sentence = _threshold(check)
    else:
        sentence = _drop(check)
    return sentence + _left_out(check)


def explanation(check: RuleResult, level: float) -> Iterator[str]:
    """Everything that led to a verdict, a sentence each."""
    yield reason(check)
    judged_alone = check.kind in (*COUNTED, *SPANS, "not_below")
    if check.value is None or judged_alone or _equal(check):
        pass
    elif bounds := interval(check):
        what = "drop" if check.kind in DROPS else "score"
        yield (
            f"One-sided {level:.0%} bounds for the true {what}: {bounds} (two-sided intervals of "
            "the same level, as in `mtqe compare`, are wider)."
        )
    else:
        yield f"{check.segments} segments are too few for an interval."
    if check.kind in DROPS and not _equal(check):
        yield _drop_logic(check)
    if check.verdict == "inconclusive":
        yield _policy(check)


def numbers(check: RuleResult) -> tuple[str, str]:
    """Value and threshold, with as many decimals as it takes to tell them apart."""
    if check.value is None:
        return "unscored", f"{check.threshold:.{check.decimals}f}"
    if check.kind in (*COUNTED, *SPANS):
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


def _spans(check: RuleResult) -> str:
    value, threshold = numbers(check)
    found = "1 error span" if value == "1" else f"{value} error spans"
    segments = count(check.segments, "segment")
    return f"{found}{SPANS[check.kind]} in {segments}; at most {threshold} may be there."


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
    if _at_the_limit(check):
        return "The upper bound is just the allowed drop, and some segments lost more."
    if check.high is not None and check.high <= check.threshold:
        return "That is within the allowed drop only thanks to a few segments."
    if check.low is not None and check.low > check.threshold:
        return f"Chance could explain that ({_chance(check)})."
    sentence = f"{count(check.segments, 'segment')} are too few to decide"
    if check.needed is None or check.needed > WORTH_SAYING * check.segments:
        return f"{sentence}."
    return f"{sentence}; about {check.needed:,} are needed."


def _at_the_limit(check: RuleResult) -> bool:
    """Whether the upper bound equals the allowed drop, so that it neither keeps nor passes it."""
    return check.high is not None and isclose(check.high, check.threshold, rel_tol=1e-9)


def _drop_logic(check: RuleResult) -> str:
    if _at_the_limit(check) and check.verdict == "pass":
        return "The upper bound is just the allowed drop, and no segment lost more than that."
    if _at_the_limit(check):
        return (
            "The upper bound is just the allowed drop, and some segments lost more, so the test "
            "can neither pass nor fail."
        )
    if check.verdict == "pass":
        return (
            "The upper bound is within the allowed drop, also without the segments that help most: "
            "significantly less is lost than is allowed."
        )
    if check.high is not None and check.high <= check.threshold:
        return (
            "The upper bound is within the allowed drop, but not without the segments that help "
            "most, so the test can neither pass nor fail."
        )
    if check.low is None or check.low <= check.threshold:
        return (
            f"The allowed drop ({numbers(check)[1]}) lies between them, so the test can neither "
            "pass nor fail."
        )
    if check.verdict == "fail":
        return (
            "Even the lower bound exceeds the allowed drop, and the drop is significant "
            f"({_chance(check)})."
        )
    return f"The lower bound exceeds the allowed drop, but it could be chance ({_chance(check)})."


def _chance(check: RuleResult) -> str:
    p_value = 1.0 if check.p_value is None else check.p_value
    said = f"permutation test, corrected p {'' if p_value < SMALLEST_P else '= '}{p_text(p_value)}"
    if check.tests is None or check.tests == 1:
        return said
    return f"{said} for {check.tests:,} comparisons, those without a rule included"


def _against(check: RuleResult) -> str:
    value, threshold = numbers(check)
    word = "significantly worse" if check.verdict == "fail" else "not significantly worse"
    return (
        f"By {check.label} it is {word} than {check.baseline} ({value} and {threshold}; "
        f"{_chance(check)})."
    )


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
    if check.kind in SPANS:
        fate = "could have more"
    return f" {check.unscored} segment{plural} unscored and {fate}."
