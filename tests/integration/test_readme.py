"""What README shows is what the program prints, its picture is there, and its commands exist."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from tests.command_line import mtqe
from tests.integration.test_pages import BLOCK, play

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.apertium
def test_the_demo_prints_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    shown = re.findall(r"```text\n(.*?)\n```", README, re.DOTALL)[0]
    done = mtqe("run", ROOT / "references" / "en-es", "-o", tmp_path / "run")
    assert done.code == 0, done.err
    printed = done.out.splitlines()
    missing = [line for line in shown.splitlines() if line and line not in printed]
    assert not missing, done.out


def test_the_smallest_command_prints_what_it_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = (ROOT / "docs" / "start" / "first-run.md").read_text(encoding="utf-8")
    for _, title, content in BLOCK.findall(first):
        if title:
            (tmp_path / title).write_text(content, encoding="utf-8")
    _, section = README.split("## The smallest useful command\n")
    assert play(section.partition("\n## ")[0], tmp_path) == 1


def test_the_picture_is_small_and_of_the_report():
    picture = (ROOT / "docs" / "report.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1200, 640)
    assert len(picture) < 150_000


def test_readme_is_short():
    assert len(README.splitlines()) <= 90


def test_links_lead_to_files() -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", README)
    assert len(targets) > 20
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_commands_named_in_readme_exist() -> None:
    listed = mtqe("--help").out
    named = set(re.findall(r"(?:`|^)mtqe ([a-z]+)\b", README, re.MULTILINE))
    assert {name for name in named if f"  {name} " not in listed} <= {"compares"}
