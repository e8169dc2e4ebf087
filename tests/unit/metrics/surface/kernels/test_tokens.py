"""Compiled splitting beside `str.split`, sacreBLEU's tokenizers and chrF's words."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import CHRF
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from sacrebleu.tokenizers.tokenizer_char import TokenizerChar
from sacrebleu.tokenizers.tokenizer_zh import TokenizerZh

from mtqe.metrics.surface.bleu import unescape_13a
from mtqe.metrics.surface.kernels import tokens
from mtqe.metrics.surface.kernels.texts import Sequences, pack, whitespace, without_whitespace
from tests.unit.metrics.surface.surface_samples import fuzz, texts


def unpack(sequences: Sequences) -> list[str]:
    codes = [sequences.units[i:j] for i, j in pairwise(sequences.offsets)]
    return [part.tobytes().decode("utf-32-le", "surrogatepass") for part in codes]


def split(sequences: Sequences) -> list[list[str]]:
    return [text.split() for text in unpack(sequences)]


@fuzz
@given(st.lists(texts(), max_size=5))
def test_packing_keeps_every_code_point(lines: list[str]) -> None:
    assert unpack(pack(lines)) == lines


def test_no_other_code_point_is_whitespace_to_python() -> None:
    members = whitespace()
    assert not members[-1]
    beyond = range(len(members) - 1, sys.maxunicode + 1)
    assert not any(chr(code).isspace() for code in beyond)


@fuzz
@given(st.lists(texts(), max_size=5))
def test_whitespace_is_dropped_as_chrf_does(lines: list[str]) -> None:
    assert unpack(without_whitespace(pack(lines))) == ["".join(line.split()) for line in lines]


@fuzz
@given(st.lists(texts(), max_size=5))
def test_13a(lines: list[str]) -> None:
    ours = split(tokens.western(pack([unescape_13a(line.rstrip()) for line in lines])))
    assert ours == [Tokenizer13a()(line.rstrip()).split() for line in lines]


@fuzz
@given(st.lists(texts(), max_size=5))
def test_zh(lines: list[str]) -> None:
    ours = split(tokens.chinese(pack([line.strip() for line in lines])))
    assert ours == [TokenizerZh()(line.rstrip()).split() for line in lines]


def test_the_same_characters_are_chinese() -> None:
    codes = np.arange(0x11000)
    table = tokens.chinese_characters()
    ours = table[np.minimum(codes, len(table) - 1)]
    assert ours.tolist() == [TokenizerZh._is_chinese_char(chr(code)) for code in codes]


@fuzz
@given(st.lists(texts(), max_size=5))
def test_char(lines: list[str]) -> None:
    ours = split(tokens.characters(pack(lines)))
    assert ours == [TokenizerChar()(line).split() for line in lines]


@fuzz
@given(st.lists(texts(), max_size=5))
def test_words_of_chrf(lines: list[str]) -> None:
    ours = split(tokens.detach_punctuation(pack(lines)))
    assert ours == [CHRF()._remove_punctuation(line) for line in lines]


@fuzz
@given(st.lists(texts(), min_size=1, max_size=5))
def test_equal_ids_are_equal_words(lines: list[str]) -> None:
    numbered = tokens.words(pack(lines))
    words = [word for line in lines for word in line.split()]
    assert numbered.lengths.tolist() == [len(line.split()) for line in lines]
    pairs = set(zip(words, numbered.units.tolist(), strict=True))
    assert len(pairs) == len(set(words)) == len(set(numbered.units.tolist()))


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 5000])
def test_any_number_of_words_fits(count: int) -> None:
    line = " ".join(f"word{number}" for number in range(count))
    assert tokens.words(pack([line])).units.tolist() == list(range(count))
