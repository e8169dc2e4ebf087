"""Splitting and protection before a real engine: a program."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from mtqe.backends.base import BackendContext
from mtqe.backends.existing.file import FileBackend
from mtqe.backends.local.command import CommandBackend
from mtqe.backends.prepared import build_backend
from mtqe.corpus.base import Corpus, Failure, LanguagePair, Segment
from mtqe.errors import ConfigError
from mtqe.evaluation.plan import plan_translation
from mtqe.evaluation.translate import translate
from mtqe.support.cache import Cache
from mtqe.support.progress import silent

PAIR = LanguagePair("en", "es")
BACKWARDS = "import sys\nfor line in sys.stdin: print(' '.join(reversed(line.split())))"
GREEDY = (
    "import sys\nfor line in sys.stdin: print(line.strip().replace('__2__', ''), file=sys.stdout)"
)


@pytest.fixture
def build(tmp_path):
    def build(program=BACKWARDS, cls=CommandBackend, **options):
        (tmp_path / "engine.py").write_text(program)
        command = {"command": [sys.executable, "-I", "-S", "engine.py"]}
        own = command if cls is CommandBackend else {}
        return build_backend(cls, own | options, BackendContext("x", PAIR, tmp_path))

    return build


def outcomes(backend, *sources):
    segments = tuple(Segment(f"s{n}", source) for n, source in enumerate(sources))
    corpus = Corpus("sample", PAIR, segments)
    backend.check(corpus)
    return translate(
        plan_translation("x", backend, corpus, None), None, silent()
    ).translations.outcomes


def test_a_document_goes_through_a_line_based_engine_and_keeps_its_lines(build):
    (text, empty, other) = outcomes(
        build(split=True), "Ann bats. Cats dig!\n\n  Ed fell.\n", "", "One two three"
    )
    assert text.text == "bats. Ann dig! Cats\n\n  fell. Ed\n"
    assert empty.text == ""
    assert other.text == "three two One"


def test_placeholders_are_moved_not_touched(build):
    (outcome,) = outcomes(build(protect=True), "Open {name} now %s")
    assert outcome.text == "%s now {name} Open"


def test_a_lost_placeholder_fails_its_segment_alone(build):
    first, second = outcomes(build(GREEDY, protect=True), "a {x} b", "a {x} {y}")
    assert first.text == "a {x} b"
    assert isinstance(second, Failure)
    assert "lost the mask '__2__' of '{y}'; set another `mask`" in second.reason


def test_both_together_keep_masks_whole(build):
    options = {"split": {"over": 0}, "protect": {"patterns": [r"v\. \d"]}}
    (outcome,) = outcomes(build(**options), "Take v. 3 now. See <b>it</b>.\nBye.")
    assert outcome.text == "now. v. 3 Take <b>it</b>. See\nBye."


def test_a_piece_that_fails_fails_its_segment(build):
    program = "import sys\nlines = sys.stdin.read().splitlines()\n" + (
        "if 'Bad.' in lines: sys.exit('no')\nprint(*lines, sep=chr(10))"
    )
    first, second = outcomes(build(program, split=True), "Good. Bad. Good.", "Good. Fine.")
    assert "no" in first.reason
    assert second.text == "Good. Fine."


def test_every_setting_is_in_the_identity(build):
    settings: list[dict[str, Any]] = [
        {},
        {"split": True},
        {"split": {"by": "lines"}},
        {"split": {"over": 5}},
        {"protect": True},
        {"protect": {"mask": "X{n}X"}},
        {"protect": {"kinds": ["links"]}},
        {"protect": {"patterns": ["a"]}},
        {"split": True, "protect": True},
    ]
    identities = [tuple(sorted(build(**options).identity().items())) for options in settings]
    assert len(set(identities)) == len(settings)
    assert build(split=False, protect=False).identity() == build().identity()


def test_whole_segments_come_back_from_the_cache(build, tmp_path):
    corpus = Corpus("sample", PAIR, (Segment("a", "One two. Three four."),))
    cache = Cache(tmp_path)
    made = [
        translate(plan_translation("x", build(split=True), corpus, cache), cache, silent())
        for _ in range(2)
    ]
    assert [item.newly_translated for item in made] == [1, 0]
    assert made[0].translations.outcomes == made[1].translations.outcomes


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"split": "sentences"}, "systems.x.split must be true, false or a table"),
        ({"split": {"by": "words"}}, "systems.x.split.by should be 'sentences' or 'lines'"),
        ({"split": {"over": -1}}, "split.over must be 0 or more"),
        ({"split": {"ovr": 3}}, "did you mean 'over'"),
        ({"protect": {"kinds": ["tag"]}}, "systems.x.protect.kinds should be"),
        ({"protect": {"mask": "M"}}, "protect.mask needs one"),
    ],
)
def test_wrong_options_are_told(build, options, says):
    with pytest.raises(ConfigError, match=says):
        build(**options)


def test_recorded_translations_cannot_be_prepared(build):
    with pytest.raises(ConfigError, match='backend = "file" translates nothing; remove `split`'):
        build(cls=FileBackend, path="x.txt", split=True)
