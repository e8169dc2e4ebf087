"""JSON of programs' texts: nested or flat, i18next's plurals, and Flutter's ARB."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mtqe.corpus.languages import find_language
from mtqe.corpus.localisation.slots import Entry, Layout, Parsed, Slot, Span
from mtqe.errors import DataError
from mtqe.support.json_text import json_value
from mtqe.support.languages import LANGUAGE
from mtqe.support.message_format import CATEGORIES, OTHER

DEEPEST = 50
"""Levels of objects and lists."""
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+', re.S)
I18NEXT = re.compile(rf"(.+?)_({'|'.join(CATEGORIES)})")
LOCALE = "@@locale"
"""Where ARB names its language."""
Path = tuple[str, ...]


class Value(NamedTuple):
    """A text in a JSON file: its path, the place of its key and its own place."""

    path: Path
    key: Span | None
    start: int
    end: int
    text: str


@dataclass
class _Frame:
    is_object: bool
    key: str | None = None
    place: Span | None = None
    index: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.key if self.is_object else self.index)


def load_json(name: str, text: str) -> Any:  # noqa: ANN401 - JSON
    """What a JSON text holds.

    Raises:
        DataError: it is not JSON.
    """
    try:
        return json_value(text)
    except ValueError as error:
        raise DataError(f"{name}: is not valid JSON ({error}); correct it.") from error


def parse_json(name: str, text: str, language: str) -> Parsed:
    """Nested or flat JSON, with i18next's endings of plurals.

    Raises:
        DataError: it is not an object of texts.
    """
    if not isinstance(load_json(name, text), dict):
        raise DataError(
            f"{name}: is not an object of texts by key; write tables as JSON Lines (.jsonl)."
        )
    values, names = _values(name, text)
    root = _root(names, language)
    groups = {path for path, inside in names.items() if is_plural(inside)}
    whole = {path for path in groups if all((*path, form) in values for form in names[path])}
    suffixed = _suffixed(names)
    slots = []
    for path, value in values.items():
        key, form, place = path, None, None
        if path[:-1] in whole:
            key, form, place = path[:-1], path[-1], value.key
            place = None if place is None else (place[0] + 1, place[1] - 1)
        elif path in suffixed and value.key is not None:
            form = path[-1].rpartition("_")[2]
            key = (*path[:-1], path[-1].removesuffix(f"_{form}"))
            place = (value.key[1] - 1 - len(form), value.key[1] - 1)
        entry = Entry(".".join(key[root:]), value.text, form=form)
        member = None if value.key is None else (value.key[0], value.end)
        slots.append(Slot(entry, value.start, value.end, member, place))
    spans = _keys_of_root(text) if root else ()
    return Parsed(text, tuple(slots), spans)


def _values(name: str, text: str) -> tuple[dict[Path, Value], dict[Path, list[str]]]:
    """The texts by their path, and the names in each object by its path."""
    values: dict[Path, Value] = {}
    names: dict[Path, list[str]] = {}
    for item in _walk(name, text):
        if isinstance(item, Value):
            if item.path in values:
                raise DataError(f"{name}: {'.'.join(item.path)!r:.80} stands there twice.")
            values[item.path] = item
        else:
            names[item[0]] = item[1]
    return values, names


def _walk(name: str, text: str) -> Iterator[Value | tuple[Path, list[str]]]:
    """The texts of valid JSON in order, and each object's names when it ends."""
    stack: list[_Frame] = []
    for match in TOKEN.finditer(text):
        token = match[0]
        frame = stack[-1] if stack else None
        if token in "{[":
            stack.append(_Frame(token == "{"))
            if len(stack) > DEEPEST:
                where = ".".join(f.name for f in stack[:3])
                raise DataError(f"{name}: {where} is nested too deeply.")
        elif token in "}]":
            closed = stack.pop()
            if closed.is_object:
                yield tuple(f.name for f in stack), closed.names
        elif frame is None or token == ":":
            continue
        elif token == ",":
            frame.key, frame.index = None, frame.index + 1
        elif frame.is_object and frame.key is None:
            frame.key, frame.place = json.loads(token), match.span()
            frame.names.append(frame.key)
        elif token.startswith('"'):
            path = tuple(f.name for f in stack)
            place = frame.place if frame.is_object else None
            yield Value(path, place, *match.span(), json.loads(token))


