"""Findings as text for a terminal, and as JSON for programs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict

from mtqe.checks import SEVERITIES, Check, Finding
from mtqe.evaluation.check import CheckReport
from mtqe.support.visible import one_line, visible
from mtqe.support.words import count

SCHEMA = 1
NO_TRANSLATIONS = "--references-as NAME checks references as translations"
WHOLE = ("no sources", "no translations", "no references")
"""Reasons that are about a test set as a whole, and not about what its texts hold."""


def findings_text(checked: CheckReport, *, shown: int | None = 5) -> str:
    """One line per check with findings, the gravest first, and its first findings below it.

    Args:
        checked: what was found.
        shown: findings of each check to list; None for all.
    """
    return visible("\n".join(_lines(checked, shown)))


def findings_json(checked: CheckReport) -> str:
    """Schema, checks that were run, and every finding in the corpus's order."""
    content = {
        "schema": SCHEMA,
        "corpus": checked.name,
        "segments": checked.segments,
        "systems": checked.systems,
        "checks": [{"name": check.name, "summary": check.summary} for check in checked.checks],
        "not_applied": {reason: list(names) for reason, names in checked.not_applied.items()},
        "without_translation": dict(checked.without_translation),
        "findings": [asdict(finding) for finding in checked.findings],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _lines(checked: CheckReport, shown: int | None) -> Iterator[str]:
    systems = f", {count(len(checked.systems), 'system')}" if checked.systems else ""
    yield f"{checked.name}: {count(checked.segments, 'segment')}{systems}"
    by_check: dict[str, list[Finding]] = defaultdict(list)
    for finding in checked.findings:
        by_check[finding.check].append(finding)
    for check in sorted(checked.checks, key=lambda check: SEVERITIES.index(check.severity)):
        yield from _check_lines(checked, check, by_check[check.name], shown)
    idle = {name for names in checked.not_applied.values() for name in names}
    names = [check.name for check in checked.checks if check.name not in idle]
    clean = [name for name in names if not by_check[name]]
    if clean:
        yield f"nothing found by: {', '.join(clean)}"
    yield from _idle_lines(checked)
    for system, missing in checked.without_translation.items():
        yield f"no translation, so not checked: {count(missing, 'segment')} [{one_line(system)}]"
    yield count(len(checked.findings), "finding")


def _idle_lines(checked: CheckReport) -> Iterator[str]:
    """The checks that had nothing to look at; one line for those that look for a kind of thing."""
    others = dict(checked.not_applied)
    absent = [reason for reason in others if reason.startswith("no ") and reason not in WHOLE]
    if absent:
        kinds = ", ".join(name for reason in absent for name in others.pop(reason))
        yield f"nothing to look at for: {kinds}"
    for reason, names in others.items():
        fix = f"; {NO_TRANSLATIONS}" if reason == "no translations" else ""
        yield f"not applied ({reason}{fix}): {', '.join(names)}"


def _check_lines(
    checked: CheckReport, check: Check, findings: list[Finding], shown: int | None
) -> Iterator[str]:
    if not findings:
        return
    yield f"{check.severity}: {check.name} ({check.summary}): {len(findings):,}"
    for finding in findings[:shown]:
        name, whose = checked.names(finding.segment_id), one_line(finding.system or "test set")
        yield f"    {name} [{whose}] {one_line(finding.message)}"
    if shown is not None and len(findings) > shown:
        yield f"    … and {len(findings) - shown:,} more (--all lists them)"
