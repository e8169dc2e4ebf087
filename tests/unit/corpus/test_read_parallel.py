"""Line-aligned files: aligned, or refused."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.corpus import LanguagePair
from mtqe.corpus.readers import read_parallel
from mtqe.corpus.readers.ids import content_ids
from mtqe.errors import DataError

DE_EN = LanguagePair("de", "en")


def parallel(source, references=(), **options):
    return read_parallel(source, references, name="news", languages=DE_EN, **options)


def test_any_number_of_references(write):
    corpus = parallel(
        write("s", b"eins\nzwei\n"), [write("a", b"one\ntwo\n"), write("b", b"1\n\n")]
    )
    assert [segment.references for segment in corpus] == [("one", "1"), ("two", None)]
    assert corpus.notes == ("1 segment without reference 2",)
    assert corpus.reference_count == "var"
    assert [segment.references for segment in parallel(write("s", b"eins\n"))] == [()]


def test_empty_sources_and_carriage_returns_are_kept_and_counted(write):
    corpus = parallel(write("s", b"a\n\nb\rc\n"), [write("r", b"A\nB\nC\n")])
    assert [segment.source for segment in corpus] == ["a", "", "b\rc"]
    assert corpus.notes == ("1 empty source", "1 source with a line break inside")


def test_notes_of_the_files_reach_the_corpus(write):
    corpus = parallel(write("s", b"\xef\xbb\xbfa\n"), [write("r", b"A\r\n")])
    assert [note.rsplit("/")[-1] for note in corpus.notes] == [
        "s: byte order mark removed",
        "r: 1 line ended in CR LF",
    ]


def test_different_line_counts_name_both_files_and_what_has_no_partner(write):
    source, reference = write("s.txt", b"a\nb\nc\n"), write("r.txt", b"A\nlast words\n")
    with pytest.raises(DataError) as error:
        parallel(source, [reference])
    assert f"{source} has 3 lines but {reference} has 2 lines" in str(error.value)
    assert f"line 3 of {source} ('c') has no partner" in str(error.value)
    with pytest.raises(DataError) as error:
        parallel(reference, [source])
    assert f"line 3 of {source} ('c') has no partner" in str(error.value)


def test_a_separator_in_one_file_does_not_misalign(write):
    corpus = parallel(write("s", "a\u2028b\nc\n".encode()), [write("r", b"A B\nC\n")])
    assert corpus[1].references == ("C",)


def test_no_lines_at_all_is_refused(write):
    with pytest.raises(DataError, match="holds no segments"):
        parallel(write("s", b""), [write("r", b"")])


def test_ids_and_documents_from_files(write):
    corpus = parallel(
        write("s", b"a\nb\n"), ids=write("i", b"x\ny\n"), documents=write("d", b"doc\n\n")
    )
    assert [(segment.id, segment.document) for segment in corpus] == [("x", "doc"), ("y", None)]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (b"x\ny\nx\n", "lines 1 and 3 have the same id 'x'; make ids unique"),
        (b"x\n\nz\n", "line 2: the id is empty"),
        (b"x\ny\n", "3 lines but .* has 2 lines"),
    ],
)
def test_bad_ids_are_refused(write, ids, message):
    with pytest.raises(DataError, match=message):
        parallel(write("s", b"a\nb\nc\n"), ids=write("i", ids))


def test_standard_input_only_once():
    with pytest.raises(DataError, match=r"standard input .*one file"):
        parallel("-", ["-"])


def test_ids_come_from_the_source_and_not_from_the_line():
    first, repeat, other = content_ids(["a", "a", "b"])
    assert repeat == f"{first}.2"
    assert content_ids(["new", "b", "a"])[1:] == [other, first]
    assert first == "ca978112"  # the start of `printf a | sha256sum`


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=3)))
def test_ids_are_unique(sources):
    assert len(set(content_ids(sources))) == len(sources)


def test_segments_can_be_sent_to_another_process(write):
    corpus = parallel(write("s", b"a\n"))
    assert pickle.loads(pickle.dumps(corpus)) == corpus
