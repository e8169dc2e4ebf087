"""A run folder: whole or not at all, whatever the disk does."""

from __future__ import annotations

import os
import pickle
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from mtqe.api import score
from mtqe.corpus import large_text
from mtqe.corpus.segment_names import SegmentNames
from mtqe.errors import DataError, MtqeError
from mtqe.metrics.surface import BLEU
from mtqe.run import (
    FINDINGS,
    MANIFEST,
    REPORT,
    SEGMENTS,
    SPANS,
    STATISTICS,
    Run,
    bounded,
    check_output,
    write_run,
)
from tests.engines import corpus
from tests.volumes import small_volume

FILES = {MANIFEST, SEGMENTS, STATISTICS, FINDINGS, SPANS}


@pytest.fixture(scope="module")
def sample():
    return corpus(["a b c d e", "f g h i j", "k l m n o"], ["a b c d e", None, "k l m n o"])


def make(sample, output=None, names=("one", "two")):
    texts = ["a b c d x", "f g h i j", None]
    return score(sample, dict.fromkeys(names, texts), ["bleu", "chrf"], output=output)


def test_a_run_read_back_is_the_run_that_was_written(sample, tmp_path):
    made = make(sample, tmp_path / "run")
    read = Run.read(tmp_path / "run")
    assert read.manifest == made.manifest
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES
    assert read.segments.equals(make(sample).segments)
    assert Run.read(str(tmp_path / "run" / MANIFEST)).manifest == made.manifest


def test_a_large_table_lies_on_disk_and_is_the_same(sample, tmp_path, monkeypatch):
    made = make(sample, tmp_path / "run")
    small = Run.read(tmp_path / "run")
    monkeypatch.setattr(large_text, "LARGE", 0)
    monkeypatch.setattr(bounded, "ROWS", 2)
    large = Run.read(tmp_path / "run")
    for name in (SEGMENTS, STATISTICS, FINDINGS, SPANS):
        assert large.table(name).equals(small.table(name)), name
    assert large.table(SEGMENTS).column("source").num_chunks == 3
    assert (large.statistics("chrf", "two") == made.statistics("chrf", "two"))[0].all()
    assert large.places == small.places == made.places


def test_a_large_table_that_is_damaged_is_refused_in_the_same_words(sample, tmp_path, monkeypatch):
    make(sample, tmp_path / "run")
    path = tmp_path / "run" / SEGMENTS
    data = bytearray(path.read_bytes())
    data[60:70] = bytes(10)
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"segments\.parquet can't be read"):
        Run.read(tmp_path / "run").table(SEGMENTS)
    monkeypatch.setattr(large_text, "LARGE", 0)
    with pytest.raises(DataError, match=r"segments\.parquet can't be read"):
        Run.read(tmp_path / "run").table(SEGMENTS)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_no_room_for_a_large_table_is_told(sample, tmp_path, monkeypatch):
    make(sample, tmp_path / "run")
    monkeypatch.setattr(large_text, "LARGE", 0)
    full = Path("/dev/full").open("wb")  # noqa: SIM115 - closed as a scratch file is
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full)
    with pytest.raises(MtqeError, match="set TMPDIR"):
        Run.read(tmp_path / "run").table(SEGMENTS)


def test_segments_are_named_as_their_table_says(sample, tmp_path, monkeypatch):
    run = make(sample, tmp_path / "run")
    names = Run.read(tmp_path / "run").segment_names
    expected = SegmentNames.of_segments(sample)
    ids = [segment.id for segment in sample]
    assert list(names.places) == ids == list(run.segment_names.places)
    assert [names(name) for name in ids] == [expected(name) for name in ids]
    assert names("other") == "other"
    with pytest.raises(KeyError):
        names.places["other"]
    monkeypatch.setattr("mtqe.run.names.hash", lambda name: 7, raising=False)
    same = Run.read(tmp_path / "run").segment_names  # ids of one hash are told apart
    assert [same(name) for name in ids] == [expected(name) for name in ids]
    assert "other" not in same.places
    assert len(same.places) == len(ids)


