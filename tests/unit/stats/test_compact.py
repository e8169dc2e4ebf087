from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.stats.compact import AT_ONCE, Columns, smallest_type

NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 65_535], np.uint16),
        ([0, 65_536], np.float32),
        ([-1, 3], np.float32),
        ([NAN, 3], np.float32),
        ([2**24 - 1], np.float32),
        ([2**24], np.float64),
        ([0.5], np.float64),
        ([NAN, 0.5], np.float64),
        ([float("inf")], np.float64),
        ([], np.uint16),
    ],
)
def test_numbers_take_the_smallest_type_that_holds_them_exactly(values, kind):
    assert smallest_type(np.array(values, np.float64)[:, None]) == kind


def test_a_late_number_counts_too():
    values = np.zeros((2 * AT_ONCE + 1, 1))
    values[-1] = 0.5
    assert smallest_type(values) == np.float64


@given(
    st.lists(
        st.one_of(st.integers(-(2**40), 2**40).map(float), st.floats(width=64), st.just(NAN)),
        min_size=1,
        max_size=20,
    )
)
def test_the_type_changes_no_number(values):
    given_ = np.array(values, np.float64)[:, None]
    np.testing.assert_array_equal(given_.astype(smallest_type(given_)).astype(np.float64), given_)


@given(blocks=st.permutations([[1.0, 2.0], [70_000.0, 3.0], [0.25, 4.0], [NAN, NAN]]))
def test_columns_grow_as_blocks_come(blocks):
    columns = Columns(2, 5, every_row=False)
    for row, block in enumerate(blocks):
        columns.put(np.array([row]), np.array([block]))
    np.testing.assert_array_equal(columns.values.T, [*blocks, [NAN, NAN]])


def test_columns_of_counts_that_are_all_there_take_two_bytes():
    columns = Columns(2, 2, every_row=True)
    columns.put(np.array([1, 0]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert columns.values.dtype == np.uint16
    np.testing.assert_array_equal(columns.values, [[3, 1], [4, 2]])
