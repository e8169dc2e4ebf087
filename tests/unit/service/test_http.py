"""`mtqe serve --api` over a real connection: uvicorn on the loopback interface."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest
import requests

import mtqe
from mtqe.errors import ConfigError, MtqeError
from mtqe.service import Limits, api_server, check_address, jobs, token_from_environment, work
from mtqe.service.limits import OFFERED
from tests.command_line import mtqe as command_line

TOKEN = "not-a-real-token-0123456789"
REFERENCES = ["The cat sat on the mat.", "Please close the window.", "He bought 3 apples."]
SYSTEMS = {
    "old": ["The cat sat on a mat.", None, "He bought 4 apples."],
    "new": ["The cat sat on the mat.", "Close the window.", "He bought 3 apples."],
}
SOURCES = ["Die Katze saß auf der Matte.", "Bitte das Fenster zu.", "Er kaufte 3 Äpfel."]
REQUEST: dict[str, Any] = {
    "systems": SYSTEMS,
    "references": REFERENCES,
    "target_language": "en",
    "metrics": ["chrf", "bleu", "ter"],
}


class Service:
    """A service in a thread of this process."""

    def __init__(self, folder, *, token=None, limits=None, offered=OFFERED, host="127.0.0.1"):
        self.folder = folder
        listener = check_address(host, 0)
        self.server = api_server(
            folder, listener, offered=offered, limits=limits or Limits(), token=token
        )
        self.port = listener.getsockname()[1]
        self.thread = Thread(target=self.server.serve_until_ended, daemon=True)
        self.thread.start()
        while not self.server.started:
            sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def post(self, path, content=None, **options):
        return requests.post(self.url(path), json=content, timeout=60, **options)

    def get(self, path, **options):
        return requests.get(self.url(path), timeout=60, **options)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with Service(tmp_path_factory.mktemp("api") / "runs") as running:
        yield running


def _named(segments):
    return {(row["segment"], row["system"]): row["scores"] for row in segments}


def test_scores_are_those_of_mtqe_score_to_the_bit(service):
    answer = service.post("/score", {**REQUEST, "segments": True}).json()
    run = mtqe.score(
        SYSTEMS, REFERENCES, target_language="en", metrics=REQUEST["metrics"], use_cache=False
    )
    ranges = {metric.name: metric.range for metric in run.manifest.metrics}
    for shown, system in zip(answer["systems"], run.manifest.systems, strict=True):
        scores = [score.within(ranges[score.metric]) for score in system.scores]
        own = [{**json.loads(score.model_dump_json())} for score in scores]
        assert [{k: v for k, v in s.items() if k != "label"} for s in shown["scores"]] == own
        assert shown["failures"] == system.failures
    found = _named(answer["segments"])
    size = len(REFERENCES)
    for row, segment in enumerate(run.segments.itertuples()):
        for name, value in found[row % size, segment.system].items():
            expected = getattr(segment, name)
            assert value == expected or (value is None and expected != expected)
    assert answer["verdict"] == run.manifest.verdict
    assert answer["run"] is None


def test_files_give_the_scores_of_json(service, tmp_path):
    texts = {"new.en": SYSTEMS["new"], "ref.en": REFERENCES, "src.de": SOURCES}
    for name, lines in texts.items():
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    content = {name: (tmp_path / name).read_bytes() for name in texts}
    files = [
        ("hypothesis", ("new.en", content["new.en"])),
        ("reference", ("ref.en", content["ref.en"])),
        ("source", ("src.de", content["src.de"])),
    ]
    fields = {
        "metrics": ["chrf", "bleu"],
        "target_language": "en",
        "source_language": "de",
        "options": '{"bleu": {"lowercase": true, "tokenize": "intl"}}',
        "segments": "true",
    }
    sent = requests.post(service.url("/score"), data=fields, files=files, timeout=60)
    assert sent.status_code == 200, sent.text
    as_json = service.post(
        "/score",
        {
            "systems": {"new": SYSTEMS["new"]},
            "references": REFERENCES,
            "sources": SOURCES,
            "source_language": "de",
            "target_language": "en",
            "metrics": ["chrf", "bleu"],
            "options": {"bleu": {"lowercase": True, "tokenize": "intl"}},
            "segments": True,
        },
    )
    assert sent.json() == as_json.json()
    assert "tok:intl" in sent.json()["metrics"][1]["signature"]


@pytest.mark.parametrize(
    "references",
    [
        [REFERENCES, SYSTEMS["new"]],
        {"A": REFERENCES, "B": SYSTEMS["new"]},
        [[a, b] for a, b in zip(REFERENCES, SYSTEMS["new"], strict=True)],
    ],
    ids=["per reference", "named", "per segment"],
)
def test_several_references(service, references):
    answer = service.post("/score", {**REQUEST, "references": references, "metrics": ["chrf"]})
    new = answer.json()["systems"][1]["scores"][0]
    assert (new["score"], new["signature"].startswith("nrefs:2|")) == (100.0, True)


def test_checks_are_those_of_mtqe_check(service):
    request = {
        "sources": SOURCES,
        "systems": SYSTEMS,
        "source_language": "de",
        "target_language": "en",
    }
    answer = service.post("/check", request).json()
    rows = zip(SOURCES, strict=True)
    segments = tuple(mtqe.Segment(f"{n}", source) for n, (source,) in enumerate(rows))
    corpus = mtqe.Corpus("check", mtqe.LanguagePair("de", "en"), segments)
    frame = mtqe.check(corpus, SYSTEMS)
    own = [(int(str(r.segment_id)), r.system, r.check, r.message) for r in frame.itertuples()]
    assert own
    found = [(f["segment"], f["system"], f["check"], f["message"]) for f in answer["findings"]]
    assert found == own
    assert "numbers" in answer["checks"]


def test_a_kept_run_has_a_report_and_is_an_ordinary_run(service):
    answer = service.post(
        "/score", {**REQUEST, "name": "../odd name/\u202e", "report": True}
    ).json()
    response = service.get(answer["report"])
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "script-src 'sha256-" in response.headers["Content-Security-Policy"]
    assert response.text == (service.folder / answer["run"] / "report.html").read_text("utf-8")
    run = mtqe.Run.read(service.folder / answer["run"])
    assert run.manifest.systems[1].scores[0].score == answer["systems"][1]["scores"][0]["score"]
    assert command_line("gate", service.folder / answer["run"], "--help").code == 0


@pytest.mark.parametrize(
    "run", ["..", "../secret", "..%2Fsecret", "%2Fetc", "a%00", "", "score/nothing", "%2e%2e"]
)
def test_nothing_but_runs_can_be_had(service, run):
    (service.folder.parent / "secret").mkdir(exist_ok=True, parents=True)
    (service.folder.parent / "secret" / "run.json").write_text("{}")
    connection = HTTPConnection("127.0.0.1", service.port, timeout=30)
    connection.request("GET", f"/runs/{run}/report")
    response = connection.getresponse()
    assert response.status == 404
    assert json.loads(response.read())["error"]
    connection.close()


WRONG = {
    "no references": ({"systems": {"a": ["x"]}, "metrics": ["chrf"]}, 422, "neither references"),
    "lengths": ({**REQUEST, "references": ["one"]}, 422, "exactly one per segment"),
    "no system": ({**REQUEST, "systems": {}}, 422, "systems"),
    "no systems": ({"references": ["x"]}, 422, "'systems' is missing"),
    "type": ({**REQUEST, "systems": {"a": ["x", 5]}}, 422, "systems.a.1 should be a valid string"),
    "text for a list": ({**REQUEST, "sources": "one text"}, 422, "sources should be"),
    "unknown key": ({**REQUEST, "metric": "chrf"}, 422, "unknown key 'metric'"),
    "unknown metric": ({**REQUEST, "metrics": ["chfr"]}, 422, "did you mean 'chrf'?"),
    "human": ({**REQUEST, "metrics": ["human"]}, 422, "doesn't offer the metric 'human'"),
    "needs sources": ({**REQUEST, "metrics": ["comet"]}, 422, "needs sources"),
    "language": ({**REQUEST, "target_language": "klingon language"}, 422, "not a language tag"),
    "option": ({**REQUEST, "options": {"bleu": {"lower": True}}}, 422, "unknown key 'lower'"),
    "option type": ({**REQUEST, "options": {"bleu": {"lowercase": 3}}}, 422, "lowercase"),
    "option choice": ({**REQUEST, "options": {"bleu": {"tokenize": "/etc"}}}, 422, "tokenize"),
    "a path as a model": (
        {**REQUEST, "options": {"bertscore": {"model": "/etc"}}},
        422,
        "the service has no model '/etc'",
    ),
    "a tokenizer that would be downloaded": (
        {**REQUEST, "options": {"bleu": {"tokenize": "flores200"}}},
        422,
        "the service has no tokenizer 'flores200'",
    ),
    "a path as a baseline": (
        {**REQUEST, "options": {"bertscore": {"baseline": "/etc/passwd"}}},
        422,
        "options.bertscore.baseline can't be set",
    ),
    "a control character": (
        {**REQUEST, "systems": {"a\x1b[31m": SYSTEMS["new"]}},
        422,
        "name of the system",
    ),
    "a key": ({**REQUEST, "name": "x", "metrics": ["sk-abcdefghijklmnopqrst"]}, 422, "'***'"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_said_in_one_sentence(service, kind, monkeypatch):
    monkeypatch.setattr(work, "is_here", lambda _: False)
    request, status, words = WRONG[kind]
    response = service.post("/score", request)
    assert (response.status_code, list(response.json())) == (status, ["error"])
    assert words in response.json()["error"]
    assert "\n" not in response.json()["error"]


@pytest.mark.parametrize(
    "given",
    [
        {"hypotheses": ["a", "b"], "references": ["x"], "metrics": ["chrf"]},
        {"hypotheses": ["a"], "references": None, "metrics": ["chrf"]},
        {"hypotheses": ["a"], "references": ["x"], "metrics": ["comet"]},
        {"hypotheses": ["a"], "references": ["x"], "options": {"bleu": {"smooth_value": -1.0}}},
    ],
)
def test_the_sentence_is_that_of_the_library(service, given):
    with pytest.raises(MtqeError) as raised:
        mtqe.score(given.pop("hypotheses"), use_cache=False, **{"target_language": "en", **given})
    sent = {"systems": {"score": ["a"]}, "target_language": "en", **given}
    if "exactly one per segment" in str(raised.value):
        sent["systems"] = {"system": ["a", "b"]}
    assert service.post("/score", sent).json() == {"error": str(raised.value)}


@pytest.mark.parametrize(
    ("path", "request_", "words"),
    [
        ("/check", {"sources": ["x"], "target_language": "en"}, "'source_language' is missing"),
        ("/check", {"checks": ["numbrs"]}, "numbers"),
        ("/check", {"checks": ["glossary"]}, "reads a file"),
        ("/check", {"options": {"glossary": {"path": "/etc/passwd"}}}, "reads a file"),
        ("/check", {"options": {"length": {"severity": "grave"}}}, "severity"),
        ("/check", {"sources": None}, "neither references nor sources"),
        ("/check", {"systems": {"a": ["x", "y"]}}, "segment"),
    ],
)
def test_wrong_checks(service, path, request_, words):
    base = {} if "target_language" in request_ else {
        "sources": ["x"], "source_language": "de", "target_language": "en",
    }  # fmt: skip
    response = service.post(path, {**base, **request_})
    assert response.status_code == 422, response.text
    assert words in response.json()["error"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (b"{", "application/json", 422, "the body is not JSON"),
        (b"[" * 100_000, "application/json", 422, "the body is not JSON"),
        (b"[1]", "application/json", 422, "the body should be"),
        (b'{"systems": {"a": ["\\ud800"]}}', "application/json", 422, "not JSON"),
        (b"\xff\xfe", "application/json", 400, "not UTF-8"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "multipart/form-data"),
        (b"a", "", 415, "application/json"),
        (b"a", "multipart/form-data", 400, "the form can't be read"),
        (b"a", "multipart/form-data; boundary=x", 400, "the form can't be read"),
    ],
)
def test_bodies_that_cannot_be_read(service, body, kind, status, words):
    response = requests.post(
        service.url("/score"), data=body, headers={"Content-Type": kind}, timeout=60
    )
    assert response.status_code == status, response.text
    assert words in response.json()["error"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"\xff\n", "a.txt, line 1: byte 0xff"),
        ("a.txt", b"a\r\nb\n", "a.txt, line 2: ends in LF"),
        ("a.docx", b"PK\x03\x04", "a.docx"),
        ("a.txt", b"a\x00\n", "NUL"),
    ],
)
def test_files_are_read_as_strictly_as_on_the_command_line(service, name, content, words):
    files = [("hypothesis", (name, content)), ("reference", ("ref", b"x\ny\n"))]
    response = requests.post(service.url("/score"), files=files, timeout=60)
    assert response.status_code == 422
    assert words in response.json()["error"]


@pytest.mark.parametrize(
    ("files", "fields", "words"),
    [
        ([("hypothesis", ("a.x", b"x")), ("hypothesis", ("a.y", b"x"))], {}, "called 'a'"),
        ([("source", ("a", b"x")), ("source", ("b", b"x"))], {}, "two 'source' files"),
        ([("hypothesis", ("a", b"x")), ("metrics", ("chrf", b"x"))], {}, "'metrics' is a file"),
        ([("hypothesis", ("a", b"x"))], {"source": "a text"}, "'source' is a text"),
        ([("hypothesis", ("a", b"x"))], {"name": ["a", "b"]}, "'name' is given twice"),
        ([("hypothesis", ("a", b"x"))], {"options": "{"}, "'options' is not JSON"),
        ([("hypothesis", ("a", b"x"))], {"segments": "perhaps"}, "'segments' is not JSON"),
        ([("hypothesis", ("a", b"x"))], {"colour": "red"}, "unknown key 'colour'"),
    ],
)
def test_wrong_forms(service, files, fields, words):
    response = requests.post(service.url("/score"), files=files, data=fields, timeout=60)
    assert response.status_code == 422, response.text
    assert words in response.json()["error"]


def test_other_addresses_and_methods(service):
    assert service.get("/nothing").status_code == 404
    assert "the list is at /" in service.get("/nothing").json()["error"]
    refused = service.get("/score")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST")
    assert service.get("/docs").status_code == 404


def test_only_this_machines_names_and_pages_are_answered(service):
    assert service.get("/health", headers={"Host": "evil.example"}).status_code == 421
    odd = {"Host": f"127.0.0.1.evil.example:{service.port}"}
    assert service.get("/health", headers=odd).status_code == 421
    assert service.get("/health", headers={"Host": "localhost:1"}).status_code == 200
    assert service.get("/health", headers={"Host": "[::1]"}).status_code == 200
    for origin in ("https://evil.example", "null", f"http://localhost:{service.port}"):
        refused = service.post("/score", REQUEST, headers={"Origin": origin})
        assert refused.status_code == 403, origin
    own = {"Origin": f"http://127.0.0.1:{service.port}"}
    assert service.get("/health", headers=own).status_code == 200


def test_headers_keep_other_sites_out(service):
    for response in (service.get("/health"), service.get("/"), service.get("/nothing")):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"
        assert not [name for name in response.headers if "access-control" in name.lower()]
        assert "Server" not in response.headers


def test_sizes_are_limited(tmp_path):
    with Service(tmp_path, limits=Limits(segments=2, body=2000)) as small:
        response = small.post("/score", REQUEST)
        assert response.status_code == 413
        assert "the request has 3 segments; this service takes 2" in response.json()["error"]
        many = {"systems": {"a": ["x"]}, "references": [["x"] * 3]}
        assert small.post("/score", many).status_code == 413
        big = {"systems": {"a": ["x" * 2000]}, "references": ["x"]}
        assert small.post("/score", big).status_code == 413
        chunks = requests.post(
            small.url("/score"),
            data=iter([b'{"systems"', b" " * 1500, b" " * 1500]),
            headers={"Content-Type": "application/json"},
            timeout=60,
        )
        assert chunks.status_code == 413
        assert "the body has more than 0.002 MB" in chunks.json()["error"]
    with Service(tmp_path) as usual:
        systems = {f"s{number}": ["x"] for number in range(33)}
        response = usual.post("/score", {"systems": systems, "references": ["x"]})
        assert (response.status_code, "33 systems" in response.json()["error"]) == (413, True)
        references = [[f"{number}" for number in range(33)] for _ in range(40)]
        many = {"systems": {"a": ["x"] * 40}, "references": references}
        response = usual.post("/score", many)
        assert (response.status_code, "references" in response.json()["error"]) == (413, True)


def test_a_body_that_stops_coming_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("mtqe.service.guard.BODY_SECONDS", 0.3)
    with Service(tmp_path) as service, socket.create_connection(("127.0.0.1", service.port)) as raw:
        head = "POST /score HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        raw.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        raw.settimeout(20)
        assert raw.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_token_guards_all_but_the_page(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    with Service(tmp_path, token=TOKEN) as service:
        for wrong in (None, "Bearer wrong", f"Basic {TOKEN}", "Bearer \xff", f"Bearer {TOKEN}x"):
            headers = {"Authorization": wrong} if wrong else {}
            for path in ("/score", "/check", "/nothing"):
                refused = service.post(path, REQUEST, headers=headers)
                assert refused.status_code == 401
                assert refused.headers["WWW-Authenticate"] == "Bearer"
                assert TOKEN not in refused.text
            assert service.get("/runs/a/report", headers=headers).status_code == 401
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert service.post("/score", REQUEST, headers=right).status_code == 200
        assert service.get("/runs/a/report", headers=right).status_code == 404
        for path in ("/", "/health", "/openapi.json"):
            assert service.get(path).status_code == 200
            assert TOKEN not in service.get(path).text
        assert service.get("/openapi.json").json()["security"] == [{"token": []}]
    assert TOKEN not in caplog.text
    assert "POST /score 200" in caplog.text


def test_other_machines_need_a_token(monkeypatch, tmp_path):
    monkeypatch.delenv("MTQE_API_TOKEN", raising=False)
    assert token_from_environment("127.0.0.1") is None
    assert token_from_environment("::1") is None
    assert token_from_environment("localhost") is None
    for host in ("0.0.0.0", "::", "192.168.0.5", "example.org", ""):
        with pytest.raises(ConfigError, match="set MTQE_API_TOKEN to a secret"):
            token_from_environment(host)
    monkeypatch.setenv("MTQE_API_TOKEN", "short")
    with pytest.raises(ConfigError, match="at least 16") as raised:
        token_from_environment("127.0.0.1")
    assert "short" not in str(raised.value)
    monkeypatch.setenv("MTQE_API_TOKEN", TOKEN)
    assert token_from_environment("127.0.0.1") == TOKEN
    with Service(tmp_path, token=token_from_environment("0.0.0.0"), host="0.0.0.0") as service:
        elsewhere = {"Host": "mt.example.org", "Authorization": f"Bearer {TOKEN}"}
        assert service.post("/score", REQUEST, headers=elsewhere).status_code == 200
        assert service.post("/score", REQUEST).status_code == 401


def test_the_service_refuses_when_too_many_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_WAITING", 1)
    started, go_on = Event(), Event()

    def slow(*_, **__):
        started.set()
        assert go_on.wait(30)
        raise ConfigError("enough.")

    monkeypatch.setattr(work, "score_texts", slow)
    with Service(tmp_path) as service:
        asked = [Thread(target=service.post, args=("/score", REQUEST)) for _ in range(2)]
        asked[0].start()
        assert started.wait(30)
        asked[1].start()
        ends = monotonic() + 30
        while len(service.server._jobs._watches) < 2 and monotonic() < ends:
            sleep(0.01)
        refused = service.post("/score", REQUEST)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert service.get("/health").status_code == 200
        go_on.set()
        for thread in asked:
            thread.join(30)
        monkeypatch.undo()
        assert service.post("/score", REQUEST).status_code == 200


def test_work_ends_when_its_time_is_over(tmp_path, monkeypatch):
    steps = []

    def endless(*_, progress, **__):
        bar = progress.task("score", 1)
        while True:
            steps.append(1)
            bar.advance(0)
            sleep(0.02)

    monkeypatch.setattr(work, "score_texts", endless)
    with Service(tmp_path, limits=Limits(seconds=0.5)) as service:
        began = monotonic()
        late = service.post("/score", REQUEST)
        assert late.status_code == 504
        assert "no result within 0.5 seconds" in late.json()["error"]
        assert monotonic() - began < 15
        sleep(0.2)
        seen = len(steps)
        sleep(0.2)
        assert len(steps) == seen > 1
        monkeypatch.undo()
        assert service.post("/check", {"sources": ["x"], "source_language": "de",
                                       "target_language": "en"}).status_code == 200  # fmt: skip


def test_work_ends_when_its_client_goes_away(tmp_path, monkeypatch):
    ended = Event()

    def endless(*_, progress, **__):
        try:
            while True:
                progress.task("score", 1)
                sleep(0.02)
        finally:
            ended.set()

    monkeypatch.setattr(work, "score_texts", endless)
    with Service(tmp_path) as service:
        with pytest.raises(requests.exceptions.ReadTimeout):
            requests.post(service.url("/score"), json=REQUEST, timeout=0.5)
        assert ended.wait(20)


def test_models_stay_loaded(tmp_path, monkeypatch):
    pools = []

    def remember(*given, pool, **named):
        pools.append(pool)
        return mtqe.api.score_texts(*given, pool=pool, **named)

    monkeypatch.setattr(work, "score_texts", remember)
    with Service(tmp_path, limits=Limits(parallel=3)) as service:
        for _ in range(3):
            assert service.post("/score", REQUEST).status_code == 200
    assert len({id(pool) for pool in pools}) == 1
    assert len(pools) == 3


def test_a_fault_is_a_sentence_and_a_traceback_in_the_log(tmp_path, monkeypatch, caplog):
    def broken(*_, **__):
        raise ZeroDivisionError(f"secret {TOKEN}")

    monkeypatch.setattr(work, "score_texts", broken)
    with Service(tmp_path) as service:
        response = service.post("/score", REQUEST)
        assert response.status_code == 500
        assert "ZeroDivisionError" in response.json()["error"]
        assert TOKEN not in response.text
        assert service.get("/health").status_code == 200
    assert sum("Traceback" in (record.exc_text or "") for record in caplog.records) == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (mtqe.ModelError("the model is gone: put it back."), 500),
        (mtqe.MetricError("the texts are too long for TER; use chrF."), 422),
        (MemoryError(), 500),
        (OSError(28, "No space left on device"), 500),
    ],
)
def test_errors_of_the_machine_are_not_the_clients(tmp_path, monkeypatch, error, status):
    def broken(*_, **__):
        raise error

    monkeypatch.setattr(work, "score_texts", broken)
    with Service(tmp_path) as service:
        response = service.post("/score", REQUEST)
    assert response.status_code == status
    assert response.json()["error"]


def _references(value):
    if isinstance(value, dict):
        found = [value["$ref"]] if "$ref" in value else []
        return found + [one for part in value.values() for one in _references(part)]
    return [one for part in value for one in _references(part)] if isinstance(value, list) else []


def test_the_openapi_document_holds_together(service):
    document = service.get("/openapi.json").json()
    assert set(document["paths"]) == {"/score", "/check", "/runs/{run}/report", "/health"}
    schemas = document["components"]["schemas"]
    names = {reference.rpartition("/")[2] for reference in _references(document)}
    assert names <= set(schemas)
    request = schemas["ScoreRequest"]["properties"]
    assert {"systems", "references", "sources", "metrics", "options", "report"} <= set(request)
    assert all(field.get("description") for field in request.values())
    body = document["paths"]["/score"]["post"]["requestBody"]["content"]
    assert set(body) == {"application/json", "multipart/form-data"}
    assert "security" not in document


def test_the_page_has_every_field_and_nothing_from_elsewhere(service):
    page = service.get("/").text
    document = service.get("/openapi.json").json()
    for path in document["paths"]:
        assert path in page
    for field in document["components"]["schemas"]["ScoreRequest"]["properties"]:
        assert f"<code>{field}</code>" in page
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=\"(?!/openapi\.json)[^\"]*\"", page)
    assert "10,000 segments" in page


def test_only_named_metrics_are_offered(tmp_path):
    with Service(tmp_path, offered=("chrf",)) as service:
        assert service.post("/score", {**REQUEST, "metrics": ["chrf"]}).status_code == 200
        refused = service.post("/score", REQUEST)
        assert "doesn't offer the metric 'bleu'" in refused.json()["error"]
        default = service.post("/score", {k: v for k, v in REQUEST.items() if k != "metrics"})
        assert [metric["name"] for metric in default.json()["metrics"]] == ["chrf"]


def _environment(**more):
    return {k: v for k, v in os.environ.items() if k != "MTQE_API_TOKEN"} | {
        "PYTHONUNBUFFERED": "1",
        **more,
    }


@pytest.mark.parametrize("ends_by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_as_mtqe_serve_does(tmp_path, ends_by):
    command = [sys.executable, "-m", "mtqe", "serve", str(tmp_path), "--api", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_environment()
    ) as process:
        address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())[0]
        assert requests.get(f"{address}health", timeout=30).json()["status"] == "ok"
        process.send_signal(ends_by)
        output, errors = process.communicate(timeout=30)
    assert "Traceback" not in errors
    if ends_by == signal.SIGINT:
        assert (process.returncode, output) == (0, "Stopped.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--api", "--write", "x"], 2, "exclude each other"),
        (["--host", "0.0.0.0"], 2, "--host needs --api"),
        (["--api", "--host", "0.0.0.0"], 1, "set MTQE_API_TOKEN"),
        (["--api", "--host", "no.such.host.invalid"], 1, "MTQE_API_TOKEN"),
        (["--api", "--metric", "chfr"], 1, "did you mean 'chrf'?"),
        (["--api", "--max-segments", "0"], 2, "max-segments"),
    ],
)
def test_options_that_cannot_be(tmp_path, monkeypatch, arguments, code, words):
    monkeypatch.delenv("MTQE_API_TOKEN", raising=False)
    result = command_line("serve", tmp_path, *arguments)
    assert result.code == code
    assert words in " ".join(re.sub(r"[│\n]", " ", result.err).split())


def test_a_port_that_is_taken_is_said(tmp_path, service):
    result = command_line("serve", tmp_path, "--api", "--port", service.port)
    assert result.code == 1
    assert "give others with --host and --port" in result.err


@pytest.mark.parametrize("module", ["fastapi", "uvicorn", "python_multipart"])
def test_the_extra_is_named_where_it_is_missing(tmp_path, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    result = command_line("serve", tmp_path, "--api")
    assert (result.code, "pip install 'mtqe[api]'" in result.err) == (1, True)


PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "http.md"
BLOCK = re.compile(r"```(sh|json)\n(.*?)```", re.DOTALL)


def _holds(found, shown):
    """Whether an answer holds what the page shows of it; numbers to the digits that it shows."""
    if isinstance(shown, dict):
        return all(key in found and _holds(found[key], value) for key, value in shown.items())
    if isinstance(shown, list):
        return len(found) >= len(shown) and all(map(_holds, found, shown))
    if isinstance(shown, float):
        return found == pytest.approx(shown, abs=0.005)
    return found == shown


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_pages_examples_run_as_they_stand(service, tmp_path):
    out, blocks = "", BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert [kind for kind, _ in blocks] == ["sh", "json", "sh", "sh", "json", "sh", "sh", "json"]
    for kind, text in blocks:
        if kind == "json":
            assert _holds(json.loads(out), json.loads(text)), out
            continue
        script = text.replace("127.0.0.1:8643", f"127.0.0.1:{service.port}")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        out = done.stdout
    assert "<title>score" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_page_has_every_limit_as_it_is():
    text = PAGE.read_text(encoding="utf-8")
    limits = Limits()
    assert f"| `--max-segments` | {limits.segments:,} |" in text
    assert f"| `--max-body` | {limits.body / 1e6:g} |" in text
    assert f"| `--parallel` | {limits.parallel} |" in text
    assert f"| `--time-limit` | {limits.seconds:g} |" in text
    assert ", ".join(f"`{name}`" for name in OFFERED) in text


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ('{"systems": {"a": ["x"], "a": ["y"]}, "references": ["x"], "metrics": ["chrf"]}', "a"),
        ('{"systems": {"a": ["x"]}, "references": ["x"], "references": ["y"]}', "references"),
        ('{"systems": {"a": ["x"]}, "references": ["x"], "options": {"chrf": {}, "chrf": {}}}',
         "chrf"),
    ],
)  # fmt: skip
def test_a_key_that_stands_there_twice_is_refused(service, body, key):
    headers = {"Content-Type": "application/json"}
    answer = requests.post(service.url("/score"), data=body, headers=headers, timeout=60)
    assert answer.status_code == 422
    assert f"the key {key!r} stands there twice; name each once." in answer.json()["error"]


def test_ter_takes_no_text_that_would_keep_it_busy(service):
    text = " ".join(map(str, range(1_001)))
    request = {"systems": {"a": [text]}, "references": [text], "metrics": ["ter"]}
    answer = service.post("/score", request)
    assert answer.status_code == 413
    assert "a text of 1,001 words, of 'a', for ter; this service takes 1,000" in answer.text
    assert service.post("/score", {**request, "metrics": ["chrf"]}).status_code == 200


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"systems": {}}, "'systems' is empty; give at least one"),
        ({"metrics": []}, "'metrics' is empty; give at least one, or leave it out"),
        ({"metrics": ["chrf", "bleu", "chrf"]}, "metrics: 'chrf' stands twice; name each"),
        ({"systems": {" ": REFERENCES}, "metrics": ["chrf"]}, "a system has an empty name"),
    ],
)
def test_nothing_and_the_same_twice_are_refused(tmp_path, changed, says):
    with Service(tmp_path) as service:
        address = f"http://127.0.0.1:{service.port}/score"
        answer = requests.post(address, json={**REQUEST, **changed}, timeout=60)
    assert answer.status_code == 422
    assert says in answer.json()["error"]


def test_scores_lie_in_the_metric_s_range(tmp_path):
    """BLEU of equal texts is 100.00000000000004, as sacreBLEU's; JSON says 100."""
    asked = {**REQUEST, "systems": {"same": REFERENCES}, "metrics": ["bleu", "chrf"]}
    with Service(tmp_path) as service:
        address = f"http://127.0.0.1:{service.port}/score"
        scores = requests.post(address, json=asked, timeout=60).json()["systems"][0]["scores"]
    assert [(s["score"], s["low"], s["high"]) for s in scores] == [(100.0, 100.0, 100.0)] * 2


def test_the_service_s_folder_must_be_there(tmp_path):
    result = command_line("serve", tmp_path / "none", "--api")
    assert result.code == 2
    assert "there is no folder" in result.err
