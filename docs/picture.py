"""Makes README's picture of the report from references/en-es, translated by Debian's Apertium.

    python -m docs.picture

Needs Apertium, Chromium and the extra ``test``.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import mtqe
from mtqe.report.page.data import report_data
from mtqe.report.page.render import write_html

DOCS = Path(__file__).parent
PICTURE = DOCS / "report.png"
WIDTH, HEIGHT = 1200, 640


def take(target: Path) -> None:
    """Score the demo's set, write its report, and photograph the top of it."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    run = mtqe.run_config(DOCS.parent / "references" / "en-es")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = Path(folder) / "report.html"
        write_html(report_data(run), report)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", locale="en"
        )
        page.goto(report.as_uri())
        page.wait_for_selector("html[data-loaded]")
        page.screenshot(path=target)
        browser.close()


if __name__ == "__main__":
    take(PICTURE)
