"""Six messy web pages: which paragraphs are the article's, by mtqe and by trafilatura.

    python benchmarks/boilerplate.py [--verbose]

The pages are in tests/unit/align/documents/pages, written for this project, each with its text.
mtqe does not depend on trafilatura; its line is left out where it is not installed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from mtqe.align.clean import paragraph_reason
from mtqe.align.documents.html import html_paragraphs

PAGES = Path(__file__).parents[1] / "tests" / "unit" / "align" / "documents" / "pages"


def by_mtqe(page: str) -> list[str]:
    """What `mtqe align` keeps of a page before it looks at the other document."""
    return [p.text for p in html_paragraphs(page) if not paragraph_reason(p)]


def by_trafilatura(page: str) -> list[str]:
    """Plain text, for recall or precision as its defaults balance them."""
    import trafilatura

    found = trafilatura.extract(page, include_comments=False, include_tables=True) or ""
    cells = [cell for line in found.splitlines() for cell in line.split(" | ")]
    return [cleaned for cell in cells if (cleaned := cell.strip("|- \t"))]


READERS: dict[str, Callable[[str], list[str]]] = {"mtqe": by_mtqe, "trafilatura": by_trafilatura}


def shares(gold: list[str], found: list[str]) -> tuple[float, float]:
    """Characters of found paragraphs that are right, and of right ones that are found."""
    both = sum(len(text) for text in set(gold) & set(found))
    return both / max(1, sum(map(len, found))), both / sum(map(len, gold))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    for name, reader in READERS.items():
        results = []
        for path in sorted(PAGES.glob("*.html")):
            gold = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
            try:
                found = reader(path.read_text(encoding="utf-8"))
            except ImportError:
                break
            precision, recall = shares(gold, found)
            results.append((precision, recall))
            print(f"{name:12} {path.stem:10} precision {precision:.3f} recall {recall:.3f}")
            if arguments.verbose:
                print(*(f"    wrong: {text}" for text in found if text not in gold), sep="\n")
                print(*(f"    missing: {text}" for text in gold if text not in found), sep="\n")
        if results:
            means = [sum(column) / len(results) for column in zip(*results, strict=True)]
            print(f"{name:12} {'mean':10} precision {means[0]:.3f} recall {means[1]:.3f}")


if __name__ == "__main__":
    main()
