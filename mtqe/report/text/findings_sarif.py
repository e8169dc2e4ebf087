"""Findings as SARIF 2.1.0 (OASIS), which code hosts and editors read."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from mtqe.checks import Check, Finding, Severity
from mtqe.corpus.base import Place
from mtqe.evaluation.check import CheckReport
from mtqe.support.versions import own_version
from mtqe.support.visible import one_line

VERSION = "2.1.0"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://github.com/mtqe/mtqe"
HELP = f"{HOME}/blob/main/docs/reference/checks.md"
LEVELS: Mapping[Severity, str] = {"critical": "error", "major": "warning", "minor": "note"}


def findings_sarif(reports: Sequence[CheckReport], checked: str) -> str:
    """One run of SARIF with the findings of all reports, each at its line where that is known.

    Severities become levels: critical ``error``, major ``warning``, minor ``note``. Files are named
    relative to the working directory where they lie below it.

    Args:
        reports: what was found, a report per file.
        checked: what was checked; where a segment's own file is not known, findings point there.
    """
    rules = list({check.name: check for report in reports for check in report.checks}.values())
    places = {check.name: number for number, check in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "mtqe",
                "version": own_version(),
                "informationUri": HOME,
                "rules": [_rule(check) for check in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [result for report in reports for result in _results(report, checked, places)],
    }
    content = {"$schema": SCHEMA, "version": VERSION, "runs": [run]}
    return json.dumps(content, ensure_ascii=False, indent=2)


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.name,
        "shortDescription": {"text": check.summary},
        "helpUri": HELP,
        "defaultConfiguration": {"level": LEVELS[check.severity]},
    }


def _results(
    report: CheckReport, checked: str, rules: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    for finding in report.findings:
        place = report.places.get(finding.segment_id)
        name = report.names(finding.segment_id)
        yield {
            "ruleId": finding.check,
            "ruleIndex": rules[finding.check],
            "level": LEVELS[finding.severity],
            "message": {"text": f"{one_line(finding.message)} ({name})"},
            "locations": [_location(place, name, checked)],
            "partialFingerprints": {"mtqe/v1": _fingerprint(report, finding)},
            "properties": {"segment": finding.segment_id, "system": finding.system},
        }


def _location(place: Place | None, name: str, checked: str) -> dict[str, Any]:
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": _uri(place.file if place and place.file else checked)}
    }
    if place is not None and place.line is not None:
        physical["region"] = {"startLine": place.line}
    return {"physicalLocation": physical, "logicalLocations": [{"name": name, "kind": "resource"}]}


def _uri(file: str) -> str:
    """A file as a relative reference where it is below the working directory, else as a URI."""
    path = Path(file)
    if path.is_absolute():
        try:
            path = path.relative_to(Path.cwd())
        except ValueError:
            return path.as_uri()
    return quote(PurePath(os.path.normpath(path)).as_posix())


def _fingerprint(report: CheckReport, finding: Finding) -> str:
    """What stays the same of a finding when lines move."""
    parts = (report.name, finding.check, finding.segment_id, finding.system or "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