def test_names_of_a_pickled_run_are_found_where_hashes_differ(sample, monkeypatch):
    run = make(sample)
    ids = [segment.id for segment in sample]
    names = [run.segment_names(name) for name in ids]  # makes the index
    data = pickle.dumps(run)
    monkeypatch.setattr(  # as in another process
        "mtqe.run.names.hash", lambda name: hash((name, "salt")), raising=False
    )
    again = pickle.loads(data).segment_names
    assert [again(name) for name in ids] == names
    assert set(ids) <= {*again.places}
    assert all(name in again.places for name in ids)


def test_segments_have_the_promised_columns(sample, tmp_path):
    make(sample, tmp_path / "run")
    table = pq.read_table(tmp_path / "run" / SEGMENTS)
    assert table.column_names[:8] == [
        *("segment_id", "system", "document", "source", "references", "hypothesis"),
        *("bleu", "chrf"),
    ]
    assert table.num_rows == 6
    rows = table.slice(0, 3).to_pylist()
    assert [row["references"] for row in rows] == [["a b c d e"], [None], ["k l m n o"]]
    assert [row["hypothesis"] for row in rows] == ["a b c d x", "f g h i j", None]
    assert [row["failure"] for row in rows] == [None, None, "no hypothesis given"]
    assert [row["bleu"] is None for row in rows] == [False, True, True]


def test_frames_have_nan_where_nothing_was_scored(sample):
    run = make(sample)
    assert list(run.scores.index) == ["one", "two"]
    assert list(run.scores.columns) == ["bleu", "chrf"]
    assert (run.scores.dtypes == "float64").all()
    assert run.segments["chrf"].dtype == "float64"
    assert run.segments["chrf"].isna().tolist() == [False, True, True] * 2


def test_counts_take_two_bytes_in_memory_and_are_float64_in_files(tmp_path):
    full = corpus(["a b c d e", "f g h i j"], ["a b c d e", "k l m n o"])
    made = score(full, {"one": ["a b c d x", "k l m n o"]}, ["bleu"])
    own = [name for name in made.table(STATISTICS).column_names if name.startswith("bleu/")]
    assert {str(made.table_in_memory(STATISTICS)[name].type) for name in own} == {"uint16"}
    write_run(tmp_path / "run", made)
    written = pq.read_table(tmp_path / "run" / STATISTICS)
    assert {str(written[name].type) for name in own} == {"double"}
    assert written.equals(made.table(STATISTICS))
    read = Run.read(tmp_path / "run")
    np.testing.assert_array_equal(read.statistics("bleu", "one"), made.statistics("bleu", "one"))


def test_summed_statistics_reduce_to_the_corpus_score(sample):
    run = make(sample)
    statistics = run.statistics("bleu", "two")
    assert statistics.shape == (3, len(BLEU().statistic_names))
    assert np.isnan(statistics).all(axis=1).tolist() == [False, True, True]
    reduced = BLEU().corpus_scores(np.nansum(statistics, axis=0))
    assert float(reduced) == run.scores.loc["two", "bleu"]
    assert run.manifest.systems[1].score("bleu").unscored == 2


@pytest.mark.parametrize("key", [("ter", "one"), ("bleu", "three")])
def test_statistics_that_a_run_does_not_have(sample, key):
    with pytest.raises(KeyError):
        make(sample).statistics(*key)


def test_an_existing_run_is_replaced_and_nothing_else_left(sample, tmp_path):
    first = make(sample, tmp_path / "run", ["one"])
    (tmp_path / "run" / "report.html").touch()
    second = make(sample, tmp_path / "run")
    assert second.manifest.id != first.manifest.id
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES
    assert os.listdir(tmp_path) == ["run"]  # noqa: PTH208 - hidden files too


def test_what_mtqe_did_not_write_stays_beside_a_run_that_is_replaced(sample, tmp_path):
    """Such as a review, which `mtqe human RUN RUN/review.json` has just read."""
    make(sample, tmp_path / "run")
    (tmp_path / "run" / "review.json").write_text("mine")
    (tmp_path / "run" / "more").mkdir()
    (tmp_path / "run" / "more" / "notes.txt").write_text("mine, too")
    (tmp_path / "run" / "gate.json").write_text("of the older run")
    make(sample, tmp_path / "run")
    assert (tmp_path / "run" / "review.json").read_text() == "mine"
    assert (tmp_path / "run" / "more" / "notes.txt").read_text() == "mine, too"
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES | {"review.json", "more"}


