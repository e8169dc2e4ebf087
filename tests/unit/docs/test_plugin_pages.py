"""docs/how-to/plugins.md shows each example package's module as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"
MODULES = sorted(DOCS.glob("examples/*/mtqe_*/__init__.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.parent.name)
def test_the_page_has_the_whole_module(module):
    page = (DOCS / "how-to" / "plugins.md").read_text(encoding="utf-8")
    assert f"```python\n{module.read_text(encoding='utf-8')}```\n" in page


def test_there_is_one_example_per_kind():
    assert len(MODULES) == 4
