from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.support import arrow
from mtqe.support.arrow import array_of, numbers, text_lists, texts

WORDS = st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]))))


@given(WORDS)
def test_texts_are_those_that_pyarrow_makes(values):
    assert texts(values).equals(pa.chunked_array([pa.array(values, pa.string())]))


@given(st.lists(WORDS))
def test_lists_are_those_that_pyarrow_makes(rows):
    made = text_lists(rows)
    made.validate(full=True)
    assert made.type == pa.list_(pa.string())
    assert made.to_pylist() == rows


def test_long_columns_come_in_parts(monkeypatch):
    monkeypatch.setattr(arrow, "AT_ONCE", 3)
    monkeypatch.setattr(arrow, "MOST_BYTES", 4)
    values = ["ab", None, "cdef", "ñandú", "", "g", "hi"]
    assert texts(values).to_pylist() == values
    assert texts(values).num_chunks > 3
    assert text_lists([values, [], ["x"], [None]]).to_pylist() == [values, [], ["x"], [None]]


def test_half_of_a_surrogate_pair_is_refused():
    with pytest.raises(UnicodeEncodeError):
        texts(["\ud800"])


@pytest.mark.parametrize("kind", [np.uint16, np.float32, np.float64])
@given(st.lists(st.one_of(st.integers(0, 65_535), st.none()), max_size=30), st.integers(0, 3))
def test_numbers_come_back_as_they_were(kind, values, first):
    some = [0 if v is None and kind is np.uint16 else v for v in values]
    given_ = np.array([np.nan if v is None else v for v in some]).astype(kind)
    column = numbers(given_)
    assert column.null_count == sum(v is None for v in some)
    assert column.to_pylist() == some
    parts = pa.chunked_array([column.slice(first), column.slice(0, first)], column.type)
    found = array_of(parts)
    np.testing.assert_array_equal(found, np.concatenate([given_[first:], given_[:first]]))


def test_small_numbers_with_gaps_become_numbers_that_have_nan():
    column = pa.chunked_array([pa.array([1, None], pa.uint16())])
    np.testing.assert_array_equal(array_of(column), [1.0, np.nan])


@pytest.mark.parametrize("less", [["--no-report", "--no-checks"], []])
def test_scoring_strings_imports_no_pandas(tmp_path, less):
    (tmp_path / "ref").write_text("a b c d e\nf g h i j\n")
    (tmp_path / "hyp").write_text("a b c d x\nf g h i j\n")
    command = [
        *("mtqe", "score", "--reference", str(tmp_path / "ref")),
        *("--hypothesis", f"one={tmp_path / 'hyp'}", "--target-language", "en", "-m", "bleu"),
        *(*less, "--no-cache", "--output", str(tmp_path / "run")),
    ]
    program = (
        f"import sys; sys.argv = {command!r}\n"
        "from mtqe.cli.app import main\n"
        "try:\n    main()\n"
        "finally:\n    print(sorted({'pandas', 'pyarrow.compute'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]", done


def _parts(column):
    """A column in three parts, the middle one from the middle of its buffers."""
    array = column if isinstance(column, pa.Array) else column.combine_chunks()
    cut = len(array) // 3
    return pa.chunked_array([array[:cut], array[cut:-cut] if cut else array, array[len(array) :]])


@given(WORDS, st.sampled_from([pa.string(), pa.large_string()]))
def test_lengths_are_code_points(values, kind):
    column = _parts(pa.array(values, kind))
    expected = [len(text or "") for text in column.to_pylist()]
    assert arrow.text_lengths(column).tolist() == expected
    for chunk in column.chunks:
        present = [text is not None for text in chunk.to_pylist()]
        assert arrow.is_present(chunk).tolist() == present


def test_lengths_are_counted_a_few_texts_at_a_time(monkeypatch):
    monkeypatch.setattr(arrow, "COUNTED_AT_ONCE", 2)
    assert arrow.text_lengths(texts(["é", None, "", "翻译", "a"])).tolist() == [1, 0, 0, 2, 1]


@given(st.lists(WORDS), st.sampled_from([pa.list_(pa.string()), pa.large_list(pa.large_string())]))
def test_the_values_of_lists_are_those_of_the_part_alone(rows, kind):
    for chunk in _parts(pa.array(rows, kind)).chunks:
        expected = [text for row in chunk.to_pylist() for text in row]
        assert arrow.list_values(chunk).to_pylist() == expected
