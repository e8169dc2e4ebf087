"""Characters that could change a terminal are shown as signs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mtqe.support.visible import HIDDEN, one_line, visible


def test_controls_and_overrides_have_signs_and_letters_stay():
    assert visible("a\x1b[0m\x07\x7f\x85") == "a␛[0m␇␡<U+0085>"
    assert visible("\u202eevil\u2069") == "<U+202E>evil<U+2069>"
    assert visible("naïve 汉字 😀 شكرا\n\tx") == "naïve 汉字 😀 شكرا\n\tx"
    assert one_line("a\nb\r\tc") == "a␊b␍␉c"


@given(st.text())
def test_nothing_hidden_is_left_whatever_the_text(text):
    assert not HIDDEN.search(one_line(text))
    assert set(HIDDEN.findall(visible(text))) <= {"\n", "\t"}
