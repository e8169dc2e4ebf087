"""A gate's result as JUnit XML, in the structure that Jenkins and GitLab read."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from mtqe.gate import GateResult, RuleResult
from mtqe.gate.explain import headline, interval, numbers, reason
from mtqe.report.gate.text import suspect_text, title
from mtqe.support.visible import visible

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 can't hold, not even escaped."""


def junit_xml(result: GateResult) -> str:
    """One test case a check; an inconclusive one that stops nothing counts as skipped."""
    failures = sum(check.blocks for check in result.checks)
    skipped = sum(check.verdict == "inconclusive" for check in result.checks) - sum(
        check.verdict == "inconclusive" and check.blocks for check in result.checks
    )
    counts = {"tests": str(len(result.checks)), "failures": str(failures), "errors": "0"}
    root = ET.Element("testsuites", {"name": "mtqe gate", **counts})
    suite = ET.SubElement(
        root,
        "testsuite",
        {"name": _clean(result.corpus), **counts, "skipped": str(skipped), "time": "0"},
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(result).items():
        ET.SubElement(properties, "property", {"name": name, "value": _clean(value)})
    for check in result.checks:
        _case(suite, check, result)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _properties(result: GateResult) -> dict[str, str]:
    return {
        "run": result.run,
        "baseline": result.baseline or "none",
        "level": f"{result.level:g}",
        "outcome": headline(result),
    }


def _case(suite: ET.Element, check: RuleResult, result: GateResult) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": _clean(f"{result.corpus}.{check.system}"),
            "name": _clean(title(check)),
            "time": "0",
        },
    )
    message = {"message": _clean(reason(check))}
    if check.blocks:
        failure = ET.SubElement(case, "failure", {**message, "type": check.verdict})
        failure.text = _clean(_details(check))
        return
    if check.verdict == "inconclusive":
        ET.SubElement(case, "skipped", message)
    ET.SubElement(case, "system-out").text = _clean(_details(check))


def _details(check: RuleResult) -> str:
    value, threshold = numbers(check)
    lines = [
        reason(check),
        f"value: {value}",
        f"threshold: {threshold}",
        f"interval: {interval(check) or 'none'}",
        f"segments: {check.segments}",
    ]
    if check.suspects:
        lines += ["look at:", *(suspect_text(check, suspect) for suspect in check.suspects)]
    return "\n".join(lines)


def _clean(text: str) -> str:
    return NOT_XML.sub("\ufffd", visible(text))
