"""The house that docs/why/architecture.md describes is the one that stands."""

from __future__ import annotations

import re
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
REMARKS = 65
"""The column of the picture from which floors are explained."""
PAGE = (ROOT / "docs" / "why" / "architecture.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("mtqe", cache_dir=None)


def rooms():
    """Everything directly below mtqe/ that can be imported, but for the package's own files."""
    found = {path.parent.name for path in (ROOT / "mtqe").glob("*/__init__.py")}
    found |= {path.stem for path in (ROOT / "mtqe").glob("*.py")}
    return found - {"__init__", "__main__"}


def test_no_modules_import_each_other_in_a_circle(graph):
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 200
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")


def test_the_page_says_what_is_in_every_room():
    table = PAGE[PAGE.index("| room |") : PAGE.index("`training/` lies")]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert sorted(re.findall(r"`(\w+)/?`", " ".join(cells))) == sorted(rooms())


def test_the_picture_has_the_floors_that_import_linter_holds():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(c["layers"] for c in contracts["contracts"] if c["type"] == "layers")
    held = [set(re.findall(r"mtqe\.(\w+)", layer)) for layer in layers]
    picture = re.split(r"```\n?", PAGE)[1]
    drawn = [set(line[:REMARKS].split()) for line in picture.splitlines()]
    assert drawn == held
    assert set.union(*held) == rooms()
