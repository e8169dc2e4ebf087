from __future__ import annotations

import os
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
from mtqe.report.serve import Folder, server
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
