"""Services that repeat keys in every form: no file and no stream of a run has one of them."""

from __future__ import annotations

import pytest

from mtqe.support.redaction import Redactor
from tests.command_line import mtqe
from tests.leaks import CONFIG, ECHOES, FORMS, NAMES, search, written_options
from tests.project import write_lines


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("name", NAMES)
def test_no_file_and_no_stream_has_a_key_in_any_form(name, echo, tmp_path, monkeypatch):
    searched = search(name, echo, tmp_path, monkeypatch)
    assert {"standard output", "standard error", "out/run.json"} <= {*searched.places}
    assert searched.found == ()


def test_there_are_forty_runs_and_a_dozen_forms():
    assert len(NAMES) * len(ECHOES) >= 40
    assert len(set(FORMS.values())) >= 12


def test_the_search_finds_keys_where_nothing_takes_them_out(tmp_path, monkeypatch):
    monkeypatch.setattr(Redactor, "redact", lambda self, text: text)
    searched = search("deepl", "an error with every form", tmp_path, monkeypatch)
    assert "as it is" in {form for _, form in searched.found}
    assert "standard error" in {place for place, _ in searched.found}


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
