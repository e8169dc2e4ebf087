"""axe-core, which finds what keeps people from using a page; installed by .ci/node."""

from __future__ import annotations

from pathlib import Path

import pytest

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """tags => axe.run(document, {runOnly: tags, resultTypes: ["violations"]}).then((found) =>
  found.violations.flatMap(({id, help, nodes}) =>
    nodes.map(({target, failureSummary: what}) => [id, help, target.join(" "), what].join("; "))))
"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page) -> list[str]:
    """What is wrong with a page as it is now, in light and in dark.

    By WCAG 2.2 A and AA and by axe's best practices.
    """
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run .ci/node")
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {problem}" for problem in page.evaluate(RUN, TAGS)]
    return found
