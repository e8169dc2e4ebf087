"""Apple's string catalogs (.xcstrings): every language in one file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mtqe.corpus.languages import find_language
from mtqe.corpus.localisation.json_files import load_json
from mtqe.corpus.localisation.slots import Entry, Texts
from mtqe.errors import DataError

TRANSLATED = "translated"
EMPTY = re.compile(r'^( *)("(?:[^"\\\n]|\\.)*") : \{\}', re.M)
"""An entry without anything, which Xcode writes over three lines."""


def catalog_entries(name: str, text: str, language: str) -> list[Entry]:
    """The entries of one language; for the source's, keys stand for texts that it doesn't have.

    Raises:
        DataError: it is not a string catalog.
    """
    data = _catalog(name, text)
    is_source = find_language(language, [str(data.get("sourceLanguage"))]) is not None
    entries = []
    for key, entry in _strings(name, data).items():
        if entry.get("shouldTranslate") is False:
            continue
        note = entry.get("comment")
        found = list(_texts(key, _side(entry, language), note if isinstance(note, str) else ""))
        if not found and is_source and key:
            found = [Entry(key, key, note if isinstance(note, str) else "")]
        entries += found
    return entries


def catalog_languages(name: str, text: str) -> tuple[str, list[str]]:
    """The source language, and the others that have a text.

    Raises:
        DataError: it is not a string catalog.
    """
    data = _catalog(name, text)
    source = str(data.get("sourceLanguage") or "en")
    tags: dict[str, None] = {}
    for entry in _strings(name, data).values():
        sides = entry.get("localizations")
        tags |= dict.fromkeys(sides if isinstance(sides, dict) else ())
    return source, [tag for tag in tags if tag != source]


def _catalog(name: str, text: str) -> dict[str, Any]:
    data = load_json(name, text)
    if not isinstance(data, dict) or not isinstance(data.get("strings"), dict):
        raise DataError(f"{name}: is not a string catalog; it has no 'strings'.")
    return data


def _strings(name: str, data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {key: entry if isinstance(entry, dict) else {} for key, entry in data["strings"].items()}


def _side(entry: Mapping[str, Any], language: str) -> Any:  # noqa: ANN401 - JSON
    sides = entry.get("localizations")
    if not isinstance(sides, dict):
        return None
    tag = find_language(language, list(sides))
    return None if tag is None else sides[tag]


def _texts(key: str, side: object, note: str) -> Iterator[Entry]:
    """The text or the plural forms of one language, and those of its substitutions."""
    if not isinstance(side, dict):
        return
    yield from _unit(key, side, note)
    others = side.get("substitutions")
    for name, inner in others.items() if isinstance(others, dict) else ():
        if isinstance(inner, dict):
            yield from _unit(f"{key}.{name}", inner, note)


def _unit(key: str, side: Mapping[str, Any], note: str) -> Iterator[Entry]:
    if (value := _value(side)) is not None:
        yield Entry(key, value, note)
    for form, inner in _plural(side).items():
        value = _value(inner)
        if value is not None:
            yield Entry(key, value, note, form)


def _value(side: object) -> str | None:
    unit = side.get("stringUnit") if isinstance(side, dict) else None
    value = unit.get("value") if isinstance(unit, dict) else None
    return value if isinstance(value, str) else None


def _plural(side: Mapping[str, Any]) -> dict[str, Any]:
    variations = side.get("variations")
    plural = variations.get("plural") if isinstance(variations, dict) else None
    return plural if isinstance(plural, dict) else {}


def filled_catalog(name: str, text: str, texts: Texts, language: str) -> str:
    """A copy of a catalog with one language's texts in it; other languages stay.

    Raises:
        DataError: it is not a string catalog.
    """
    data = _catalog(name, text)
    source = str(data.get("sourceLanguage") or "en")
    for key, entry in data["strings"].items():
        if not isinstance(entry, dict):
            entry = data["strings"][key] = {}
        sides = entry.setdefault("localizations", {})
        tag = find_language(language, list(sides)) or language
        side = _filled_side(key, sides.get(tag), _side(entry, source), texts)
        if side is not None:
            sides[tag] = side
        if not sides:
            del entry["localizations"]
    return as_xcode(data) + ("\n" if text.endswith("\n") else "")


def _filled_side(key: str, own: object, source: object, texts: Texts) -> dict[str, Any] | None:
    """One language's part of an entry; None where there is no text for it."""
    side = _filled_unit(key, texts)
    substitutions: dict[str, Any] = {}
    others = source.get("substitutions") if isinstance(source, dict) else None
    for name, inner in others.items() if isinstance(others, dict) else ():
        unit = _filled_unit(f"{key}.{name}", texts)
        if unit is not None and isinstance(inner, dict):
            rest = {k: v for k, v in inner.items() if k not in ("stringUnit", "variations")}
            substitutions[name] = {**rest, **unit}
    if side is None and not substitutions:
        return None
    found = side or (dict(own) if isinstance(own, dict) else {})
    return {**found, **({"substitutions": substitutions} if substitutions else {})}


def _filled_unit(key: str, texts: Texts) -> dict[str, Any] | None:
    if key in texts.plurals:
        forms = {form: {"stringUnit": _said(text)} for form, text in texts.plurals[key].items()}
        return {"variations": {"plural": forms}}
    return {"stringUnit": _said(texts.plain[key])} if key in texts.plain else None


def _said(text: str) -> dict[str, str]:
    return {"state": TRANSLATED, "value": text}


def as_xcode(data: object) -> str:
    """JSON as Xcode writes it."""
    text = json.dumps(data, ensure_ascii=False, indent=2, separators=(",", " : "))
    return EMPTY.sub(r"\1\2 : {\n\n\1}", text)


def fresh_catalog(
    sources: Sequence[Entry], targets: Sequence[Entry], source: str, target: str
) -> str:
    """A new catalog of two languages."""
    strings: dict[str, dict[str, Any]] = {}
    for language, entries in ((source, sources), (target, targets)):
        groups: dict[str, list[Entry]] = {}
        for entry in entries:
            groups.setdefault(entry.key, []).append(entry)
        for key, forms in groups.items():
            about = strings.setdefault(key, {})
            if forms[0].note:
                about.setdefault("comment", forms[0].note)
            plural = {str(f.form): f.text for f in forms if f.form is not None}
            texts = Texts({}, {key: plural}) if plural else Texts({key: forms[0].text})
            unit = _filled_unit(key, texts)
            about.setdefault("localizations", {})[language] = unit
    return as_xcode({"sourceLanguage": source, "strings": strings, "version": "1.0"})
