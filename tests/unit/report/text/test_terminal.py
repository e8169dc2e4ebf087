"""What a run prints: nothing cut off, plain where no terminal is, every gap said aloud."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console

from mtqe.api import score
from mtqe.report.text.terminal import print_scores
from tests.command_line import mtqe, mtqe_process
from tests.engines import Engine, corpus
from tests.project import write_project

LONG = "a-system-with-quite-a-long-name-" * 3


@pytest.fixture(scope="module")
def run():
    sample = corpus(["a b c d", "e f g h", "i j k l"], ["a b c d", None, "i j k l"])
    texts = {LONG: ["a b c d", "e", None], "other": ["a b c x", "e f g h", "i j k l"]}
    return score(sample, texts, ["bleu", "chrf", "chrf++", "ter"])


def printed(run, *, verbose=False, **settings):
    out = io.StringIO()
    console = Console(file=out, highlight=False, soft_wrap=True, **settings)
    print_scores(run.manifest, Path("out"), console, verbose=verbose)
    return out.getvalue()


def test_no_name_and_no_number_is_cut_off_where_no_terminal_is(run, capsys):
    print_scores(run.manifest, Path("out"))
    text = capsys.readouterr().out
    row = next(line for line in text.splitlines()[1:] if line.startswith(LONG))
    for metric in run.manifest.metrics:
        expected = run.manifest.systems[0].score(metric.name).score
        assert f"{expected:.{metric.decimals}f}" in row
    assert "…" not in text
    assert "\x1b" not in text


def test_gaps_are_said_aloud(run):
    text = printed(run, width=200)
    assert f"{LONG}: 1 segment got no translation, and no score" in text
    assert f"{LONG}: 2 segments have no bleu score" in text
    assert "other: 1 segment has no ter score" in text


def test_signatures_and_places_are_printed_whole(run):
    text = printed(run, width=60, verbose=True)
    for metric in run.manifest.metrics:
        assert f"{metric.label}: {metric.signature}\n" in text
    assert "report: out/report.html\n" in text


def test_signatures_wait_for_verbose(run):
    text = printed(run, width=200)
    assert run.manifest.metrics[0].signature not in text
    assert "--verbose" in text


def test_the_verdict_stands_above_the_table(run):
    text = printed(run, width=200)
    assert text.index(run.manifest.verdict[:30]) < text.index("BLEU ↑")


@pytest.mark.parametrize(("width", "tables"), [(160, 1), (80, 2), (50, 4)])
def test_a_table_has_as_many_metrics_as_fit_the_terminal(width, tables):
    sample = corpus([f"w{n} x y z" for n in range(12)], [f"w{n} x y z" for n in range(12)])
    texts = {
        f"engine-of-a-long-name-{name}": [f"w{n} x {name} z" for n in range(12)] for name in "abc"
    }
    metrics = ["bleu", "chrf", "chrf++", "ter"]
    made = score(sample, texts, metrics)
    text = printed(made, width=width, force_terminal=True, color_system=None)
    heads = [line for line in text.splitlines() if line.startswith("system ")]
    assert len(heads) == tables
    assert re.findall(r"(\S+) [↑↓]", " ".join(heads)) == ["BLEU", "chrF", "chrF++", "TER"]
    assert max(map(len, text.splitlines())) <= width


def test_control_characters_are_shown_as_signs():
    sample = corpus(["a b c d"], ["a b c d"])
    made = score(sample, {"evil": ["a"], "other": ["b"]}, ["chrf"])
    first, second = made.manifest.systems
    odd = first.model_copy(update={"name": "e\x1b[31mvil\u202e"})  # as in a run of before
    manifest = made.manifest.model_copy(update={"systems": (odd, second)})
    out = io.StringIO()
    print_scores(manifest, Path("out"), Console(file=out, width=100))
    text = out.getvalue()
    assert "e␛[31mvil<U+202E>" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_colours_on_a_terminal_unless_no_color(run, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;32m" in printed(run, force_terminal=True, color_system="standard", width=200)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "32m" not in printed(run, force_terminal=True, color_system="standard", width=200)


def test_why_segments_failed_is_printed(tmp_path):
    engine = Engine(tmp_path, "sys.exit('no licence\\nfor this host')")
    config = write_project(tmp_path)
    command = ", ".join(f'"{word}"' for word in engine.command)
    config.write_text(
        config.read_text().replace('"file"\npath = "bad.txt"', f'"command"\ncommand = [{command}]')
    )
    result = mtqe(
        "run", config, "-o", tmp_path / "out", "--no-cache", "-m", "chrf", "--allow-untranslated"
    )
    assert result.code == 0
    assert "bad: 3 segments got no translation, and no score" in result.out
    assert "bad: 3 segments failed: " in result.out
    assert "ended with code 1: no licence for this host" in result.out


def test_a_pipe_gets_plain_utf8_whatever_the_locale(tmp_path):
    config = write_project(tmp_path)
    result = mtqe_process("run", config, "-o", tmp_path / "out", LC_ALL="C", COLUMNS="20")
    assert (result.code, result.err) == (0, "")
    assert "BLEU ↑" in result.out
    assert "\x1b" not in result.out
    assert "…" not in result.out


def test_a_pipe_that_cannot_take_an_arrow_is_no_crash(tmp_path):
    config = write_project(tmp_path)
    result = mtqe_process("run", config, "-o", tmp_path / "out", PYTHONIOENCODING="ascii")
    assert (result.code, result.err) == (0, "")
    assert "BLEU \\u2191" in result.out
