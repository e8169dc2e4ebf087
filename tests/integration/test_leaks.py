"""Services that repeat keys in every form: no file and no stream of a run has one of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mtqe.report.page.data import report_data
from mtqe.run import Run
from tests.command_line import mtqe
from tests.echoes import echoes
from tests.project import write_lines
from tests.service_protocols import KEYLESS, SERVICES
from tests.services import Loopback, Reply, json_reply

KEY = "k3y/LITERAL+0123456789&aBcDeFgHiJkLmN=="
BEGINNING = 12
"""Characters of a form that are too many to be seen."""
FORMS = echoes(KEY)
PLAIN = {name: form for name, form in FORMS.items() if not set(form) & set('\n\r\\"<>')}
"""Forms that are the same inside JSON inside JSON."""
PADDING = "the service says no to this. " * 6
"""Longer than what is shown of an explanation, less a few characters of a key."""

CONFIG = """\
[corpus]
name = "leaks"
source_language = "en"
target_language = "es"
path = "corpus.tsv"

[systems.vendor]
backend = "{backend}"
url = "{url}"
key_variable = "VENDOR"
attempts = 2
backoff = 0.01
{options}

[metrics]
chrf = {{}}
"""


def told(reply: Reply) -> Reply:
    """An error that has every form, one after the other."""
    return json_reply({"error": {"message": " ; ".join(FORMS.values())}}, 401)


def cut(reply: Reply) -> Reply:
    """A page of an error that mtqe cuts short in the middle of a form."""
    forms = "".join(
        f"<p>{PADDING[: number * 7]}{form}" for number, form in enumerate(FORMS.values())
    )
    return Reply(400, f"<html>{PADDING[:180]}{KEY}</p>{forms}</html>".encode())


def garbled(reply: Reply) -> Reply:
    """An answer that is not JSON."""
    return Reply(200, f"{PADDING[:170]}{' '.join(FORMS.values())}".encode())


def repeated(reply: Reply) -> Reply:
    """Translations, and the names of models, that have the key in them."""
    written = json.dumps(" ".join(PLAIN.values()))[1:-1].encode()
    body = reply.body.replace(b"<one>", b"one " + written).replace(b'"m-2024', b'"' + written)
    return replace(reply, body=body)


def redirected(reply: Reply) -> Reply:
    """A redirection to an address with the key, and cookies that have it."""
    headers = {"Location": f"/?key={FORMS['percent-encoded']}", "Set-Cookie": f"k={KEY}"}
    return Reply(302, KEY.encode(), headers)


def written_options(options: Mapping[str, object]) -> str:
    def value(thing: object) -> str:
        if isinstance(thing, dict):
            return "{" + ", ".join(f"{name} = {value(part)}" for name, part in thing.items()) + "}"
        return json.dumps(thing)

    return "\n".join(f"{name} = {value(thing)}" for name, thing in options.items())


def everything(folder: Path) -> list[bytes]:
    """All that a run left in its folders, unpacked."""
    left = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    run = Run.read(folder / "out")
    left += [run.segments.to_json().encode(), run.findings.to_json().encode()]
    left.append(report_data(run).model_dump_json().encode())
    with sqlite3.connect(next(folder.rglob("cache-v*.sqlite"))) as connection:
        left += [value for (value,) in connection.execute("SELECT value FROM entries")]
    connection.close()
    return left


@pytest.mark.parametrize("echo", [told, cut, garbled, repeated, redirected])
@pytest.mark.parametrize("name", [name for name in SERVICES if name not in KEYLESS])
def test_no_file_and_no_stream_has_a_key_in_any_form(name, echo, tmp_path, monkeypatch):
    monkeypatch.setattr("tests.service_protocols.KEY", KEY)
    monkeypatch.setenv("VENDOR", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    write_lines(tmp_path / "corpus.tsv", ["source\treference", "one\tuno", "two\tdos"])
    answer, needed = SERVICES[name]
    with Loopback(answer, [echo] * 40) as loopback:
        url = loopback.url + ("/mt" if name == "http" else "")
        text = CONFIG.format(backend=name, url=url, options=written_options(needed))
        (tmp_path / "mtqe.toml").write_text(text, encoding="utf-8")
        result = mtqe("--debug", "run", tmp_path / "mtqe.toml", "-o", tmp_path / "out")
    assert loopback.complaints == []
    assert loopback.received
    assert any(KEY in str(request) or name == "amazon" for request in loopback.received)
    for left in (*everything(tmp_path), result.out.encode(), result.err.encode()):
        for form, written in FORMS.items():
            assert written.encode() not in left, form
            assert written[:BEGINNING].encode() not in left, form


def test_a_literal_key_is_refused_without_being_repeated(tmp_path, monkeypatch):
    """The case that a report to us had: a token in `headers`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    write_lines(tmp_path / "corpus.tsv", ["source\treference", "one\tuno"])
    options = {
        "headers": {"Authorization": "Bearer sk-LITERAL-abcdefghijabcdefghij"},
        "body": {"q": "{text}"},
        "translations": "t",
    }
    text = CONFIG.format(backend="http", url="http://localhost:1", options=written_options(options))
    (tmp_path / "mtqe.toml").write_text(text, encoding="utf-8")
    for command in ("run", "validate", "translate"):
        result = mtqe("--debug", command, tmp_path / "mtqe.toml")
        assert result.code == 1
        assert "systems.vendor.headers.Authorization holds what looks like a key" in result.err
        assert "LITERAL" not in result.err + result.out
