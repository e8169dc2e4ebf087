"""Hostile files of people's scores, baselines and ratings: read or refused in one sentence."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from mtqe.errors import MtqeError
from mtqe.gate import load_baseline, save_baseline
from mtqe.metrics.human import read_ratings
from mtqe.people.ratings import read_scores
from mtqe.people.sampling import items_of, write_sample
from mtqe.support.toml import read_toml
from tests.fuzz.mutate import mutations
from tests.gate_runs import run_of

COUNT = int(os.environ.get("MTQE_FUZZ", "300"))
KEPT = Path(os.environ.get("MTQE_FUZZ_FOUND", "/tmp"))
SLOW = 3.0


@pytest.fixture(scope="module")
def run():
    return run_of(6, {"a": 2, "b": 6})


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


def configuration(run, folder):
    path = folder / "mtqe.toml"
    path.write_text(
        '[corpus]\nsource_language = "en"\ntarget_language = "de"\n[a.b]\nc = {d = 1}\n'
    )
    return path


KINDS = {
    "sheet": (filled, lambda path, run: read_scores(path, run)),
    "esa": (esa, lambda path, run: read_scores(path, run)),
    "review": (review, lambda path, run: read_scores(path, run)),
    "baseline": (baseline, lambda path, run: load_baseline(path)),
    "ratings": (ratings, lambda path, run: read_ratings(str(path))),
    "toml": (configuration, lambda path, run: read_toml(path, "correct it")),
}


def refused(reader, path, run):
    """The sentence with which a reader refuses a file; empty if it reads it."""
    try:
        reader(path, run)
    except MtqeError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("kind", KINDS)
def test_no_mutation_ends_in_a_traceback(kind, run, tmp_path):
    write, reader = KINDS[kind]
    path = write(run, tmp_path)
    data = path.read_bytes()
    assert refused(reader, path, run) == ""
    for number, changed in enumerate(mutations(data, COUNT, kind)):
        path.write_bytes(changed)
        started = time.process_time()
        try:
            message = refused(reader, path, run)
        except Exception as error:
            kept = KEPT / f"{kind}-{number}-{path.name}"
            kept.write_bytes(changed)
            pytest.fail(f"{type(error).__name__} of {kept}: {error!r:.300}")
        assert time.process_time() - started < SLOW
        assert "\n" not in message
