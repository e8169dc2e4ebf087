"""Optional packages: imported when an engine needs them, named when they are missing."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from mtqe.errors import BackendError


def installed(package: str, extra: str) -> str:
    """The version of a package that only some users have; imports nothing.

    Raises:
        BackendError: it isn't installed; names the command that mends it.
    """
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        raise BackendError(
            f"{package} is not installed; run `pip install 'mtqe[{extra}]'`."
        ) from None


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
