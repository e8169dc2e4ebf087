"""How numba compiles what it also runs; see `mtqe.support.native` for loops that go without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile at the first call, or load what an earlier process compiled.

    numba finds a writable cache folder when it wraps a function, and refuses without one; then
    the machine code just isn't kept.
    """
    try:
        compiled: Function = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:
        compiled = numba.njit(nogil=True)(function)
    return compiled
