"""Optional packages: imported when an engine needs them, named when they are missing."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from mtqe.errors import BackendError


def import_extra(module: str, extra: str) -> ModuleType:
    """Import a package that only some users have.

    Args:
        module: what to import.
        extra: the extra of mtqe that brings it.

    Raises:
        BackendError: it isn't installed, or can't be loaded; names the command that mends it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise BackendError(
            f"the Python package {module.partition('.')[0]} can't be imported ({error}); "
            f"run `pip install 'mtqe[{extra}]'`."
        ) from error
