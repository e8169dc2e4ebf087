"""Option tables: strict types and one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from mtqe.errors import ConfigError
from mtqe.support.options import parse_options, spelled, suggestion


@dataclass(frozen=True)
class Options:
    name: str
    size: int = 1
    share: float = 0.5
    on: bool = False
    words: list[str] = field(default_factory=list)
    either: str | list[str] = ""


def test_values_are_taken_as_they_are():
    options = parse_options(
        Options, {"name": "5", "share": 1, "words": ["a"], "either": ["b"]}, "t"
    )
    assert options == Options("5", share=1.0, words=["a"], either=["b"])


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, "t: 'name' is missing; add it."),
        ({"name": 5}, "t.name should be a valid string, but it is 5."),
        ({"name": "x", "size": "5"}, "t.size should be a valid integer, but it is '5'."),
        ({"name": "x", "size": 5.0}, "t.size should be a valid integer, but it is 5.0."),
        ({"name": "x", "size": True}, "t.size should be a valid integer, but it is True."),
        ({"name": "x", "on": "yes"}, "t.on should be a valid boolean, but it is 'yes'."),
        ({"name": "x", "words": "a"}, "t.words should be a valid array, but it is 'a'."),
        ({"name": "x", "words": ["a", 1]}, "t.words should be a valid string, but it is 1."),
        ({"name": "x", "either": 1}, "t.either should be a valid string or a valid array"),
        ({"name": "x", "nmae": "y"}, "t: unknown key 'nmae'; did you mean 'name'?"),
        ({"name": "x", "qqqq": "y"}, "t: unknown key 'qqqq'; known are either, name, on"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(table, says):
    with pytest.raises(ConfigError) as caught:
        parse_options(Options, table, "t")
    assert str(caught.value).startswith(says)


def test_where_nothing_is_known_that_is_said():
    assert suggestion("x", []) == "none is known here."


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("BLEU", ["bleu", "chrf"], "bleu"),
        ("bleu", ["bleu", "BLEU"], "bleu"),
        ("BLEU", ["BLEU", "bleu"], "BLEU"),
        ("bleu", ["BLEU", "COMET"], "BLEU"),
        ("Bleu", ["BLEU", "bleu"], "Bleu"),
        ("ter", ["bleu"], "ter"),
    ],
)
def test_a_name_in_other_capitals_means_the_only_one_there_is(name, known, meant):
    assert spelled(name, known) == meant
