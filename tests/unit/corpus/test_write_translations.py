"""What the writers write, the readers read back unchanged; what a format can't hold is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.corpus import Corpus, Failure, LanguagePair, Segment, Translation, Translations
from mtqe.corpus.readers import read_hypotheses, read_table
from mtqe.corpus.writers import write_translations
from mtqe.errors import DataError

EN_ES = LanguagePair("en", "es")
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
AWKWARD = st.sampled_from(
    ["\u2028", "\u0085", "\f", "\ufeff", '"', "\r", "\n", "\t", "\\u0000", " "]
)
TEXT = st.lists(st.one_of(AWKWARD, CHARACTERS)).map("".join)


def translated(texts):
    segments = tuple(Segment(f"id {n}", f"source {n}") for n in range(len(texts)))
    corpus = Corpus("demo", EN_ES, segments)
    outcomes = tuple(
        Failure(segment.id, "timed out") if text is None else Translation(segment.id, text)
        for segment, text in zip(segments, texts, strict=True)
    )
    return corpus, Translations("engine", outcomes)


@given(texts=st.lists(st.one_of(st.none(), TEXT), min_size=1), gz=st.sampled_from(["", ".gz"]))
def test_jsonl_holds_anything(tmp_path_factory, texts, gz):
    path = tmp_path_factory.getbasetemp() / f"round-trip.jsonl{gz}"
    corpus, translations = translated(texts)
    write_translations(path, corpus, translations)
    assert read_hypotheses(path, corpus) == tuple(texts)


@given(
    texts=st.lists(TEXT.map(lambda text: text.translate({9: " ", 10: " ", 13: " "})), min_size=1)
)
def test_tsv_holds_any_single_line(tmp_path_factory, texts):
    path = tmp_path_factory.getbasetemp() / "round-trip.tsv"
    corpus, translations = translated(texts)
    write_translations(path, corpus, translations)
    assert read_hypotheses(path, corpus) == tuple(texts)
    assert [segment.source for segment in read_table(path, name="", languages=EN_ES)] == [
        segment.source for segment in corpus
    ]


@pytest.mark.parametrize("text", ["a\tb", "a\nb", "ends in a return\r", None])
def test_tsv_refuses_what_it_cannot_hold(tmp_path, text):
    with pytest.raises(DataError, match=r"h\.tsv: segment id 0 .* has .*; write JSONL instead"):
        write_translations(tmp_path / "h.tsv", *translated([text]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["h.tsv", "h.jsonl"])
@pytest.mark.parametrize(
    ("text", "problem"), [("\ud800", "half of a surrogate pair"), ("\0", "a NUL character")]
)
def test_what_is_no_text_is_refused(tmp_path, name, text, problem):
    with pytest.raises(DataError, match=rf"{name}: segment id 0 “source 0” holds {problem}"):
        write_translations(tmp_path / name, *translated([text]))
    assert list(tmp_path.iterdir()) == []


def test_a_failure_keeps_its_reason(tmp_path):
    write_translations(tmp_path / "h.jsonl", *translated([None]))
    record = json.loads((tmp_path / "h.jsonl").read_text("utf-8"))
    assert record["hypothesis"] is None
    assert record["failure"] == "timed out"


def test_gzip_is_the_same_bytes_each_time(tmp_path):
    for name in ("a.tsv.gz", "b.tsv.gz"):
        write_translations(tmp_path / name, *translated(["x"]))
    assert (tmp_path / "a.tsv.gz").read_bytes() == (tmp_path / "b.tsv.gz").read_bytes()


def test_other_names_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"written as \.tsv or \.jsonl"):
        write_translations(tmp_path / "h.csv", *translated(["x"]))


def test_a_folder_that_is_not_there_is_made(tmp_path):
    write_translations(tmp_path / "none" / "h.tsv", *translated(["x"]))
    assert (tmp_path / "none" / "h.tsv").is_file()


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "none").write_text("")
    with pytest.raises(DataError, match=r"cannot be written \(File exists"):
        write_translations(tmp_path / "none" / "h.tsv", *translated(["x"]))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_a_full_disk_is_one_sentence(tmp_path):
    (tmp_path / "h.tsv").symlink_to("/dev/full")
    with pytest.raises(DataError, match=r"cannot be written \(No space left on device\)"):
        write_translations(tmp_path / "h.tsv", *translated(["x"]))


def test_a_dash_is_standard_output(capfdbinary):
    write_translations("-", *translated(["é"]))
    sys.stdout.flush()
    assert json.loads(capfdbinary.readouterr().out)["hypothesis"] == "é"


def test_importing_readers_and_writers_stays_light():
    code = (
        "import sys, mtqe.corpus.readers, mtqe.corpus.writers; "
        "print({'pyarrow', 'pandas', 'numpy', 'torch'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
