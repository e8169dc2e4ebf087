"""Whether an error means that memory ran out."""

from __future__ import annotations

NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "bad_alloc")


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error of Python's, PyTorch's or CTranslate2's says so, on whatever device."""
    kinds = {cls.__name__ for cls in type(error).__mro__}
    if kinds & {"MemoryError", "OutOfMemoryError"}:
        return True
    return any(words in str(error).lower() for words in NO_MEMORY)
