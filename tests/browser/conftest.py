"""A real Chromium that opens reports from disk and reports what it complains about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtqe.api import run_config
from mtqe.report.page.data import report_data
from mtqe.report.page.render import write_html

EN_ES = Path(__file__).parents[2] / "references" / "en-es" / "mtqe.toml"
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Visit:
    """A page in a window of its own, with all that it said and asked for."""

    def __init__(self, browser, page_file: Path, **options) -> None:
        self.file = page_file
        self.context = browser.new_context(accept_downloads=True, **options)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.context.on("request", lambda request: self.requests.append(request.url))

    def open(self, fragment: str = ""):
        """Load the page and wait until all segments are there."""
        self.page.goto(self.file.as_uri() + fragment)
        self.page.wait_for_selector("html[data-loaded]")
        return self.page

    def close(self) -> None:
        """Whatever a test did: no complaint, and nothing asked for but the file itself."""
        self.context.close()
        assert self.complaints == []
        assert {url.split("#")[0] for url in self.requests} <= {self.file.as_uri()}


@pytest.fixture(scope="session")
def chromium():
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install 'mtqe[test]'"
    )
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def en_es(tmp_path_factory) -> Path:
    """The report of a real run on the project's own test set."""
    folder = tmp_path_factory.mktemp("en-es")
    systems = ["apertium-recorded", "careless"]
    run = run_config(EN_ES, systems, ["bleu", "chrf"], output=folder / "run", use_cache=False)
    write_html(report_data(run), folder / "report.html")
    return folder / "report.html"


@pytest.fixture
def visit(chromium) -> Iterator:
    """Opens a report: ``visit(file, fragment, **window options)`` gives its page."""
    visits: list[Visit] = []

    def open_report(file: Path, fragment: str = "", **options):
        visits.append(Visit(chromium, file, **options))
        return visits[-1].open(fragment)

    yield open_report
    for each in visits:
        each.close()
