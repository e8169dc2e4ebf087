"""Corpora that lie on disk: the same in every respect as those in memory."""

from __future__ import annotations

import gc
import gzip
import pickle
import random
import signal
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path
from threading import Thread
from weakref import WeakSet

import numpy as np
import pytest

from mtqe.corpus import LanguagePair, bounded, large_lines, large_text, stored, text
from mtqe.corpus.base import Failure
from mtqe.corpus.readers import load_hypotheses, read_parallel
from mtqe.corpus.repeated import first_repeated, occurrences
from mtqe.corpus.stored import StoredSegments, StoredTexts
from mtqe.errors import DataError, MtqeError
from mtqe.support import scratch

DE_EN = LanguagePair("de", "en")
PIECES = ("grün", "a", "", "日本語", "\U0001f600 smile", "one two three", "\u2028", "\x85", "x\ry")


@pytest.fixture
def small_limits(monkeypatch, tmp_path):
    """Take every file for a large one, read a few bytes at a time."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(large_text, "LARGE", 20)
    monkeypatch.setattr(bounded, "BLOCK", 64)
    monkeypatch.setattr(stored, "AT_ONCE", 7)
    monkeypatch.setattr(stored, "PIECE_ROWS", 10)
    return folder


def lines_of(seed: int, number: int = 200) -> list[str]:
    chosen = random.Random(seed)
    return ["".join(chosen.choices(PIECES, k=3)) for _ in range(number)]


def file_of(path: Path, lines: list[str], end: str = "\n") -> Path:
    path.write_bytes("".join(line + end for line in lines).encode())
    return path


def parallel(folder: Path, **options):
    """A corpus with a lacking reference here and there, and documents."""
    sources = [line or "empty" for line in lines_of(1)]
    files = [file_of(folder / f"r{n}", lines_of(2 + n)) for n in range(2)]
    documents = file_of(folder / "d", [f"d{n // 9}" if n % 11 else "" for n in range(200)])
    return read_parallel(
        file_of(folder / "s", sources),
        files,
        name="news",
        languages=DE_EN,
        documents=documents,
        **options,
    )


def test_a_corpus_on_disk_equals_one_in_memory(tmp_path, request):
    small = parallel(tmp_path)
    request.getfixturevalue("small_limits")
    large = parallel(tmp_path)
    assert isinstance(large.segments, StoredSegments)
    assert isinstance(small.segments, tuple)
    assert tuple(large) == small.segments
    assert [segment.place for segment in large] == [segment.place for segment in small]
    for what in ("hash", "notes", "reference_count", "slice_columns", "has_sources"):
        assert getattr(large, what) == getattr(small, what), what
    assert large[3] == small[3]
    assert large[-1] == small[-1]
    assert tuple(large[5:160:3]) == tuple(small[5:160:3])
    assert tuple(large.texts(slice(8, 33))) == tuple(small.texts(slice(8, 33)))
    with pytest.raises(IndexError):
        large[200]
    assert pickle.loads(pickle.dumps(large)) == small


def test_repeated_sources_get_the_same_ids_in_both(tmp_path, request):
    lines = ["again", "once", "again", "again", "twice", "twice"] * 5
    path = file_of(tmp_path / "s", lines)
    small = read_parallel(path, name="news", languages=DE_EN)
    request.getfixturevalue("small_limits")
    large = read_parallel(path, name="news", languages=DE_EN)
    assert isinstance(large.segments, StoredSegments)
    assert [segment.id for segment in large] == [segment.id for segment in small]
    assert large[3].id.endswith(".3")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", ["", "no line end"])
def test_lines_of_a_large_file_are_those_of_a_small_one(tmp_path, request, end, mark, last):
    path = tmp_path / "lines.gz"
    content = mark + "".join(line + end for line in lines_of(5)) + last
    path.write_bytes(gzip.compress(content.encode()))
    small = text.load_lines(path)
    request.getfixturevalue("small_limits")
    large = large_lines.load_many_lines(path)
    assert isinstance(large.texts, StoredTexts)
    assert tuple(large.texts) == small.texts
    assert large.notes == small.notes


@pytest.mark.parametrize(
    "wrong",
    [b"\xff\n", b"a\0b\n", b"ends in CR LF\r\n", b'{"a": 1}\xc3'],
    ids=["not UTF-8", "NUL", "mixed line ends", "cut in a character"],
)
def test_what_is_wrong_with_the_last_line_is_said_in_the_same_words(tmp_path, request, wrong):
    path = tmp_path / "lines"
    path.write_bytes("".join(line + "\n" for line in lines_of(6)).encode() + wrong)
    with pytest.raises(DataError) as small:
        text.load_lines(path)
    request.getfixturevalue("small_limits")
    with pytest.raises(DataError) as large:
        large_lines.load_many_lines(path)
    assert str(large.value) == str(small.value)
    assert "line 201" in str(large.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {30: b"a\0b", 150: b"\xff"},
        {30: b"ends in CR LF\r", 150: b"\xff"},
        {30: b"ends in CR LF\r", 150: b"a\0b"},
        {0: b'{"a": 1}', 30: b"a\r", 150: b"\0"},
        {0: b'{"a": 1}', 30: b"a\r"},
        {0: b'["a", "b"],', 199: b'"c"]'},
        {0: b'["a", "b"] is a list', 199: b"[and this is one]"},
        {0: b'[{"a": 1} {', 199: b"}"},
        {0: b"{", 199: b"}"},
        {0: b"[", 199: b"]  "},
    ],
    ids=str,
)
def test_of_several_faults_the_same_is_named(tmp_path, request, wrong):
    path = tmp_path / "lines"
    lines = [line.encode() for line in lines_of(6)]
    for place, line in wrong.items():
        lines[place] = line
    path.write_bytes(b"\n".join(lines) + b"\n")

    def said(read):
        try:
            return read(path).texts[:3]
        except DataError as error:
            return str(error)

    small = said(text.load_lines)
    request.getfixturevalue("small_limits")
    large = said(large_lines.load_many_lines)
    assert large == (small if isinstance(small, str) else list(small))


def test_json_is_no_text_however_large(tmp_path, small_limits):
    path = tmp_path / "lines"
    path.write_text("[" + ",\n".join(['{"a": 1}'] * 100) + "]\n")
    with pytest.raises(DataError, match="JSON"):
        large_lines.load_many_lines(path)


def test_a_line_without_end_is_refused(tmp_path, small_limits, monkeypatch):
    monkeypatch.setattr(large_text, "LONGEST_LINE", 1000)
    path = tmp_path / "lines"
    path.write_text("short\n" * 20 + "x" * 2000)
    with pytest.raises(DataError, match="a line of more than"):
        large_lines.load_many_lines(path)


def test_an_id_repeated_in_the_last_block_names_both_lines(tmp_path, small_limits):
    ids = file_of(tmp_path / "ids", [*(f"id{n}" for n in range(199)), "id3"])
    with pytest.raises(DataError) as error:
        parallel(tmp_path, ids=ids)
    assert "lines 4 and 200 have the same id 'id3'" in str(error.value)


def test_an_empty_id_is_named(tmp_path, small_limits):
    ids = file_of(tmp_path / "ids", [*(f"id{n}" for n in range(199)), ""])
    with pytest.raises(DataError, match="line 200: the id is empty"):
        parallel(tmp_path, ids=ids)


def test_translations_of_other_lengths_are_refused_in_the_same_words(tmp_path, request):
    path = file_of(tmp_path / "h", lines_of(9, 199))
    with pytest.raises(DataError) as small:
        load_hypotheses(path, parallel(tmp_path))
    request.getfixturevalue("small_limits")
    with pytest.raises(DataError) as large:
        load_hypotheses(path, parallel(tmp_path))
    assert str(large.value) == str(small.value)


def test_a_table_has_the_files_own_memory_and_the_same_texts(tmp_path, small_limits):
    written = stored.stored(["a", None, "grün", "", None] * 9)
    assert written.missing == 18
    assert written.arrow().to_pylist() == ["a", None, "grün", "", None] * 9
    assert written.arrow().num_chunks == 5
    assert list(stored.stored([])) == []
    assert stored.stored([None, None]).first is None
    assert stored.stored([None, "x"]).first == 1


def test_outcomes_of_missing_translations_are_failures(tmp_path, small_limits):
    corpus = parallel(tmp_path)
    found = stored.stored_outcomes(corpus.segments, [None, *["x"] * 199], "nothing there")
    assert found.failures == (Failure(corpus[0].id, "nothing there"),)
    assert found[0] == found.failures[0]
    assert found[1:3] == tuple(found)[1:3]
    assert found.are_of(corpus.segments)


@pytest.mark.parametrize("ids", [["a", "b", "a", "b"], ["a", "b", "c"], [], ["x", "x"]])
def test_the_first_repeated_id_is_found(ids):
    seen: dict[str, int] = {}
    expected = None
    for place, name in enumerate(ids):
        if name in seen:
            expected = seen[name], place
            break
        seen[name] = place
    assert first_repeated(ids) == expected


def test_different_ids_of_one_hash_are_no_repetition(monkeypatch):
    import mtqe.corpus.repeated as repeated

    monkeypatch.setattr(repeated, "hash", len, raising=False)
    assert first_repeated(["ab", "cd", "e", "fg"]) is None
    assert first_repeated(["ab", "cd", "e", "cd"]) == (1, 3)


def test_occurrences_count_from_one():
    keys = np.array([5, 3, 5, 5, 3, 9], np.uint32)
    assert occurrences(keys).tolist() == [1, 1, 2, 3, 2, 1]


def test_no_room_for_texts_is_one_sentence_with_the_fix(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(MtqeError, match="TMPDIR"):
        scratch.ScratchFile()


def test_pages_that_were_given_back_are_read_again(small_limits):
    values = scratch.zeros((3, 4), np.uint16)
    values[1] = 7
    scratch.release()
    assert values.tolist() == [[0] * 4, [7] * 4, [0] * 4]


def test_reading_takes_less_memory_than_the_file_has_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(large_text, "LARGE", 1 << 18)
    monkeypatch.setattr(bounded, "BLOCK", 1 << 16)
    monkeypatch.setattr(stored, "AT_ONCE", 1024)
    monkeypatch.setattr(stored, "PIECE_ROWS", 2048)
    path = file_of(tmp_path / "s", [f"line {n} " + "word " * 30 for n in range(50_000)])
    tracemalloc.start()
    try:
        corpus = read_parallel(path, name="news", languages=DE_EN)
        assert sum(len(segment.source) for segment in corpus) > path.stat().st_size * 0.9
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(corpus.segments, StoredSegments)
    assert peak < path.stat().st_size


class Interrupted(WeakSet):
    """A set that another thread adds a mapping to while it is gone through, if it may."""

    def __iter__(self):
        for place, item in enumerate(super().__iter__()):
            if not place:
                other = Thread(target=lambda: scratch.zeros((1,), np.uint8), daemon=True)
                other.start()
                other.join(timeout=0.2)
            yield item


def test_pages_are_given_back_while_another_thread_reads(small_limits, monkeypatch):
    held = [scratch.zeros((1,), np.uint8) for _ in range(3)]
    monkeypatch.setattr(scratch, "_mapped", Interrupted(scratch._mapped))
    scratch.release()
    assert len(scratch._mapped) >= len(held)


def fill(file: scratch.ScratchFile, size: int) -> None:
    file.write(bytes(size))
    file.map()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize("size", [1, 1000, 100_000])
def test_a_full_disk_is_told_once(size, monkeypatch):
    unraisable = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    full = Path("/dev/full").open("wb")  # noqa: SIM115 - closed as a scratch file is
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full)
    file = scratch.ScratchFile()
    with pytest.raises(MtqeError, match="set TMPDIR"):  # where it is written, or flushed
        fill(file, size)
    del file
    gc.collect()
    assert not unraisable


def test_a_killed_program_leaves_no_scratch_file(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    path = file_of(tmp_path / "s", ["some words"] * 1000)
    program = (
        "import os, signal, sys\n"
        "from mtqe.corpus import LanguagePair, large_text\n"
        "from mtqe.corpus.readers import read_parallel\n"
        "large_text.LARGE = 100\n"
        "corpus = read_parallel(sys.argv[1], name='x', languages=LanguagePair('de', 'en'))\n"
        "print(type(corpus.segments).__name__, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"TMPDIR": str(folder), "PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout.split() == ["StoredSegments"]
    assert done.returncode == -signal.SIGKILL
    assert list(folder.iterdir()) == []
