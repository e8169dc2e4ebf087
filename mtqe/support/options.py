"""Option tables of a configuration turned into typed objects, with errors that name key and fix."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from mtqe.errors import ConfigError

T = TypeVar("T")


def parse_options(cls: type[T], options: Mapping[str, Any], where: str) -> T:
    """Build `cls`, a dataclass or pydantic model that forbids extra keys, from a table.

    Args:
        cls: fields with types and defaults.
        options: as read from TOML; taken without conversion, so that ``"5"`` is no number.
        where: names the table in errors, such as ``mtqe.toml: systems.apertium``.

    Raises:
        ConfigError: an unknown or missing key, or a wrong value; names the key and the fix.
    """
    check_keys(cls, options, where)
    try:
        # Strict JSON converts nothing, yet takes tables for dataclasses and lists for tuples.
        found: T = ADAPTERS[cls].validate_json(json.dumps(options, default=str), strict=True)
    except ValidationError as error:
        raise ConfigError(f"{where}{_first_problem(error)}") from error
    except RecursionError:
        raise ConfigError(f"{where} is nested too deeply; use fewer levels.") from None
    return found


def check_keys(cls: type[object], options: Mapping[str, Any], where: str) -> None:
    """See that a table has no key but the fields of `cls`: a misspelt key is no missing one.

    Raises:
        ConfigError: an unknown key; the sentence names the closest known one.
    """
    known = KEYS[cls] if options else ()
    for key in options:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {key!r}; {suggestion(key, known)}")


class _Adapters(dict[type[object], TypeAdapter[Any]]):
    """Each made once: it takes milliseconds, and many systems may have options of one class."""

    def __missing__(self, cls: type[object]) -> TypeAdapter[Any]:
        made = self[cls] = TypeAdapter(cls)
        return made


class _Keys(dict[type[object], Collection[str]]):
    """The names of a class's fields, likewise."""

    def __missing__(self, cls: type[object]) -> Collection[str]:
        made = self[cls] = tuple(ADAPTERS[cls].json_schema().get("properties", {}))
        return made


ADAPTERS = _Adapters()
KEYS = _Keys()


def check_name_list(names: object, what: str) -> tuple[str, ...]:
    """The names that a caller of the library gave; one text is one name.

    Raises:
        ConfigError: this is neither a name nor a list of names.
    """
    if isinstance(names, str):
        return (names,)
    if isinstance(names, bytes) or not isinstance(names, Iterable):
        raise ConfigError(f"{what}: {names!r:.60} is not a name; give a name, or a list of names.")
    found = tuple(names)
    for name in found:
        if not isinstance(name, str):
            raise ConfigError(f"{what}: {name!r:.60} is not a name; give names as texts.")
    return found


def spelled(name: str, known: Iterable[str]) -> str:
    """The known name that is meant: this one, or the only one that differs in capitals alone."""
    names = list(known)
    alike = [other for other in names if other.casefold() == name.casefold()]
    return alike[0] if name not in names and len(alike) == 1 else name


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt word: the closest known one, or all of them."""
    names = sorted(known)
    close = [name for name in names if name.casefold() == word.casefold()]
    close = close or difflib.get_close_matches(word, names, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known are {', '.join(names)}." if names else "none is known here."


def name_and_value(text: str, option: str, form: str) -> tuple[str, str]:
    """The two parts of a ``NAME=VALUE`` of the command line.

    Args:
        text: what was given.
        option: the option that it was given to, such as ``--model``.
        form: what to write instead, such as ``METRIC=MODEL``.

    Raises:
        ConfigError: a part is missing.
    """
    name, _, value = text.partition("=")
    if not name or not value:
        raise ConfigError(f"{option} {text}: write {form}.")
    return name, value


def name_and_file(text: str, option: str) -> tuple[str, str]:
    """The two parts of ``NAME=FILE``; a file alone is named after itself.

    Raises:
        ConfigError: a part is missing.
    """
    if "=" in text:
        return name_and_value(text, option, "NAME=FILE, such as base=base.txt")
    return Path(text).stem, text


def _first_problem(error: ValidationError) -> str:
    problem, *others = error.errors()
    key = problem["loc"][0] if problem["loc"] else ""
    if problem["type"] == "missing":
        return f": {key!r} is missing; add it."
    same_key = [problem, *(other for other in others if other["loc"][:1] == (key,))]
    wanted = " or ".join(
        dict.fromkeys(one["msg"].removeprefix("Input should be ") for one in same_key)
    )
    return f".{key} should be {wanted}, but it is {_shown(str(key), problem['input'])}."


def _shown(key: str, value: object) -> str:
    """A wrong value as an error may repeat it: no table, and nothing that looks like a key."""
    if isinstance(value, dict):
        return "a table"
    from mtqe.support.key_shapes import is_credential

    if isinstance(value, str) and is_credential(key, value):
        return "something that looks like a key"
    return "a list" if isinstance(value, list) else repr(value)
