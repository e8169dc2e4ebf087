"""An evaluation whose texts and statistics lie on disk: the same run to the last digit."""

from __future__ import annotations

import csv
import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtqe.corpus import bounded, large_text, stored
from mtqe.evaluation import score
from mtqe.report.page.data import report_data
from mtqe.run import MANIFEST, SEGMENTS, STATISTICS, Run
from mtqe.support import arrow
from tests.command_line import mtqe

WORDS = [
    "the",
    "a",
    "cat",
    "dog",
    "sees",
    "likes",
    "grün",
    "日本",
    "😀",
    "house,",
    "of",
    "and",
    "\u2028",
    "x",
]
SEGMENTS_MADE = 150
CHANGING = ("id", "created", "seconds", "speed")


@pytest.fixture
def on_disk(monkeypatch):
    """Take every file and every matrix for a large one."""

    def patch():
        monkeypatch.setattr(large_text, "LARGE", 20)
        monkeypatch.setattr(bounded, "BLOCK", 256)
        monkeypatch.setattr(stored, "AT_ONCE", 7)
        monkeypatch.setattr(stored, "PIECE_ROWS", 10)
        monkeypatch.setattr(score, "LARGE_MATRIX", 0)
        monkeypatch.setattr(score, "BLOCK", 50)
        monkeypatch.setattr(arrow, "AT_ONCE", 16)

    return patch


def files(folder, references: int, *, some_missing: bool):
    chosen = random.Random(3)
    texts = [" ".join(chosen.choices(WORDS, k=9)) for _ in range(SEGMENTS_MADE)]
    words = ["score", "--source", folder / "s", "--source-language", "de"]
    words += ["--target-language", "en", "--document-ids", folder / "d"]
    (folder / "s").write_text("".join(f"{line}\n" for line in texts), encoding="utf-8")
    (folder / "d").write_text("".join(f"d{n // 9}\n" for n in range(SEGMENTS_MADE)))
    for number in range(references):
        kept = [line if n % 7 or not some_missing else "" for n, line in enumerate(texts)]
        (folder / f"r{number}").write_text("".join(f"{line}.\n" for line in kept), "utf-8")
        words += ["--reference", folder / f"r{number}"]
    for name in ("one", "two"):
        changed = (" ".join(chosen.sample(line.split(" "), 7)) for line in texts)
        (folder / name).write_text("".join(f"{line}\n" for line in changed), encoding="utf-8")
        words += ["--hypothesis", f"{name}={folder / name}"]
    return [*words, "-m", "bleu", "-m", "chrf", "-m", "ter", "--no-cache"]


