"""The table of published models, and the documentation that shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mtqe.metrics.models.published import PUBLISHED, suggested

DOCS = Path(__file__).parents[4] / "docs" / "how-to" / "published-models.md"


def test_the_documentation_has_each_model_with_its_licence():
    text = DOCS.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\S+)` \| .+? \| (.+?) \|", text, flags=re.MULTILINE))

    assert rows == {model.name: model.licence for model in PUBLISHED.values()}


@pytest.mark.parametrize("language", ["yo", "ig", "rw", "zu"])
def test_african_languages_get_african_models(language):
    assert "africomet" in str(suggested("comet", language))
    assert "africomet" in str(suggested("comet-qe", language))


def test_the_best_model_that_is_free_is_suggested():
    assert suggested("comet", "de") == "Unbabel/wmt22-comet-da"
    assert suggested("comet", "tlh") is None
