"""Optional packages: imported when something needs them, named when they are missing."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from mtqe.errors import BackendError, DataError, MtqeError


def import_extra(
    module: str, extra: str, what: str, error: type[MtqeError] = DataError
) -> ModuleType:
    """Import a module of a package that only some users have.

    Args:
        module: the module's full name.
        extra: the extra of mtqe that brings the package.
        what: what needs it, in the plural.
        error: the class of the error where it is missing.

    Raises:
        MtqeError: it is not installed, or can't be loaded; names the command that installs it.
    """
    try:
        return import_module(module)
    except ImportError as problem:
        raise error(
            f"{what} need the Python package {module.partition('.')[0]}, which can't be imported "
            f"({problem}); run `pip install 'mtqe[{extra}]'`."
        ) from problem


def installed(package: str, extra: str) -> str:
    """Name and version of a package that only some users have; imports nothing.

    Raises:
        BackendError: it is not installed; names the command that installs it.
    """
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        raise BackendError(
            f"{package} is not installed; run `pip install 'mtqe[{extra}]'`."
        ) from None