def _root(names: Mapping[Path, Sequence[str]], language: str) -> int:
    """1 if the whole file lies below the name of its language, else 0."""
    top = names.get((), ())
    return int(len(top) == 1 and (top[0],) in names and is_language(top[0], language))


def is_language(name: str, language: str) -> bool:
    """Whether a root key is the tag of a file's language, with or without its region."""
    return LANGUAGE.match(name) is not None and find_language(language, [name]) is not None


def _keys_of_root(text: str) -> tuple[Span, ...]:
    match = re.compile(r'\s*\{\s*"([^"\\]*)"').match(text)
    return () if match is None else (match.span(1),)


def is_plural(names: Sequence[str]) -> bool:
    """Whether an object's names are those of plural forms."""
    return len(names) > 1 and OTHER in names and all(name in CATEGORIES for name in names)


def _suffixed(names: Mapping[Path, Sequence[str]]) -> set[Path]:
    """The paths of keys such as ``file_one`` that have another form beside them."""
    found = set()
    for path, inside in names.items():
        forms: dict[str, list[str]] = defaultdict(list)
        for name in inside:
            if match := I18NEXT.fullmatch(name):
                forms[match[1]].append(name)
        found |= {(*path, name) for group in forms.values() if len(group) > 1 for name in group}
    return found


def encode_json(text: str, slot: Slot) -> str:
    """A text as a JSON string."""
    return json.dumps(text, ensure_ascii=False)


def fresh_json(entries: Sequence[Entry], language: str) -> str:
    """A new file: nested where keys have dots, plurals with i18next's endings."""
    keys = [(e.key if e.form is None else f"{e.key}_{e.form}", e.text) for e in entries]
    data = nested(keys)
    if len(data) == 1 and is_language(next(iter(data)), language):
        data = dict(keys)  # one root of a language's name would be taken off again
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def nested(keys: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Texts by keys whose dots mean objects, but where one key begins another or is empty."""
    names = {key for key, _ in keys}
    parents = {key[:place] for key in names for place, c in enumerate(key) if c == "."}
    if names & parents or any("" in key.split(".") for key in names):
        return dict(keys)
    if any(key.count(".") > DEEPEST // 2 for key in names):
        return dict(keys)
    top: dict[str, Any] = {}
    for key, text in keys:
        *path, last = key.split(".")
        inner = top
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = text
    return top


def parse_arb(name: str, text: str, language: str) -> Parsed:
    """Flutter's ARB: texts by key, with ``@key`` describing them.

    Raises:
        DataError: it is not an object.
    """
    data = load_json(name, text)
    if not isinstance(data, dict):
        raise DataError(f"{name}: is not an ARB file; it holds no object.")
    slots, languages = [], []
    for value in _values(name, text)[0].values():
        key = value.path[0]
        if len(value.path) > 1:
            continue
        if key == LOCALE:
            languages.append((value.start + 1, value.end - 1))
        elif not key.startswith("@"):
            about = data.get(f"@{key}")
            note = about.get("description") if isinstance(about, dict) else None
            entry = Entry(key, value.text, note if isinstance(note, str) else "")
            slots.append(Slot(entry, value.start, value.end))
    return Parsed(text, tuple(slots), tuple(languages))


def fresh_arb(entries: Sequence[Entry], language: str) -> str:
    """A new ARB file."""
    data: dict[str, Any] = {LOCALE: arb_language(language)}
    for entry in entries:
        data[entry.identifier] = entry.text
        if entry.note:
            data[f"@{entry.identifier}"] = {"description": entry.note}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def arb_language(tag: str) -> str:
    """A tag as Dart writes it, such as ``pt_BR``."""
    return tag.replace("-", "_")


JSON = Layout(parse_json, encode_json, fresh_json, separator=",")
ARB = Layout(parse_arb, encode_json, fresh_arb, arb_language, ",")
