"""Comparisons as text and Markdown."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

import mtqe
from mtqe.compare import Comparison, compare_run
from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.report.text.comparison import comparison_markdown, comparison_text


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """Two systems, one with a Chinese name; domains that a table could stumble over."""
    domains = ("新闻", "a|b\nc", "talk")
    segments = tuple(
        Segment(
            f"s{n}", f"source {n}", (f"boat number {n} sails",), None, {"domain": domains[n % 3]}
        )
        for n in range(12)
    )
    corpus = Corpus("toy", LanguagePair("en", "en"), segments)
    good = [segment.references[0] for segment in corpus]
    systems = {"系统": good, "other": [f"a ship {n}" for n in range(12)]}
    run = mtqe.score(corpus, systems, ["chrf"], use_cache=False)
    return compare_run(run, slices=["domain"])


def test_columns_line_up_where_characters_are_wide(comparison: Comparison) -> None:
    lines = comparison_text(comparison).splitlines()
    start = lines.index(next(line for line in lines if line.startswith("rank")))
    head, *rows = lines[start : start + 3]
    column = cell_len(head[: head.index("score")])
    for row in rows:
        left = next(row[:n] for n in range(len(row)) if cell_len(row[:n]) == column)
        assert left.endswith("  ")
        assert row[len(left)].isdigit()


def test_markdown_tables_hold_their_rows_and_nothing_else(comparison: Comparison) -> None:
    tables = 0
    for block in comparison_markdown(comparison).split("\n\n"):
        rows = block.splitlines()
        if not rows[0].startswith("|"):
            assert not any(row.startswith("|") for row in rows)
            continue
        tables += 1
        assert len({row.replace(r"\|", "").count("|") for row in rows}) == 1
    assert tables == 3
