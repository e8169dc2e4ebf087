"""The fallback when numba finds no place for its machine code."""

from __future__ import annotations

from typing import Any

import numba
import pytest

from mtqe.support.compiler import kernel


def test_a_function_that_cant_be_kept_on_disk_is_compiled_all_the_same() -> None:
    namespace: dict[str, Any] = {}
    exec("def double(x): return 2 * x", namespace)
    with pytest.raises(RuntimeError, match="no locator"):
        numba.njit(cache=True)(namespace["double"])
    assert kernel(namespace["double"])(21) == 42
