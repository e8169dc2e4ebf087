"""What PyTorch's and CTranslate2's errors mean."""

from __future__ import annotations

NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "bad_alloc")


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error says that memory ended, on whatever device."""
    kinds = {cls.__name__ for cls in type(error).__mro__}
    if kinds & {"MemoryError", "OutOfMemoryError"}:
        return True
    return any(words in str(error).lower() for words in NO_MEMORY)


def first_line(error: Exception) -> str:
    """What an error says, shortened for a sentence."""
    return next(iter(str(error).splitlines()), type(error).__name__)[:200]
