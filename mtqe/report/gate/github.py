"""A gate's result as GitHub's workflow commands: annotations beside the rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from mtqe.gate import GateResult, RuleResult
from mtqe.gate.explain import reason
from mtqe.report.gate.text import suspect_text, title
from mtqe.support.visible import visible

MOST = 10
"""Annotations of one kind that GitHub shows of a step."""


def github_annotations(result: GateResult) -> Iterator[str]:
    """An error for each check that stops the build, a warning for each that warns."""
    for command, checks in (
        ("error", [check for check in result.checks if check.blocks]),
        ("warning", [check for check in result.checks if check.warns]),
    ):
        shown = checks if len(checks) <= MOST else checks[: MOST - 1]
        yield from (_annotation(command, check, result.rules) for check in shown)
        if len(checks) > len(shown):
            yield f"::{command} title=mtqe gate::{len(checks) - len(shown)} more checks like these"


def _annotation(command: str, check: RuleResult, rules: str) -> str:
    properties = {"file": PurePath(rules).as_posix(), "line": check.line, "title": title(check)}
    listed = ",".join(f"{key}={_property(str(v))}" for key, v in properties.items() if v)
    suspects = ", ".join(suspect_text(check, suspect) for suspect in check.suspects)
    message = f"{reason(check)}\nLook at: {suspects}" if suspects else reason(check)
    return f"::{command} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
