"""Keys are taken out of texts in every form, and before anything is cut off."""

from __future__ import annotations

import time

import pytest

from mtqe.support.redaction import Redactor, environment_keys, redact
from tests.echoes import echoes

KEY = "s3cret/Key+0123456789&abc=def"
PLAIN = "sk-0123456789abcdefghijABCDEFGHIJ"
AROUND = 8
"""Characters that may be left of a user's name beside a key, as in Base64 of both."""


@pytest.mark.parametrize("key", [KEY, PLAIN])
@pytest.mark.parametrize("form", echoes(KEY))
def test_a_key_is_taken_out_in_every_form(key, form):
    written = echoes(key)[form]
    redacted = redact(f"wrong key {written} was sent", [key])
    assert "***" in redacted
    assert redacted.startswith("wrong key ")
    assert redacted.endswith(" was sent")
    left = redacted.removeprefix("wrong key ").removesuffix(" was sent")
    assert len(left.replace("***", "").strip()) <= AROUND
    assert Redactor([key]).holds(f"wrong key {written} was sent")


def test_the_beginning_of_a_key_is_taken_out_too():
    """A service may cut its message before mtqe sees it."""
    assert redact(f"wrong key {PLAIN[:20]}", [PLAIN]) == "wrong key ***"
    assert not Redactor([PLAIN]).holds(PLAIN[:20])


def test_short_keys_are_taken_out_as_they_are():
    assert redact("the key EMPTY and Empty", ["EMPTY"]) == "the key *** and Empty"
    assert not Redactor(["EMPTY"]).holds("EMPTY")


@pytest.mark.parametrize(
    ("key", "text", "shown"),
    [
        ("e", "the server refused key e", "the server refused key ***"),
        ("e", '{"key": "e", "text": "tree"}', '{"key": "***", "text": "tree"}'),
        ("ab1", "cab1n=ab1&ab12", "cab1n=***&ab12"),
        ("s3cr", "xs3crets", "x***ets"),
    ],
)
def test_the_shortest_keys_are_no_parts_of_words(key, text, shown):
    assert redact(text, [key]) == shown


def test_other_texts_are_left_as_they_are():
    texts = ["", "sk-0123 is short", "100 % of s3cret", "a\\n\\tb & c", "https://host/path"]
    assert [redact(text, [KEY, PLAIN]) for text in texts] == texts


def test_users_of_addresses_are_taken_out():
    assert redact("http://me:pw@proxy:8080 is down", []) == "http://***@proxy:8080 is down"


@pytest.mark.parametrize("text", ["\\", "s\\n\\n=\n", "s ", "%25", "&#0", "s3cret/"])
def test_no_text_takes_long(text):
    started = time.monotonic()
    redact(text * (16_384 // len(text)), [KEY, PLAIN])
    assert time.monotonic() - started < 2


def test_keys_of_the_environment_are_known_by_their_names(monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "abcdefgh1")
    monkeypatch.setenv("SOME_TOKEN", "/a/file/with/it")
    monkeypatch.setenv("SOME_KEYBOARD", "abcdefgh2")
    found = environment_keys()
    assert "abcdefgh1" in found
    assert not {"/a/file/with/it", "abcdefgh2"} & set(found)
