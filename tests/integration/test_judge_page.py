"""The page on judges is played as it stands, with a server in place of the one that it names."""

from __future__ import annotations

import json

import pytest

from mtqe.metrics.judge.prompts import read_prompt
from mtqe.run import Run
from tests.integration.test_pages import BLOCK, DOCS, play
from tests.judge_servers import obedient, openai, shown, texts
from tests.services import Loopback, Received, Reply

PAGE = (DOCS / "how-to" / "language-model-judges.md").read_text(encoding="utf-8")
NAMED = "http://localhost:8080/v1"


def test_the_page_does_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "120")
    with Loopback(openai()) as loopback:
        assert play(PAGE.replace(NAMED, loopback.url), tmp_path) == 5
    assert loopback.complaints == []
    assert len(loopback.received) == 2 * 341
    run = Run.read(tmp_path / "runs" / "demo")
    assert list(run.scores) == ["chrf", "judge", "mqm-judge"]
    assert run.scores["mqm-judge"].le(0).all()


def test_the_page_s_prompt_is_one(tmp_path):
    (content,) = [text for _, title, text in BLOCK.findall(PAGE) if title == "strict.txt"]
    (tmp_path / "strict.txt").write_text(content, encoding="utf-8")
    assert "{input}" in read_prompt(tmp_path / "strict.txt", "prompt").text


@pytest.mark.parametrize("kind", ["esa", "mqm", "da"])
def test_the_server_is_strict(kind):
    """A request whose texts do not stand where they should is complained of."""
    loopback = Loopback(openai())
    with loopback:
        messages = [{"role": "system", "content": "JSON"}, {"role": "user", "content": kind}]
        body = json.dumps({"model": "m", "messages": messages}).encode()
        reply: Reply = loopback.reply(Received("POST", "/chat/completions", {}, {}, body))
    assert reply.status == 400
    assert loopback.complaints
    assert texts({"translation": "x"}) == [{"translation": "x"}]
    assert json.loads(obedient({"translation": "bad"}))["score"] == 90
    with pytest.raises(ValueError, match="not enough values"):
        shown("x")
