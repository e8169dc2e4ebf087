"""Names to classes: the built-in ones, then those that other packages register.

A registry maps names to ``module:Class``, so that a class is imported when it is first used.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from mtqe.errors import ConfigError
from mtqe.support.options import suggestion
from mtqe.support.words import listed


def plugin_names(group: str, builtin: Mapping[str, str]) -> tuple[str, ...]:
    """The built-in names, then those that entry points of a group add."""
    return tuple(dict.fromkeys([*builtin, *_registered(group, tuple(sys.path))]))


@lru_cache(maxsize=64)
def _registered(group: str, path: tuple[str, ...]) -> Mapping[str, str]:
    """Names to classes of other packages; finding them takes 30 ms, so it is done once a path."""
    return {point.name: point.value for point in entry_points(group=group)}


def load_plugin(group: str, builtin: Mapping[str, str], name: str) -> Any:  # noqa: ANN401
    """The class behind a name; a built-in name is never replaced by a package.

    Args:
        group: entry point group such as ``mtqe.metrics``.
        builtin: name to ``module:Class``.
        name: the name to look up.

    Raises:
        ConfigError: no such name, or its package can't be imported or has no such class.
    """
    kind = group.rpartition(".")[2].removesuffix("s")
    target = builtin.get(name)
    if target is None:
        target = _registered(group, tuple(sys.path)).get(name)
    if target is None:
        known = plugin_names(group, builtin)
        parts = name.replace(",", " ").split()
        several = len(parts) > 1 and set(parts) <= set(known)
        hint = f"give {listed(parts)} one by one." if several else suggestion(name, known)
        raise ConfigError(f"no {kind} is called {name!r}; {hint}")
    module, _, attribute = target.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except ImportError as error:
        raise ConfigError(
            f"{kind} {name!r} can't be imported ({error}); install the package that it needs."
        ) from error
    except Exception as error:  # a package's own code may raise anything when it is imported
        raise ConfigError(
            f"{kind} {name!r} can't be imported ({type(error).__name__}: {error}); "
            f"correct, update or uninstall the package of {module}."
        ) from error
