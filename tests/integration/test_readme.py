"""What README shows is what the program prints, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command_line import mtqe

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


def test_links_lead_to_files() -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", README)
    assert len(targets) > 20
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_commands_named_in_readme_exist() -> None:
    listed = mtqe("--help").out
    named = set(re.findall(r"(?:`|^)mtqe ([a-z]+)\b", README, re.MULTILINE))
    assert {name for name in named if f"  {name} " not in listed} <= {"compares"}
