"""Subtitles as programs and people write them, and memories of several languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers import read_dataset
from mtqe.corpus.writers import write_copy
from mtqe.errors import DataError

EN_DE = LanguagePair("en", "de")
TEXTS = ["Good morning.", "<i>Come in,</i>\nplease."]

SRT = """1
00:00:01,000 --> 00:00:02,500
Good morning.

2
00:00:03,000 --> 00:00:05,000
<i>Come in,</i>
please.
"""
MEETING = """WEBVTT

0a1b/12-0
0:0:1.0 --> 0:0:2.54
Good morning.

0a1b/13-0
0:1:3.5 --> 1:2:5.950
<i>Come in,</i>
please.
"""
PLAYER = """WEBVTT - a film

STYLE
::cue { color: red }

NOTE two lines
of a note

00:01.000 --> 00:02.500 line:90% align:start
Good morning.

two
00:03.000 --> 00:05.000
<i>Come in,</i>
please.
"""
KINDS = {
    "plain.srt": SRT,
    "lines.srt": SRT.replace("\n", "\r\n"),
    "doubled.srt": SRT.replace("\n", "\r\r\n"),
    "marked.srt": "\ufeff" + SRT,
    "blanks.srt": SRT.replace("morning.\n\n", "morning.\n \n\n\n"),
    "meeting.vtt": MEETING,
    "player.vtt": PLAYER,
    "player-crlf.vtt": PLAYER.replace("\n", "\r\n"),
}


def corpus_of(path):
    return read_dataset(path, name="x", languages=EN_DE).corpus


@pytest.mark.parametrize("name", KINDS)
def test_cues_are_read_and_a_copy_has_only_other_texts(write, tmp_path, name):
    path = write(name, KINDS[name].encode())
    corpus = corpus_of(path)
    assert [segment.source for segment in corpus] == TEXTS
    segments = tuple(replace(s, references=(f"Ü{s.source}",)) for s in corpus)
    copy = tmp_path / f"copy-{name}"
    write_copy(copy, Dataset(replace(corpus, segments=segments)), path)
    written = copy.read_bytes().decode()
    assert written.replace("Ü", "") == KINDS[name]
    assert [segment.source for segment in corpus_of(copy)] == [f"Ü{text}" for text in TEXTS]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.srt", SRT.replace("in,</i>\n", "in,</i>\n\n"), r"a\.srt, line 9: no times"),
        ("a.srt", SRT.replace("00:00:03,000 --> 00:00:05,000\n", ""), r"a\.srt, line 5: no times"),
        ("a.srt", "Made by nobody\n\n" + SRT, r"a\.srt, line 1: no times"),
        ("a.vtt", SRT.replace(",", "."), r"a\.vtt, line 1: a WebVTT file begins with WEBVTT"),
        ("a.srt", SRT.encode("utf-16").decode("latin-1"), "a.srt"),
    ],
)
def test_text_that_would_be_lost_is_refused_with_its_line(write, name, text, said):
    with pytest.raises(DataError, match=said):
        corpus_of(write(name, text.encode()))


MEMORY = """<?xml version="1.0" encoding="utf-8"?>
<tmx version="1.4"><header srclang="*all*" creationtool="x" creationtoolversion="1" segtype="block"
 o-tmf="x" adminlang="en" datatype="plaintext"/><body>
<tu><tuv xml:lang="en"><seg>One</seg></tuv><tuv xml:lang="de"><seg>Eins</seg></tuv></tu>
<tu><tuv xml:lang="fr"><seg>Deux</seg></tuv><tuv xml:lang="de"><seg>Zwei</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>Three</seg></tuv><tuv xml:lang="fr"><seg>Trois</seg></tuv></tu>
</body></tmx>
"""


def test_units_of_a_memory_without_the_source_are_left_out_and_counted(write):
    path = write("a.tmx", MEMORY.encode())
    corpus = corpus_of(path)
    assert [(s.source, *s.references) for s in corpus] == [("One", "Eins"), ("Three", None)]
    assert "1 unit without en left out" in corpus.notes
    french = read_dataset(path, name="x", languages=LanguagePair("fr", "en")).corpus
    assert [(s.source, *s.references) for s in french] == [("Deux", None), ("Trois", "Three")]
