"""A gate's result as a GitLab code quality report."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePath
from typing import Any

from mtqe.gate import GateResult, RuleResult
from mtqe.gate.explain import reason
from mtqe.report.gate.text import title


def code_quality_json(result: GateResult) -> str:
    """One finding a check that failed or is inconclusive, at the line of its rule."""
    found = [check for check in result.checks if check.verdict != "pass"]
    return json.dumps([_finding(check, result) for check in found], ensure_ascii=False, indent=2)


def _finding(check: RuleResult, result: GateResult) -> dict[str, Any]:
    path = PurePath(result.rules).as_posix()
    # Without figures, so that GitLab knows the same finding again when the scores move.
    identity = "\0".join((path, result.corpus, check.kind, title(check)))
    return {
        "description": f"{title(check)}: {reason(check)}",
        "check_name": f"mtqe/{check.kind}",
        "fingerprint": hashlib.sha256(identity.encode()).hexdigest(),
        "severity": _severity(check),
        "location": {"path": path, "lines": {"begin": check.line or 1}},
    }


def _severity(check: RuleResult) -> str:
    if check.verdict == "fail":
        return "critical"
    return "major" if check.blocks else "info"
