"""How many processor seconds do all checks take of a million translations, before and now?

    python benchmarks/checks_speed.py [--before COMMIT] [--all] [--rounds N] [SET ...]

Both take turns on the same texts, each in a process of its own that has looked at a few texts
before, so that nothing is compiled or loaded while it is measured. (Loading numba and the compiled
looks takes 0.7 s once; a metric mostly has loaded numba anyway.) The findings have to be the same.
`SET` is de-en or en-zh (13 and 15 systems of ../shared, WMT 2023) or rated (10,000 distinct
segments of two systems, made of rated human translations, as in `checks.py speed`). Prints
Markdown.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import importlib
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from mtqe.checks import Check, run_checks
from mtqe.config import default_checks
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations

BEFORE = "8c42678"
"""The commit before texts were looked at all at once."""
NEWER = ("prompt-injection",)
"""Checks that it did not have; left out unless ``--all`` says that the commit has them."""
ROOT = Path(__file__).parents[1]
DATA = (ROOT / "../shared/data").resolve()
SETS = ("de-en", "en-zh", "rated")
RATED = 10_000
TIMEOUT = 3_600
LEFT_OUT = "wmt17-da"
"""Lower-cased and tokenized texts, each of which would be a finding."""


def measure(name: str, left_out: Sequence[str]) -> None:
    """Check a set with whatever mtqe is on the path; print seconds and a hash of the findings."""
    languages, rows, systems = rated() if name == "rated" else test_set(name)

    def made(first: int, last: int) -> tuple[Corpus, list[Translations]]:
        segments = tuple(Segment(str(n), *rows[n]) for n in range(first, last))
        corpus = Corpus(name, LanguagePair(*languages), segments)
        return corpus, [
            Translations.from_texts(system, corpus, texts[first:last])
            for system, texts in systems.items()
        ]

    warm_up(default_checks(LanguagePair(*languages)), *made(0, 60))
    corpus, translations = made(0, len(rows))
    checks = [check for check in default_checks(corpus.languages) if check.name not in left_out]
    started = time.process_time()
    found = run_checks(checks, corpus, translations)
    seconds = time.process_time() - started
    digest = hashlib.sha256(repr(found).encode()).hexdigest()
    print(json.dumps([seconds, len(corpus) * len(translations), len(found), digest]))


def warm_up(checks: Sequence[Check], corpus: Corpus, systems: Sequence[Translations]) -> None:
    """Load whatever is loaded at first use, compiled looks too, if this mtqe has any."""
    if importlib.util.find_spec("mtqe.checks.texts"):
        texts = importlib.import_module("mtqe.checks.texts")
        usual, texts.MANY = texts.MANY, 0
        run_checks(checks, corpus, systems)
        texts.MANY = usual
    run_checks(checks, corpus, systems)


def test_set(
    name: str,
) -> tuple[list[str], list[tuple[str, tuple[str, ...]]], dict[str, list[str]]]:
    """Languages, sources with references, and translations by system, of a test set."""
    with gzip.open(DATA / f"systems/{name}.tsv.gz", "rt", encoding="utf-8", newline="") as lines:
        head, *rows = (line.rstrip("\n").split("\t") for line in lines)
    systems = {name: [row[n] for row in rows] for n, name in enumerate(head) if n > 2}
    return name.split("-"), [(row[1], (row[2],)) for row in rows], systems


def rated() -> tuple[list[str], list[tuple[str, tuple[str, ...]]], dict[str, list[str]]]:
    """The same of rated German-English translations, made distinct by a number."""
    path = DATA / "human-ratings/train_full.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = list(
            dict.fromkeys(
                (row["src"], row["ref"])
                for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
                if (row["lp"], row["ref_kind"]) == ("de-en", "independent")
                and row["origin"] != LEFT_OUT
            )
        )
    chosen = [(n, *texts[n % len(texts)]) for n in range(RATED)]
    rows = [(f"{source} {n}", (f"{target} {n}",)) for n, source, target in chosen]
    systems = {name: [f"{target} {n} {name}" for n, _, target in chosen] for name in "ab"}
    return ["de", "en"], rows, systems


def main() -> None:
    """Measure both commits by turns."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", default=BEFORE)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--measure", choices=SETS)
    parser.add_argument("sets", nargs="*", default=SETS)
    given = parser.parse_args()
    if given.measure:
        measure(given.measure, () if given.all else NEWER)
        return
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before"
        subprocess.run(
            ["git", "worktree", "add", "-q", "--detach", before, given.before],
            cwd=ROOT, check=True, timeout=TIMEOUT,
        )  # fmt: skip
        try:
            print("| set | translations | before | now | ratio (lowest to highest) | findings |")
            print("|---|---:|---:|---:|---:|---:|")
            for name in given.sets:
                print(compared(name, before, given.rounds, given.all), flush=True)
        finally:
            remove = ["git", "worktree", "remove", "--force", before]
            subprocess.run(remove, cwd=ROOT, check=True, timeout=TIMEOUT)


def compared(name: str, before: Path, rounds: int, every: bool) -> str:
    """A row of the table: processor seconds per million translations, and their ratio."""
    old, new = [], []
    for _ in range(rounds):
        for seconds, root in ((old, before), (new, ROOT)):
            seconds.append(in_process(name, root, every))
    assert len({tuple(result[1:]) for result in (*old, *new)}) == 1, "findings differ"
    count, findings = new[0][1:3]
    ratios = sorted(a[0] / b[0] for a, b in zip(old, new, strict=True))
    a, b = (median(result[0] for result in side) / count * 1e6 for side in (old, new))
    spread = f"{median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
    return f"| {name} | {count:,} | {a:.0f} s | {b:.0f} s | {spread} | {findings:,} |"


def in_process(name: str, root: Path, every: bool) -> list[float]:
    """Processor seconds, translations, findings and their hash, by the mtqe in a folder."""
    command = [sys.executable, __file__, "--measure", name, *["--all"] * every]
    environment = {"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=True,
        timeout=TIMEOUT,
    )  # fmt: skip
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit("benchmarks/checks_speed.py needs ../shared/data, which is not here.")
    main()
