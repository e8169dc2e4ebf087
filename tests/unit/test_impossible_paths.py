"""Paths that no file can have are refused in a sentence, wherever a caller gives one."""

from __future__ import annotations

from pathlib import Path

import pytest

import mtqe
from mtqe.align.documents.reading import read_document
from mtqe.corpus import Corpus, LanguagePair, Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers import load_hypotheses
from mtqe.errors import MtqeError
from mtqe.gate import load_baseline, save_baseline
from mtqe.metrics.human import read_ratings
from mtqe.people.ratings import read_scores
from mtqe.people.review.files import read_reviews
from mtqe.run import Run

PAIR = LanguagePair("en", "de")
CORPUS = Corpus("c", PAIR, (Segment("1", "a", ("x",)), Segment("2", "b", ("y",))))
PATHS = {
    "name": "n" * 300, "table": "n" * 300 + ".tsv", "workbook": "n" * 300 + ".xlsx",
    "path": "d/" * 2500 + "a.tsv", "null": "a\0b.tsv", "umlauts": "ü" * 130 + ".jsonl",
}  # fmt: skip


@pytest.fixture(scope="module")
def run():
    return mtqe.score(CORPUS, {"a": ["x", "z"]}, ["chrf"], use_cache=False)


USES = {
    "read_dataset": lambda path, run: mtqe.read_dataset(path, name="x", languages=PAIR),
    "read_parallel": lambda path, run: mtqe.read_parallel(path, [path], name="x", languages=PAIR),
    "read_table": lambda path, run: mtqe.read_table(path, name="x", languages=PAIR),
    "write_dataset": lambda path, run: mtqe.write_dataset(path, Dataset(CORPUS)),
    "load_hypotheses": lambda path, run: load_hypotheses(path, CORPUS),
    "load_corpus": lambda path, run: mtqe.load_corpus(path),
    "run_config": lambda path, run: mtqe.run_config(path),
    "score": lambda path, run: mtqe.score(
        CORPUS, {"a": ["x", "z"]}, ["chrf"], use_cache=False, output=path
    ),
    "Run.read": lambda path, run: Run.read(path),
    "report": lambda path, run: run.report(path),
    "load_baseline": lambda path, run: load_baseline(Path(path)),
    "save_baseline": lambda path, run: save_baseline(run, Path(path)),
    "read_scores": lambda path, run: read_scores(Path(path), run),
    "read_reviews": lambda path, run: read_reviews(Path(path)),
    "read_ratings": lambda path, run: read_ratings(path),
    "read_document": lambda path, run: read_document(Path(path)),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("kind", PATHS)
def test_an_impossible_path_is_one_sentence(use, kind, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MtqeError) as error:
        USES[use](PATHS[kind], run)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 1_000
    assert list(tmp_path.iterdir()) == []