def steady(value):
    """A manifest without what differs from run to run."""
    if isinstance(value, dict):
        return {key: steady(item) for key, item in value.items() if key not in CHANGING}
    return [steady(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("checks", ["--checks", "--no-checks"])
@pytest.mark.parametrize(("references", "some_missing"), [(1, False), (1, True), (3, True)])
def test_the_run_is_the_same(tmp_path, on_disk, references, some_missing, checks):
    words = [*files(tmp_path, references, some_missing=some_missing), "--no-report", checks]
    small = mtqe(*words, "-o", tmp_path / "small")
    on_disk()
    large = mtqe(*words, "-o", tmp_path / "large")
    assert small.code == large.code == 0, large.err
    assert large.out.replace("large", "small") == small.out
    same_runs(tmp_path)
    assert Run.read(tmp_path / "large").segments_of("two").num_rows == SEGMENTS_MADE


def tables_of(folder) -> None:
    """One table of each format with all of `files`, and tables of one system by ids."""
    files(folder, 1, some_missing=True)
    names = {"source": "s", "reference": "r0", "document": "d", "hypothesis:one": "one"}
    cells = {
        name: (folder / file).read_text("utf-8").split("\n")[:-1] for name, file in names.items()
    }
    cells["id"] = [f"i{n}" for n in range(SEGMENTS_MADE)]
    cells["domain"] = [f"c{n % 3}" for n in range(SEGMENTS_MADE)]
    rows = list(zip(*cells.values(), strict=True))
    lines = ["\t".join(cells), *("\t".join(row) for row in rows)]
    (folder / "all.tsv").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    with (folder / "all.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([list(cells), *rows])
    given = [
        {key: value or None for key, value in zip(cells, row, strict=True)} | {"n": n}
        for n, row in enumerate(rows)
    ]
    objects = "".join(f"{json.dumps(item)}\n" for item in given)
    (folder / "all.jsonl").write_text(objects, "utf-8")
    pq.write_table(pa.Table.from_pylist(given), folder / "all.parquet", row_group_size=40)
    second = (folder / "two").read_text("utf-8").split("\n")
    two = [f"i{n}\t{second[n]}" for n in reversed(range(SEGMENTS_MADE))]
    (folder / "two.tsv").write_text("id\thypothesis\n" + "\n".join(two), "utf-8")


@pytest.mark.parametrize("ending", ["tsv", "csv", "jsonl", "parquet"])
def test_the_run_of_a_table_on_disk_is_the_same(tmp_path, on_disk, ending):
    tables_of(tmp_path)
    words = ["score", "--corpus", tmp_path / f"all.{ending}", "--source-language", "de"]
    words += ["--target-language", "en", "--hypothesis", f"two={tmp_path / 'two.tsv'}"]
    words += ["-m", "bleu", "-m", "chrf", "--no-cache", "--no-report"]
    small = mtqe(*words, "-o", tmp_path / "small")
    on_disk()
    large = mtqe(*words, "-o", tmp_path / "large")
    assert small.code == large.code == 0, small.err + large.err
    assert large.out.replace("large", "small") == small.out
    same_runs(tmp_path)


def same_runs(folder) -> None:
    """See that the folders small and large hold the same run."""
    for file in sorted((folder / "small").glob("*.parquet")):
        assert pq.read_table(folder / "large" / file.name).equals(pq.read_table(file)), file.name
    manifests = [json.loads((folder / n / MANIFEST).read_text()) for n in ("small", "large")]
    assert steady(manifests[0]) == steady(manifests[1])
    compared = [
        json.loads((folder / n / "comparison.json").read_text()) for n in ("small", "large")
    ]
    assert compared[0] == compared[1]


def test_tables_of_a_large_run_are_written_in_row_groups(tmp_path, on_disk, monkeypatch):
    on_disk()
    monkeypatch.setattr("mtqe.run.reading.ROWS_AT_ONCE", 40)
    words = files(tmp_path, 1, some_missing=False)
    assert mtqe(*words, "--no-report", "--no-checks", "-o", tmp_path / "run").code == 0
    for name in (SEGMENTS, STATISTICS):
        assert pq.ParquetFile(tmp_path / "run" / name).metadata.num_row_groups == 8


def test_a_large_run_without_sources_is_the_same(tmp_path, on_disk):
    files(tmp_path, 1, some_missing=False)
    words = ["score", "--reference", tmp_path / "r0", "--hypothesis", f"a={tmp_path / 'one'}"]
    words += ["-m", "chrf", "--no-cache", "--no-report"]
    assert mtqe(*words, "-o", tmp_path / "small").code == 0
    on_disk()
    assert mtqe(*words, "-o", tmp_path / "large").code == 0
    tables = [pq.read_table(tmp_path / name / SEGMENTS) for name in ("small", "large")]
    assert tables[0].equals(tables[1])


def test_a_report_of_a_sample_counts_all_segments(tmp_path, on_disk, monkeypatch):
    words = [*files(tmp_path, 2, some_missing=True), "--no-checks", "--no-report"]
    on_disk()
    assert mtqe(*words, "-o", tmp_path / "run").code == 0
    run = Run.read(tmp_path / "run")
    whole = report_data(run)
    monkeypatch.setattr("mtqe.report.page.data.ROWS_AT_ONCE", 40)
    sample = report_data(run, max_segments=20)
    assert sample.omitted == SEGMENTS_MADE - 20
    assert len(sample.segments.ids) == 20
    for what in ("histograms", "lengths", "slices", "agreement", "reference_counts", "best"):
        assert getattr(sample, what) == getattr(whole, what), what
    places = [whole.segments.ids.index(name) for name in sample.segments.ids]
    assert sample.segments.sources == tuple(whole.segments.sources[n] for n in places)
    assert sample.segments.places == tuple(whole.segments.places[n] for n in places)
    for ours, theirs in zip(sample.segments.references, whole.segments.references, strict=True):
        assert ours == tuple(theirs[n] for n in places)
    for few, all_of_them in zip(sample.segments.systems, whole.segments.systems, strict=True):
        assert few.hypotheses == tuple(all_of_them.hypotheses[n] for n in places)
