from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from http.client import HTTPConnection
from threading import Thread

import pytest

from mtqe.api import score
from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.errors import MtqeError
from mtqe.report.page.data import report_data
from mtqe.report.page.render import write_html
from mtqe.report.serve import Folder, server, write_site
from mtqe.run import Run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two runs, one of them deep, a broken one, and a secret beside the folder."""
    top = tmp_path_factory.mktemp("served")
    (top / "secret.html").write_text("secret")
    runs = top / "runs"
    corpus = Corpus(
        "cats",
        LanguagePair("de", "en"),
        tuple(Segment(f"s{i}", f"Katze {i}", (f"The cat number {i} sat.",)) for i in range(4)),
    )
    for name in ("base", "a/b?&#<i>"):
        texts = [f"{name} cat {i} sat." for i in range(4)]
        score(corpus, {"engine": texts}, ["chrf"], output=runs / name, use_cache=False)
    (runs / "broken").mkdir()
    (runs / "broken" / "run.json").write_text("{}")
    (runs / "out").symlink_to(top)
    return runs


@pytest.fixture(scope="module")
def get(folder):
    httpd = server(Folder(folder), 0)
    Thread(target=httpd.serve_forever, daemon=True).start()

    def ask(path: str, method: str = "GET", **headers):
        connection = HTTPConnection("127.0.0.1", httpd.server_port, timeout=30)
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        body = response.read().decode("utf-8")
        connection.close()
        return response, body

    yield ask
    httpd.shutdown()
    httpd.server_close()


def test_the_list_has_every_run_and_what_could_not_be_read(get):
    response, page = get("/")
    assert response.status == 200
    assert 'href="/run/base"' in page
    assert 'href="/run/a%2Fb%3F%26%23%3Ci%3E"' in page
    assert "broken" in page.split("Not read")[1]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]


def test_a_run_opens_its_report_whatever_its_name(get):
    for path in ("/run/base", "/run/a%2Fb%3F%26%23%3Ci%3E"):
        response, page = get(path)
        assert response.status == 200
        assert "<title>cats" in page
        assert "script-src 'sha256-" in response.headers["Content-Security-Policy"]


def test_two_runs_open_on_one_page(get):
    response, page = get("/compare?new=base&old=a%2Fb%3F%26%23%3Ci%3E")
    assert (response.status, "Changes between the runs" in page) == (200, True)


@pytest.mark.parametrize(
    "path",
    [
        "/run/../secret.html",
        "/run/..%2Fsecret.html",
        "/run/%2e%2e%2fsecret.html",
        "/run/out%2Fsecret.html",
        "/run/out%2Fruns%2Fbase",
        "/run//etc/passwd",
        "/run/base%2F..%2Fbase",
        "/run/base%00",
        "/run/",
        "/compare",
        "/compare?new=base&old=..",
        "/secret.html",
        "//evil.example/",
    ],
)
def test_nothing_but_the_runs_can_be_had(get, path):
    response, page = get(path)
    assert response.status == 404
    assert "secret" not in page.replace("/secret", "")


def test_only_this_machines_names_are_answered(get):
    assert get("/", Host="evil.example")[0].status == 421
    assert get("/", Host="127.0.0.1.evil.example:80")[0].status == 421
    assert get("/", Host="localhost:9")[0].status == 200


def test_nothing_but_reading_is_answered(get):
    assert get("/", "POST")[0].status == 501
    head, body = get("/", "HEAD")
    assert (head.status, body) == (200, "")


def test_headers_keep_other_sites_out(get):
    headers = get("/run/base")[0].headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_a_stored_report_is_served_only_with_this_versions_policy(folder):
    stored = folder / "base" / "report.html"
    served = Folder(folder)
    stored.write_text("<script>alert(1)</script>", encoding="utf-8")
    assert "alert(1)" not in served.report("base")
    write_html(report_data(Run.read(folder / "base")), stored)
    page = stored.read_text(encoding="utf-8") + "<!-- as it was stored -->"
    stored.write_text(page, encoding="utf-8")
    assert served.report("base") == page
    stored.unlink()


def test_a_port_that_is_taken_is_said(folder):
    httpd = server(Folder(folder), 0)
    with pytest.raises(MtqeError, match="give another one with --port"):
        server(Folder(folder), httpd.server_port)
    httpd.server_close()


def test_interrupting_ends_it_cleanly(folder):
    command = [sys.executable, "-m", "mtqe", "serve", str(folder), "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert "http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors) == (0, "Stopped.\n", "")


def _run_json(folder, change):
    path = folder / "run.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def _huge(content):
    content["systems"][0]["scores"][0]["score"] = 1e308


def _table(folder):
    return folder / "statistics.parquet"


BROKEN = {
    "no json": lambda f: (f / "run.json").write_text("{"),
    "no table": lambda f: (f / "segments.parquet").unlink(),
    "table is text": lambda f: (f / "segments.parquet").write_text("PAR1"),
    "not utf-8": lambda f: (f / "run.json").write_bytes(b"\xff\xfe"),
    "a list": lambda f: (f / "run.json").write_text("[1]"),
    "nested": lambda f: (f / "run.json").write_text("[" * 100_000),
    "no systems": lambda f: _run_json(f, lambda c: c.update(systems=[])),
    "huge score": lambda f: _run_json(f, _huge),
    "odd time": lambda f: _run_json(f, lambda c: c.update(created="\x1b[31m")),
    "odd gate": lambda f: (f / "gate.json").write_text('{"outcome": "maybe", "checks": [{}]}'),
    "folder for a table": lambda f: (_table(f).unlink(), _table(f).mkdir()),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_run_is_a_line_in_the_list_and_a_page_that_says_so(folder, tmp_path, kind):
    shutil.copytree(folder / "base", tmp_path / "good")
    shutil.copytree(folder / "base", tmp_path / "bad")
    BROKEN[kind](tmp_path / "bad")
    httpd = server(Folder(tmp_path), 0)
    Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        pages = {}
        for path in ("/", "/run/bad", "/compare?new=good&old=bad"):
            connection = HTTPConnection("127.0.0.1", httpd.server_port, timeout=60)
            connection.request("GET", path)
            response = connection.getresponse()
            pages[path] = response.status, response.read().decode("utf-8")
            connection.close()
    finally:
        httpd.shutdown()
        httpd.server_close()
    status, page = pages["/"]
    assert status == 200
    assert 'href="/run/good"' in page
    assert "bad" in page
    assert all(status in (200, 404, 409, 500) for status, _ in pages.values())


def test_rows_say_what_changed_since_the_run_before(folder, tmp_path):
    shutil.copytree(folder / "base", tmp_path / "night-1")
    texts = ["base cat 0 sat.", "", "base cat 2 sat.", "base cat 3 sat."]
    corpus = Corpus(
        "cats",
        LanguagePair("de", "en"),
        tuple(Segment(f"s{i}", f"Katze {i}", (f"The cat number {i} sat.",)) for i in range(4)),
    )
    score(corpus, {"engine": texts}, ["chrf"], output=tmp_path / "night-2", use_cache=False)
    verdict = {"outcome": "fail", "checks": [{"verdict": "fail"}, {"verdict": "pass"}]}
    (tmp_path / "night-2" / "gate.json").write_text(json.dumps(verdict))
    page = Folder(tmp_path).runs_page()
    newest = page.split("<tbody>")[1]
    assert "✕ fail" in newest
    assert "1 of 2 rules did not pass" in newest
    assert re.search(r'class="change">-\d', newest)
    assert "1 new, critical" in newest
    assert 'action="/compare"' in page
    assert "night-1</text>" in page
    assert 'aria-label="night-2: ' in page
    assert "scores highest" not in page


def test_a_site_is_files_that_lead_to_one_another(folder, tmp_path):
    site = tmp_path / "site"
    assert write_site(Folder(folder), site) == 2
    index = (site / "index.html").read_text(encoding="utf-8")
    links = set(re.findall(r'href="((?:run|compare)/[^"]+)"', index))
    assert len(links) == 3
    for link in links:
        assert "<title>cats" in (site / link).read_text(encoding="utf-8")
    assert "/run/base" not in index
    assert "<form" not in index
    stale = site / "run" / "gone.html"
    stale.write_text("old")
    assert write_site(Folder(folder), site) == 2
    assert not stale.exists()


def test_a_folder_of_something_else_is_not_written_over(folder, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(MtqeError, match="did not write"):
        write_site(Folder(folder), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
