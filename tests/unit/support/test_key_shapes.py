"""What looks like a key, and what doesn't."""

from __future__ import annotations

import pytest

from mtqe.support.key_shapes import has_key_form, key_in_words, literal_keys


@pytest.mark.parametrize(
    "text",
    [
        "sk-LITERAL-abcdefghijabcdefghij",
        "sk-proj-a1B2c3D4e5F6g7H8i9J0",
        "Bearer abc123def456",
        "ghp_0123456789abcdefABCDEF0123",
        "xoxb-1234567890-abcdef",
        "AKIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AIzaSyA-1234567890abcdefghijk",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
        "def3a26b-3e84-45b3-84ae-0c0aaf3525f7:fx",
        "0123456789abcdef0123456789abcdef",
        "a prompt that ends with sk-LITERAL-abcdefghijabcdefghij",
    ],
)
def test_keys_are_told_by_their_form(text):
    assert has_key_form(text)


@pytest.mark.parametrize(
    "text",
    [
        "Qwen2.5-7B-Instruct",
        "claude-sonnet-4-20250514",
        "general/translation-llm",
        "def3a26b-3e84-45b3-84ae-0c0aaf3525f7",
        "a2eb72f9-43a8-46bd-82fa-4693c8b64c3c-TECH",
        "projects/my-project-123456/locations/us-central1/glossaries/my_glossary_2024",
        "https://mt.example.com/api/v1/translate",
        "application/json; charset=utf-8",
        "the bearer instruments of a basic vocabulary",
        "Bearer {key}",
        "/nix/store/9y8c0x5m1hk1hz9d3bx8yzyq1cw6vbpn-python/bin/python",
    ],
)
def test_names_paths_and_ids_are_no_keys(text):
    assert not has_key_form(text)


@pytest.mark.parametrize(
    ("options", "places"),
    [
        ({"headers": {"Authorization": "Bearer {key}", "X-API-Key": "{key}"}}, []),
        ({"headers": {"Authorization": "hunter2hunter"}}, ["headers.Authorization"]),
        ({"headers": {"X-Auth-Token": "correcthorse"}}, ["headers.X-Auth-Token"]),
        ({"query": {"key": "abc123def"}}, ["query.key"]),
        ({"query": {"key": "greetings"}}, []),
        ({"body": {"auth": [{"client_secret": "abcdefg"}]}}, ["body.auth.client_secret"]),
        ({"body": {"stop_token": "</s>", "max_tokens": "4096", "q": "{text}"}}, []),
        ({"body": {"revision": "5617a9f61b028005a4858fdac845db406aefb181"}}, []),
        ({"body": {"user": "5617a9f61b028005a4858fdac845db406aefb181"}}, ["body.user"]),
        ({"version": "5617a9f61b028005a4858fdac845db406aefb181"}, []),
        ({"model": "sk-LITERAL-abcdefghijabcdefghij"}, ["model"]),
        ({"prompt": "Use a basic vocabulary and no token classification."}, []),
    ],
)
def test_places_of_literal_keys(options, places):
    assert list(literal_keys(options)) == places


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["engine", "--api-key", "abcdef12"], True),
        (["engine", "--token=abcdef12"], True),
        (["env", "API_KEY=abcdefgh", "engine"], True),
        (["curl", "-H", "Authorization: Bearer abcdefgh"], True),
        (["engine", "0123456789abcdef0123456789abcdef"], True),
        (["engine", "--tokenizer", "moses", "--key-file", "/etc/engine/key"], False),
        (["engine", "--no-cookie", "--from", "en"], False),
        (["/opt/5617a9f61b028005a4858fdac845db406aefb181/engine"], False),
        ([], False),
    ],
)
def test_keys_in_a_command_line(words, found):
    assert key_in_words(words) == found
