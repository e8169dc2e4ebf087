"""JSON from strangers is read, or refused in words that say what is wrong with it."""

from __future__ import annotations

import pytest

from mtqe.support.json_text import json_value, strict_json


@pytest.mark.parametrize("read", [json_value, strict_json])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9" * 5_000, "a number of thousands of digits"),
        ('{"score": -' + "1" * 5_000 + "}", "a number of thousands of digits"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_python_says_to_programmers_is_said_plainly(read, text, reason):
    with pytest.raises(ValueError, match=reason):
        read(text)


@pytest.mark.parametrize("read", [json_value, strict_json])
def test_long_numbers_that_python_reads_are_read(read):
    assert read("9" * 4_000) == int("9" * 4_000)
