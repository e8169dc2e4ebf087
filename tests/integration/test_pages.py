"""Pages that lead a newcomer are played as they stand: files are saved, commands run, outputs seen.

A block with a title is a file; ``sh`` blocks are run in the page's order; each line of a ``text``
block that follows one was printed; ``# exit code N`` says what a command ends with.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.command_line import mtqe

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
STORIES = {
    "first run and gate": ("start/first-run.md", "start/first-gate.md"),
    "locale files": ("how-to/locale-files.md",),
    "publish": ("start/first-run.md", "how-to/publish.md"),
}
"""Pages in the order in which somebody reads them, in one folder."""


def play(page, folder):
    """Do what a page says; returns how many commands were run."""
    printed, count = "", 0
    text = re.sub(r"\\\n\s*", "", page)
    for language, title, content in BLOCK.findall(text):
        if title:
            (folder / title).parent.mkdir(parents=True, exist_ok=True)
            (folder / title).write_text(content, encoding="utf-8")
        elif language == "sh":
            printed = ""
            for line in content.splitlines():
                printed += run(line, folder)
                count += 1
        elif language == "text":
            lines = [line.rstrip() for line in printed.splitlines()]
            assert [line for line in content.splitlines() if line and line not in lines] == []
    return count


def run(line, folder):
    words = shlex.split(line, comments=True)
    if words[0] == "cp":
        shutil.copyfile(*words[1:])
        return ""
    assert words[0] == "mtqe", line
    done = mtqe(*words[1:])
    expected = re.search(r"# exit code (\d)", line)
    assert done.code == (int(expected[1]) if expected else 0), done.err + done.out
    return done.out


@pytest.mark.slow
@pytest.mark.parametrize("pages", STORIES.values(), ids=STORIES)
def test_a_page_does_what_it_shows(pages, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    for name in pages:
        assert play((DOCS / name).read_text(encoding="utf-8"), tmp_path) > 1
