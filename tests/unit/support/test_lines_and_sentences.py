"""One way to split text files into lines, and texts into sentences."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.backends.services.prompts import read_pairs
from mtqe.metrics.human import read_ratings
from mtqe.support.lines import read_lines, split_lines
from mtqe.support.sentences import LONGEST_BLOCK, split_sentences

SEPARATORS = "\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1e"


@pytest.mark.parametrize("mark", SEPARATORS)
def test_only_line_feeds_end_lines(tmp_path, mark):
    file = tmp_path / "lines.txt"
    file.write_bytes(f"a{mark}b\r\nc\rd\n".encode())
    assert read_lines(file) == [f"a{mark}b", "c\rd"]


@given(st.lists(st.text(st.sampled_from("ab \u2028\u0085\t"), max_size=8), max_size=5))
def test_lines_are_read_back(lines):
    assert split_lines("".join(f"{line}\n" for line in lines)) == lines


@pytest.mark.parametrize("mark", "\u2028\u2029\u0085")
def test_ratings_and_example_pairs_may_hold_separators(tmp_path, mark):
    rating = {
        "segment_id": "1", "source": f"a{mark}b", "hypothesis": f"c{mark}d", "kind": "da",
        "rater": "r", "score": 1.0,
    }  # fmt: skip
    file = tmp_path / "ratings.jsonl"
    file.write_text(json.dumps(rating, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read_ratings(str(file)) == [rating]
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(f"a{mark}b\tc{mark}d\n", encoding="utf-8")
    assert read_pairs(pairs, "x") == ((f"a{mark}b", f"c{mark}d"),)


@given(
    st.text(st.sampled_from('ab. "“”!?。\n'), max_size=200), st.sampled_from(["en", "zho", "xx"])
)
def test_sentences_joined_are_the_text(text, language):
    assert "".join(split_sentences(text, language)) == text


def test_a_text_full_of_quotation_marks_takes_linear_time():
    start = time.process_time()
    assert len(split_sentences('"' * 20 * LONGEST_BLOCK, "en")) >= 20
    assert time.process_time() - start < 10
