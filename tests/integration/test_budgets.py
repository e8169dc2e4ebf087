"""Costs before and after: dry runs, budgets, and what a run says it took."""

from __future__ import annotations

import json
import os
import pty

import pytest

from mtqe.run import Run
from tests.command_line import command, mtqe
from tests.project import write_lines
from tests.service_protocols import KEY, deepl
from tests.services import Loopback

CONFIG = """\
[corpus]
name = "budgets"
source_language = "en"
target_language = "es"
path = "corpus.tsv"

[systems.vendor]
backend = "deepl"
url = "{url}"
key_variable = "VENDOR_KEY"
price = 20.0
currency = "EUR"
batch_size = 2
{budget}

[systems.ours]
backend = "file"
path = "ours.txt"

[metrics]
chrf = {{}}
"""
SOURCES = [f"sentence number {number:02}" for number in range(10)]
CHARACTERS = sum(map(len, SOURCES))


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Gives a running service, and the function that writes a configuration for it."""
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VENDOR_KEY", KEY)
    rows = [f"{source}\t{source.upper()}" for source in [*SOURCES, SOURCES[0]]]
    write_lines(tmp_path / "corpus.tsv", ["source\treference", *rows])
    write_lines(tmp_path / "ours.txt", [*SOURCES, SOURCES[0]])
    path = tmp_path / "mtqe.toml"
    with Loopback(deepl) as service:

        def write(budget=""):
            path.write_text(CONFIG.format(url=service.url, budget=budget))
            return path

        yield service, write
    assert service.complaints == []


def test_a_dry_run_prices_what_the_cache_lacks_and_sends_nothing(project, monkeypatch):
    service, write = project
    monkeypatch.delenv("VENDOR_KEY")
    result = mtqe("translate", write("max_cost = 0.001"), "--dry-run")
    assert (result.code, result.err, service.received) == (0, "", [])
    header, line, over = result.out.splitlines()
    assert header.split() == ["system", "segments", "characters", "about"]
    assert line.split() == ["vendor", "10", str(CHARACTERS), "0.0036", "EUR"]
    assert over.endswith("costs about 0.0036 EUR, more than max_cost = 0.001")


def test_what_the_cache_has_costs_nothing(project, tmp_path):
    _, write = project
    mtqe("translate", write(), "-o", tmp_path / "out")
    result = mtqe("translate", write("max_characters = 1"), "--dry-run")
    assert result.out.splitlines()[1].split() == ["vendor", "0", "0", "0.00", "EUR"]
    assert mtqe("translate", write("max_characters = 1"), "-o", tmp_path / "out").code == 0


@pytest.mark.parametrize("budget", ["max_cost = 0.001", "max_characters = 100"])
@pytest.mark.parametrize("words", [("run",), ("translate",)])
def test_over_its_budget_a_system_is_refused_without_yes(project, tmp_path, budget, words):
    service, write = project
    arguments = (*words, write(budget), "-o", tmp_path / "out")
    result = mtqe(*arguments)
    assert (result.code, result.err.count("\n"), service.received) == (1, 1, [])
    assert "more than max_" in result.err
    assert result.err.endswith("; raise it, or give --yes to go on.\n")
    assert mtqe(*arguments, "--yes").code == 0
    assert len(service.received) == 5


def test_on_a_terminal_somebody_is_asked(project, tmp_path):
    service, write = project
    words = command("translate", write("max_cost = 0.001"), "-o", tmp_path / "out")
    child, terminal = pty.fork()
    if child == 0:
        os.execv(words[0], words)
    os.write(terminal, b"y\n")
    said = b""
    while chunk := _read(terminal):
        said += chunk
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert b"Go on all the same? [y/N]" in said
    assert (code, len(service.received)) == (0, 5)


def _read(terminal):
    try:
        return os.read(terminal, 4096)
    except OSError:  # how a terminal ends
        return b""


def test_a_run_says_what_it_took(project, tmp_path):
    _, write = project
    result = mtqe("run", write(), "-o", tmp_path / "out")
    vendor, ours = Run.read(tmp_path / "out").manifest.systems
    assert (vendor.usage.characters, vendor.usage.requests) == (CHARACTERS, 5)
    assert vendor.usage.cost == pytest.approx(CHARACTERS * 20 / 1e6)
    assert (ours.usage, ours.estimate) == (None, None)
    assert vendor.speed == pytest.approx(10 / vendor.seconds, rel=0.05)
    speed = vendor.speed
    row = next(
        line for line in result.out.splitlines() if line.startswith("vendor") and "EUR" in line
    )
    assert row.endswith("0.0036 EUR")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "0.0036 EUR" in page
    again = mtqe("run", write(), "-o", tmp_path / "again", "--json")
    told = json.loads(again.out)["systems"][0]
    assert (round(told["cost"], 6), told["currency"]) == (0.0036, "EUR")
    vendor, _ = Run.read(tmp_path / "again").manifest.systems
    assert (vendor.translated, vendor.usage, vendor.speed) == (0, None, speed)
    assert vendor.cost == pytest.approx(CHARACTERS * 20 / 1e6), "of the whole test set all the same"


def test_a_budget_ends_the_requests_when_they_cost_more_than_estimated(project, tmp_path):
    """Answers that can't be used are paid for, and no estimate knows of them."""
    service, write = project
    service.spoil(b'"text"', b'"test"')
    limit = CHARACTERS * 20 / 1e6 * 1.5
    result = mtqe("run", write(f"max_cost = {limit}\nconcurrency = 1"), "-o", tmp_path / "out")
    assert result.code == 1, "the system has no translation at all"
    vendor, _ = Run.read(tmp_path / "out").manifest.systems
    assert limit <= vendor.usage.cost < limit * 1.5
    assert vendor.failures == len(SOURCES) + 1
    assert any("is used up; raise it to go on" in note for note in vendor.notes)
