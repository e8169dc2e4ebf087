"""The simplest engine: every word by its commonest companion, for benchmarks/local_engines.py.

    python benchmarks/word_by_word.py PAIRS < sources > translations

PAIRS is a TSV of sources and translations. A word's companion is the one with the highest Dice
coefficient over sentences; words and punctuation that have none stay as they are.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

WORD = re.compile(r"[^\W\d_]+")
LEAST = 2
"""Sentences that two words must share to be companions."""


def main() -> None:
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").split("\n")
    companions = learn([line.split("\t") for line in lines if "\t" in line])
    for line in sys.stdin:
        print(WORD.sub(lambda match: translated(match.group(), companions), line.rstrip("\n")))


def learn(pairs: list[list[str]]) -> dict[str, str]:
    """The companion of every word."""
    sources: Counter[str] = Counter()
    targets: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for source, target in pairs:
        left, right = set(WORD.findall(source.lower())), set(WORD.findall(target.lower()))
        sources.update(left)
        targets.update(right)
        together.update((a, b) for a in left for b in right)
    best: dict[str, tuple[float, str]] = {}
    for (a, b), number in together.items():
        if number >= LEAST:
            best[a] = max(best.get(a, (0.0, "")), (2 * number / (sources[a] + targets[b]), b))
    return {word: companion for word, (_, companion) in best.items()}


def translated(word: str, companions: dict[str, str]) -> str:
    found = companions.get(word.lower(), word)
    return found.capitalize() if word[0].isupper() else found


if __name__ == "__main__":
    main()
