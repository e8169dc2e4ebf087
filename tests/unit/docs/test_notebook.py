"""docs/how-to/notebook.ipynb runs as it stands, and shows a table, a verdict and a report."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[3] / "docs" / "how-to" / "notebook.ipynb"


def code_cells():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run_cell(source, names):
    """Execute a cell as a kernel does; its last expression is what it shows."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), str(NOTEBOOK), "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What the cells show, as HTML, and the folder that they ran in."""
    folder = tmp_path_factory.mktemp("notebook")
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        values = [run_cell(source, names) for source in code_cells()]
    return [value._repr_html_() for value in values if value is not None], folder


def test_every_cell_shows_something(shown):
    run, figure, segments, comparison, differences, frame, report, corpus, second = shown[0]
    assert "<td" in run
    assert "<svg" in run
    assert figure.startswith('<img alt="Scores with 95% intervals.')
    assert differences.startswith('<img alt="Differences with 95% intervals.')
    assert "hypothesis" in segments
    assert "old" in comparison
    assert "significant" in comparison
    assert "p_corrected" in frame
    assert report.startswith("<iframe")
    assert second.startswith("<iframe")
    assert "phrases: 6 segments" in corpus


def test_the_report_is_written_where_the_cell_says(shown):
    page = (shown[1] / "report.html").read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")


def test_the_notebook_is_stored_without_outputs():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)
