"""Markup hidden from engines and put back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.backends.prepared.protection import Lost, Protection, ProtectOptions
from mtqe.errors import ConfigError

TEXTS = st.lists(st.sampled_from(["<b>", "</b>", "{x}", "%s", "__1__", "__2__", " a", "é"])).map(
    "".join
)


def protection(**options):
    return Protection(ProtectOptions(**options), "systems.x.protect")


@given(TEXTS)
def test_what_is_hidden_comes_back(text):
    masked = protection().mask(text)
    assert masked.restore(masked.text) == text
    assert not {"<b>", "{x}"} & {piece for piece in ("<b>", "{x}") if piece in masked.text}


def test_the_engine_sees_masks_and_may_move_them():
    masked = protection().mask("Click <b>{name}</b> now.")
    assert masked.text == "Click __1____2____3__ now."
    assert masked.restore("Ahora: __1____2____3__") == "Ahora: <b>{name}</b>"


def test_a_mask_that_the_source_has_by_chance_is_not_used():
    masked = protection().mask("__1__ and {x}")
    assert masked.text == "__1__ and __2__"
    assert masked.restore("y __1__ y __2__") == "y __1__ y {x}"


@pytest.mark.parametrize(
    ("translation", "says"),
    [("nada", "lost the mask '__1__' of '{x}'"), ("__1__ __1__", "repeated 2 times the mask")],
)
def test_a_mask_that_is_not_there_once_is_told(translation, says):
    with pytest.raises(Lost, match=says):
        protection().mask("See {x}").restore(translation)


def test_put_back_text_is_never_searched_for_masks():
    masked = protection(patterns=["_+2_+x"]).mask("{a} __2__x")
    assert masked.restore(masked.text) == "{a} __2__x"


def test_links_and_patterns_are_hidden_where_asked():
    masked = protection(kinds=["links"], patterns=[r"ACME-\d+"], mask="⟦{n}⟧").mask(
        "ACME-7 at https://a.example/x or me@a.example, {kept}"
    )
    assert masked.text == "⟦1⟧ at ⟦2⟧ or ⟦3⟧, {kept}"


def test_the_longer_tag_wins_over_what_is_in_it():
    masked = protection().mask('<a href="{url}">x</a>')
    assert list(masked.hidden.values()) == ['<a href="{url}">', "</a>"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"mask": "MASK"}, "protect.mask needs one {n}"),
        ({"mask": "{n} {n}"}, "protect.mask needs one {n}"),
        ({"patterns": ["("]}, "is no regular expression"),
    ],
)
def test_wrong_options_are_told(options, says):
    with pytest.raises(ConfigError, match=says):
        protection(**options)
