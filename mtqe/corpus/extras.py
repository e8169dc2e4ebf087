"""Libraries that only some formats need."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from mtqe.errors import DataError


def require(module: str, extra: str, what: str) -> ModuleType:
    """Import a module of an optional library.

    Args:
        module: its full name.
        extra: the extra of mtqe that brings it.
        what: what needs it, in the plural.

    Raises:
        DataError: it is not installed; the sentence has the command.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise DataError(
            f"{what} need a library that is not installed ({error}); "
            f"run: pip install 'mtqe[{extra}]'."
        ) from error
