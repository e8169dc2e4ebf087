"""Files that people fill in or keep: ratings, reviews, baselines, samples."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from mtqe.gate import load_baseline, save_baseline
from mtqe.metrics.human import read_ratings
from mtqe.people.ratings import read_scores
from mtqe.people.review.files import COLUMNS, read_reviews
from mtqe.people.review.merging import merge
from mtqe.people.sampling import items_of, write_sample
from tests.fuzz.case import Case, Kind, Kinds
from tests.gate_runs import run_of


def sheet(run, folder, name):
    items = items_of(run)
    write_sample(folder / name, items, run.manifest.corpus, references=name != "a.mqm.tsv")
    return folder / name


def filled(run, folder):
    path = sheet(run, folder, "a.tsv")
    lines = path.read_text().split("\n")
    cells = lines[1].split("\t")
    cells[lines[0].split("\t").index("score")] = "90"
    path.write_text("\n".join([lines[0], "\t".join(cells), *lines[2:]]))
    return path


def esa(run, folder):
    item = items_of(run)[0].number
    path = folder / "a.csv"
    path.write_text(f'u,A,{item},TGT,eng,deu,61,d0,False,"[]",1.0,2.0\n')
    return path


def review(run, folder):
    error = {"system": "b", "side": "hypothesis", "start": 0, "end": 2, "text": "xx"}
    errors = [{**error, "category": "Accuracy/Mistranslation", "severity": "major"}]
    segments = [{"segment_id": "s1", "mark": "problem", "errors": errors}]
    path = folder / "a.json"
    content = {"format": "mtqe-review", "version": 1, "run": "x", "systems": ["a", "b"],
               "reviews": [{"reviewer": "ana", "segments": segments}]}  # fmt: skip
    path.write_text(json.dumps(content))
    return path


def baseline(run, folder):
    save_baseline(run, folder / "b.jsonl")
    return folder / "b.jsonl"


def ratings(run, folder):
    path = folder / "r.jsonl"
    rating = {"segment_id": "s1", "source": "a", "hypothesis": "b", "kind": "da", "rater": "r"}
    path.write_text(json.dumps({**rating, "score": 5.0}) + "\n")
    return path


def exported(run, folder):
    """A review as the report exports it in TSV: Marot's columns."""
    error = {"side": "hypothesis", "start": 0, "end": 2, "marked_text": "xx"}
    key = {"run": "x", "segment_id": "s1", "mark": "problem", "note": "", "shown": ["b"], **error}
    cells = ["b", "d1", "1", "s1", "ana", "source 1", "<v>xx</v> the", "Accuracy/Mistranslation"]
    path = folder / "a.tsv"
    rows = ["\t".join(COLUMNS), "\t".join([*cells, "major", json.dumps(key)])]
    path.write_text("\n".join(rows) + "\n")
    return path


def read_review(path, run):
    merge({path: read_reviews(path)})


INPUTS = {
    "review-merged": (review, read_review),
    "review-tsv": (exported, read_review),
    "sheet": (filled, lambda path, run: read_scores(path, run)),
    "esa": (esa, lambda path, run: read_scores(path, run)),
    "review": (review, lambda path, run: read_scores(path, run)),
    "baseline": (baseline, lambda path, run: load_baseline(path)),
    "ratings": (ratings, lambda path, run: read_ratings(str(path))),
}


def people() -> Kinds:
    """Every kind of file that people's scores come in, and baselines."""
    return {name: Kind(_prepare(name)) for name in INPUTS}


def _prepare(name: str) -> Callable[[Path, ExitStack], Case]:
    def prepare(folder: Path, stack: ExitStack) -> Case:
        write, reader = INPUTS[name]
        run = run_of(6, {"a": 2, "b": 6})
        path = write(run, folder)

        def read(changed: bytes, number: int) -> None:
            path.write_bytes(changed)
            reader(path, run)

        return Case(path.name, path.read_bytes(), read)

    return prepare
