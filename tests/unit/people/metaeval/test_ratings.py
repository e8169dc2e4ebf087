"""Readers of human ratings: what they keep, and the one sentence they refuse with."""

from __future__ import annotations

import gzip

import pytest

from mtqe.errors import DataError
from mtqe.people.metaeval.public_ratings import read_tsv
from mtqe.people.metaeval.wmt import read_wmt

HEADER = "lp\tsystem\tsrc\tmt\tref\tscore\tscore_std\tref_kind\tdoc_id\tseg_id\torigin\n"
ROW = 'en-de\tonline\tHello "you"\tHallo\t\t-1.5\t0.25\tindependent\td1\t7\twmt\n'


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_tsv_keeps_quotes_and_calls_an_empty_reference_none(tmp_path):
    (rating,) = read_tsv(write(tmp_path / "ratings.tsv", HEADER + ROW))
    assert rating.source == 'Hello "you"'
    assert rating.reference is None
    assert (rating.score, rating.score_std) == (-1.5, 0.25)


def test_tsv_reads_gzip_as_plain(tmp_path):
    plain = write(tmp_path / "ratings.tsv", HEADER + ROW)
    packed = tmp_path / "ratings.tsv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_tsv(packed) == read_tsv(plain)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lp\tsrc\tmt\tscore\n", "the header lacks system"),
        (HEADER + ROW + "en-de\tonline\n", "line 3: 2 cells for 11 columns"),
        (HEADER + ROW.replace("-1.5", "good"), "line 2: could not convert"),
    ],
)
def test_tsv_refuses_with_file_and_line(tmp_path, text, message):
    with pytest.raises(DataError, match=message):
        read_tsv(write(tmp_path / "ratings.tsv", text))


@pytest.fixture
def wmt_folder(tmp_path):
    files = {
        "sources/en-de.txt": "one\ntwo\n",
        "references/en-de.refA.txt": "eins\nzwei\n",
        "system-outputs/en-de/good.txt": "eins\nzwei!\n",
        "system-outputs/en-de/refA.txt": "eins\nzwei\n",
        "human-scores/en-de.mqm.seg.score": "good\t-1\ngood\tNone\nrefA\t0\nrefA\t0\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path / name, text)
    return tmp_path


def test_wmt_leaves_out_unrated_rows_and_the_reference_itself(wmt_folder):
    (rating,) = read_wmt(wmt_folder, "en-de", "mqm", "refA")
    assert (rating.system, rating.segment, rating.hypothesis) == ("good", "1", "eins")
    assert (rating.reference, rating.score) == ("eins", -1.0)


def test_wmt_without_reference_rates_every_system(wmt_folder):
    ratings = read_wmt(wmt_folder, "en-de", "mqm", None)
    assert [rating.system for rating in ratings] == ["good", "refA", "refA"]
    assert {rating.reference for rating in ratings} == {None}


def test_wmt_refuses_files_of_different_length(wmt_folder):
    write(wmt_folder / "system-outputs/en-de/good.txt", "eins\n")
    with pytest.raises(DataError, match=r"good\.txt has 1 lines.* 2"):
        read_wmt(wmt_folder, "en-de", "mqm", "refA")


def test_wmt_names_a_missing_file(wmt_folder):
    with pytest.raises(DataError, match=r"en-de\.da\.seg\.score is missing"):
        read_wmt(wmt_folder, "en-de", "da", "refA")
