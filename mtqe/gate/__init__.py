"""Translation quality as a test: rules, verdicts and the reasons for them.

`judge` applies a `Gate` to a run and gives a `GateResult`, which every output renders. It reads and
writes nothing: `read_gate` reads rules, `save_baseline` and `load_baseline` keep what runs are
compared with. Statistics come from `mtqe.stats`, and no text is scored again.
"""

from __future__ import annotations

from mtqe.gate.baseline import baseline_of, load_baseline, read_run_or_baseline, save_baseline
from mtqe.gate.judge import check_baseline, check_checked, judge
from mtqe.gate.reading import parse_gate, read_gate
from mtqe.gate.results import GateResult, RuleResult, Suspect, Verdict
from mtqe.gate.rules import Gate, GateSettings, Policy, Rule

__all__ = [
    "Gate",
    "GateResult",
    "GateSettings",
    "Policy",
    "Rule",
    "RuleResult",
    "Suspect",
    "Verdict",
    "baseline_of",
    "check_baseline",
    "check_checked",
    "judge",
    "load_baseline",
    "parse_gate",
    "read_gate",
    "read_run_or_baseline",
    "save_baseline",
]
