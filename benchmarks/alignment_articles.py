"""Two bilingual articles of forty paragraphs with captions, headings, by-lines, credits and menus.

    python benchmarks/alignment_articles.py [--verbose]

The articles are in tests/unit/align/articles, written for this project; docs/why/alignment.md has
the figures. Roles that markup could tell are not used: every line is plain text.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from mtqe.align.alignment import AlignmentSettings, align
from mtqe.align.documents.paragraphs import Document, Paragraph
from mtqe.corpus.base import LanguagePair

ARTICLES = Path(__file__).parents[1] / "tests" / "unit" / "align" / "articles"
NAMES = {"ferry": ("de", "en"), "library": ("zh", "en")}


@dataclass(frozen=True)
class Line:
    """A paragraph of an article; those of one key in two languages translate each other."""

    key: str
    kind: str
    text: str


def article(name: str, language: str) -> list[Line]:
    """The paragraphs of an article in one of its languages."""
    rows = (ARTICLES / f"{name}.{language}.tsv").read_text(encoding="utf-8").splitlines()
    return [Line(*row.split("\t")) for row in rows[1:]]


def pairs_found(name: str) -> list[tuple[list[Line], list[Line]]]:
    """The lines of both sides in each pair that `mtqe align --level paragraph` keeps."""
    languages = NAMES[name]
    sides = [article(name, language) for language in languages]
    documents = [Document(name, tuple(Paragraph(line.text) for line in side)) for side in sides]
    settings = AlignmentSettings(LanguagePair(*languages), "paragraph")
    found = align(*documents, settings)
    places = [{line.text: line for line in side} for side in sides]
    return [
        (
            [places[0][found.source[i].text] for i in pair.source_units],
            [places[1][found.target[i].text] for i in pair.target_units],
        )
        for pair in found.kept
    ]


@dataclass(frozen=True)
class Result:
    """What became of an article: lists of keys, or of pairs as texts."""

    right: list[str]
    missing: list[str]
    swallowed: list[str]
    wrong: list[str]


def judge(name: str) -> Result:
    """Pairs that are right, lost, with a neighbour in them, or not pairs at all."""
    gold = {line.key for line in article(name, NAMES[name][0])} - {"-"}
    right, swallowed, wrong = [], [], []
    for source, target in pairs_found(name):
        keys = [{line.key for line in side} - {"-"} for side in (source, target)]
        shown = " / ".join(" + ".join(line.text[:40] for line in side) for side in (source, target))
        if len(keys[0]) == 1 and keys[0] == keys[1] and len(source) == len(target) == 1:
            right += keys[0]
        elif keys[0] & keys[1]:
            swallowed.append(shown)
        else:
            wrong.append(shown)
    return Result(right, sorted(gold - set(right)), swallowed, wrong)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    for name in NAMES:
        result = judge(name)
        total = len(result.right) + len(result.missing)
        print(
            f"{name:10} {len(result.right)} of {total} right, {len(result.swallowed)} with a "
            f"neighbour, {len(result.wrong)} wrong"
        )
        for kind in ("missing", "swallowed", "wrong") if arguments.verbose else ():
            for item in getattr(result, kind):
                print(f"    {kind}: {item}")


if __name__ == "__main__":
    main()
