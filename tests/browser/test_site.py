"""The documentation builds strictly, loads nothing from elsewhere, and can be searched."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from docs.pages import gather

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("zensical") is None,
        reason="the site's builder is not installed: pip install -e '.[docs]'",
    ),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site; a broken link or anchor would have stopped the build."""
    folder = tmp_path_factory.mktemp("site")
    gather(folder / "build" / "docs")
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    text = text.replace("paths: [.]", f"paths: ['{ROOT}']")
    (folder / "mkdocs.yml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "build" / "site"


def pages(site):
    return sorted(site.rglob("*.html"))


def test_every_page_is_built(site):
    names = {path.parent.relative_to(site).as_posix() for path in pages(site)}
    assert {"start/install", "how-to/gates", "reference/command-line", "why/statistics"} <= names
    assert len(names) > 35


def test_pages_load_nothing_from_elsewhere(site):
    for page in pages(site):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe)[^>]+src=\"?(https?:[^\" >]+)", text)
        loaded += re.findall(r"<link[^>]+stylesheet[^>]+href=\"?(https?:[^\" >]+)", text)
        assert loaded == [], page


def test_python_s_page_is_made_of_docstrings(site):
    text = (site / "reference" / "python" / "index.html").read_text(encoding="utf-8")
    assert "Score translations that exist" in text
    assert ":::" not in text


@pytest.mark.browser
def test_search_works_without_a_network(site, chromium):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Say nothing."""

    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        page = chromium.new_page()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.get_by_role("button", name="Search").first.click()
        page.get_by_placeholder("Search").last.fill("inconclusive")
        page.get_by_text(re.compile(r"^\d+ results?$")).wait_for()
        page.get_by_text("How a gate judges").last.wait_for()
        page.close()
        server.shutdown()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