def test_parents_are_made(sample, tmp_path):
    make(sample, tmp_path / "a" / "b" / "run")
    assert Run.read(tmp_path / "a" / "b" / "run").manifest.corpus.segments == 3


def test_an_empty_folder_may_be_used(sample, tmp_path):
    (tmp_path / "run").mkdir()
    make(sample, tmp_path / "run")
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES


@pytest.mark.parametrize("names", [["notes.txt"], [MANIFEST], [MANIFEST, SEGMENTS]])
def test_a_folder_that_is_no_run_is_never_replaced(sample, tmp_path, names):
    for name in names:
        (tmp_path / name).write_text("mine")
    with pytest.raises(MtqeError, match="exists and is not a run folder"):
        make(sample, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_a_folder_below_a_file_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(MtqeError, match=r"file .*write"):
        check_output(tmp_path / "file" / "deep" / "run")


def test_a_full_disk_leaves_nothing_and_keeps_the_old_run(sample, tmp_path):
    with small_volume(tmp_path / "volume") as volume:
        before = make(sample, volume.path / "run")
        volume.fill()
        for name in ("run", "new"):
            with pytest.raises(MtqeError, match=r"No space left on device.*finished work is in"):
                make(sample, volume.path / name)
        assert {path.name for path in volume.path.iterdir()} == {"run", "ballast"}
        assert Run.read(volume.path / "run").manifest == before.manifest
        assert len(Run.read(volume.path / "run").segments) == 6
        volume.make_room()
        assert make(sample, volume.path / "run").manifest.id != before.manifest.id


def test_a_report_that_cannot_be_written_keeps_the_old_run_and_report(sample, tmp_path):
    with small_volume(tmp_path / "volume") as volume:
        folder = volume.path / "run"
        before = write_run(folder, make(sample), {REPORT: b"old report"})
        with pytest.raises(MtqeError, match=r"No space left on device.*finished work is in"):
            write_run(folder, make(sample, names=("three",)), {REPORT: b"x" * 2**26})
        assert Run.read(folder).manifest == before.manifest
        assert (folder / REPORT).read_bytes() == b"old report"
        assert {path.name for path in volume.path.iterdir()} == {"run"}


def test_a_read_only_disk_is_refused_before_any_work(tmp_path):
    with small_volume(tmp_path / "volume") as volume:
        volume.make_read_only()
        with pytest.raises(MtqeError, match="write to"):
            check_output(volume.path / "run")


def test_what_a_killed_run_left_is_cleared_away_once_it_is_old(sample, tmp_path):
    old, young, foreign = (
        tmp_path / name
        for name in (".run.0123abcd.partial", ".run.0123abce.partial", ".mine.partial")
    )
    for folder in (old, young, foreign):
        folder.mkdir()
        (folder / MANIFEST).touch()
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))
    os.utime(foreign, (long_ago, long_ago))
    make(sample, tmp_path / "run")
    assert not old.exists()
    assert young.exists()
    assert foreign.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "can't be read by this version"),
        (b"\xff", "can't be read by this version"),
        (b"{}", "can't be read by this version"),
        (b"[1]", "can't be read by this version"),
    ],
)
def test_a_manifest_that_is_none_is_told(tmp_path, text, says):
    (tmp_path / MANIFEST).write_bytes(text)
    with pytest.raises(DataError, match=says):
        Run.read(tmp_path)


def test_a_run_of_a_later_schema_is_not_misread(sample, tmp_path):
    made = make(sample, tmp_path / "run")
    later = made.manifest.model_copy(update={"schema_version": 99})
    (tmp_path / "run" / MANIFEST).write_text(later.model_dump_json())
    with pytest.raises(DataError, match="this version of mtqe"):
        Run.read(tmp_path / "run")


@pytest.mark.parametrize("name", [SEGMENTS, STATISTICS])
def test_a_truncated_table_is_one_sentence(sample, tmp_path, name):
    make(sample, tmp_path / "run")
    path = tmp_path / "run" / name
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match=rf"{name} can't be read .*make the run again"):
        Run.read(tmp_path / "run")
