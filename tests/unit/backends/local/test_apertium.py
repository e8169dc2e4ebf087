"""Apertium: its stream format, its pairs, and that every segment stays in its own place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.backends.base import BackendContext
from mtqe.backends.local.apertium import ApertiumBackend, from_stream, to_stream
from mtqe.corpus.base import Failure, LanguagePair, Segment
from mtqe.errors import BackendError, ConfigError
from tests.engines import PAIR, corpus

AWKWARD = st.text(
    st.one_of(st.sampled_from("[]{}^$/\\@<>~ \t\n\r\u00a0\u2028.*#+"), st.characters(codec="utf-8"))
)


def backend(languages=PAIR, **options):
    return ApertiumBackend(options, BackendContext("apertium", languages, Path()))


def translate(sources, **options):
    segments = [Segment(str(number), source) for number, source in enumerate(sources)]
    outcomes = {o.segment_id: o for o in backend(**options).translate(segments)}
    return [outcomes[segment.id] for segment in segments]


@given(AWKWARD)
def test_the_stream_format_gives_back_every_text(text):
    assert from_stream(to_stream(text)) == text


@given(AWKWARD)
def test_no_reserved_character_is_left_bare(text):
    bare = to_stream(text).replace("\\\\", "")
    for character in "{}^$/@<>":
        assert bare.count(character) == bare.count("\\" + character)


@pytest.mark.apertium
def test_each_segment_stays_in_its_own_place_without_full_stops():
    sources = [f"house number {number}" for number in range(40)]
    outcomes = translate(sources)
    for number, outcome in enumerate(outcomes):
        assert outcome.text.split()[-1] == str(number)
        assert outcome.text.count("casa") == 1


@pytest.mark.apertium
def test_a_segment_never_depends_on_what_follows():
    first = translate(["The cat"])[0].text
    for following in ("drinks milk.", "", "[\\"):
        assert translate(["The cat", following])[0].text == first


WHOLE = (
    "",
    " ",
    "\n",
    "first line\nsecond line",
    "a [b] {c} ^d$ /e\\ @f <g>",
    "\\  \\\\",
    "[[t:b:123]]",
    "~ ~~ ~20",
    "* ** *word*",
    "#hash @at +plus+",
    "<b>Save</b> {count} files to %s",
    "U+2028\u2028inside and \u00a0 nbsp",
    "漢字 😀 é",
    "no final stop",
    "stop.",
    "stops...",
    ".[]",
    "x" * 20_000,
)


@pytest.mark.apertium
def test_awkward_segments_stay_whole_and_alone():
    outcomes = translate([text for source in WHOLE for text in (source, "the red house")])
    assert {outcome.text for outcome in outcomes[1::2]} == {"La casa roja"}
    for source, outcome in zip(WHOLE, outcomes[::2], strict=True):
        marks = [c for c in source if not c.isalnum() and c not in ". "]
        assert [c for c in outcome.text if c in marks] == marks


@pytest.mark.apertium
def test_spaces_around_a_text_are_kept():
    assert translate(["  The house \t"])[0].text == "  La casa \t"


@pytest.mark.apertium
def test_a_nul_in_a_text_fails_alone():
    before, outcome, after = translate(["the house", "a\0b", "the house"])
    assert isinstance(outcome, Failure)
    assert (before.text, after.text) == ("La casa", "La casa")


@pytest.mark.apertium
def test_unknown_words_are_marked_only_on_request():
    assert translate(["xyzzyq"])[0].text == "xyzzyq"
    assert translate(["xyzzyq"], mark_unknown=True)[0].text == "*xyzzyq"


@pytest.mark.apertium
def test_identity_names_program_and_data():
    identity = backend().identity()
    assert identity["pair"] == "eng-spa"
    assert identity["version"] != "unknown"
    assert identity["data"] != "unknown"


@pytest.mark.apertium
def test_an_installed_pair_passes_with_region_subtags():
    backend(LanguagePair("en-GB", "es-MX")).check(corpus(["a"]))


@pytest.mark.apertium
@pytest.mark.parametrize(
    ("source", "target", "package"),
    [
        ("fr", "ca", "apertium-fra-cat"),
        ("ca", "fr", "apertium-fra-cat"),
        ("es", "ca", "apertium-spa-cat"),
        ("is", "sv", "apertium-isl-swe"),
        ("en", "gl", "apertium-en-gl"),
        ("nb", "nn", "apertium-nno-nob"),
    ],
)
def test_a_missing_pair_names_its_debian_package(source, target, package):
    with pytest.raises(BackendError, match=rf"run `apt-get install {package}`"):
        backend(LanguagePair(source, target)).check(corpus(["a"]))


@pytest.mark.apertium
def test_a_direction_that_debian_has_no_package_for_says_so():
    with pytest.raises(BackendError, match=r"no pair 'ja-deu' here.*Debian has no package for it"):
        backend(LanguagePair("ja", "de")).check(corpus(["a"]))


def test_without_apertium_the_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackendError, match="run `apt-get install apertium apertium-eng-spa`"):
        backend().check(corpus(["a"]))
    assert backend().identity()["version"] == "unknown"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"timeout": 0}, "systems.apertium.timeout"),
        ({"pairs": "eng-spa"}, "did you mean 'pair'"),
        ({"mark_unknown": "yes"}, "systems.apertium.mark_unknown should be"),
    ],
)
def test_wrong_options_are_refused(options, says):
    with pytest.raises(ConfigError) as caught:
        backend(**options)
    assert says in str(caught.value)
