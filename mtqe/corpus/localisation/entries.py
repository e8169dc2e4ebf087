"""Entries of localisation files: the formats by the endings of their names."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from importlib import import_module
from pathlib import PurePath

from mtqe.corpus.bounded import LARGEST_XML, LONGEST_LINE
from mtqe.corpus.localisation.slots import Entry, Layout
from mtqe.corpus.registry import extension
from mtqe.corpus.text import PathLike, decoded, flaw, label, read_bytes
from mtqe.corpus.xml import ENCODING
from mtqe.errors import DataError
from mtqe.support.words import count

CATALOG = ".xcstrings"
"""The ending of files that hold every language."""
LAYOUTS: Mapping[str, str] = {
    ".json": "json_files:JSON",
    ".arb": "json_files:ARB",
    ".resx": "dotnet_files:RESX",
    ".strings": "apple_files:STRINGS",
    ".stringsdict": "apple_files:STRINGSDICT",
    ".properties": "java_files:PROPERTIES",
    ".srt": "subtitles:SRT",
    ".vtt": "subtitles:VTT",
    ".xml": "android_files:ANDROID",
    ".yml": "yaml_files:YAML",
    ".yaml": "yaml_files:YAML",
}
"""Modules of this package, each imported when a file of its format is met."""
LAST_COUNTS = (".strings", ".properties")
XML = (".xml", ".resx", ".stringsdict")


def layout_of(path: PathLike) -> Layout:
    """How a file is laid out, by the ending of its name, which is one of `LAYOUTS`."""
    module, _, name = LAYOUTS[extension(path)].partition(":")
    found: Layout = getattr(import_module(f"{__package__}.{module}"), name)
    return found


def read_entries(path: PathLike, language: str, notes: list[str] | None = None) -> list[Entry]:
    """The entries of a file, by the ending of its name.

    Args:
        path: the file.
        language: the language to take, of files that hold several.
        notes: gets a count of what was left out, if anything.

    Raises:
        DataError: the file is malformed, or two entries share a key.
    """
    return entries_of(path, localisation_text(path), language, notes)


def entries_of(
    path: PathLike, text: str, language: str, notes: list[str] | None = None
) -> list[Entry]:
    """The entries of a file's text, as `read_entries` gives them; an equal one counts once.

    Of several with one key and different texts, .strings and .properties take the last, as Apple's
    and Java's own programs do.

    Raises:
        DataError: it is malformed, or two entries share a key.
    """
    name = label(path)
    if extension(path) == CATALOG:
        from mtqe.corpus.localisation.string_catalogs import catalog_entries

        entries = catalog_entries(name, text, language)
    else:
        parsed = layout_of(path).parse(name, text, language)
        entries = [slot.entry for slot in parsed.slots]
    seen: dict[str, Entry] = {}
    last_counts = extension(path) in LAST_COUNTS
    replaced = 0
    for entry in entries:
        if problem := flaw(entry.key) or flaw(entry.text):
            raise DataError(f"{name}: {entry.key!r:.80} holds {problem}; remove it.")
        before = seen.setdefault(entry.identifier, entry)
        if before.text != entry.text and last_counts:
            seen[entry.identifier] = entry
            replaced += 1
        elif before.text != entry.text:
            raise DataError(
                f"{name}: {entry.identifier!r:.80} stands there twice, with different texts; "
                "remove one."
            )
    if replaced and notes is not None:
        notes.append(f"{count(replaced, 'text')} left out for a later one of the same key")
    return list(seen.values())


def localisation_text(path: PathLike) -> str:
    """A file's text: UTF-8; UTF-16 as Apple's tools write it; else what the format says.

    Java's properties that are not UTF-8 are ISO-8859-1, as Java has it, and XML names its encoding.

    Raises:
        DataError: it can't be read, or is in another encoding.
    """
    data = read_bytes(path, longest_line=LONGEST_LINE, largest=LARGEST_XML)
    ending = extension(path)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = _as_utf_8(path, data, "utf-16")
    elif ending in XML and (match := ENCODING.match(data[:200].decode("latin-1"))):
        if match[2].lower() not in ("utf-8", "utf8", "us-ascii"):
            data = _as_utf_8(path, data, match[2])
    elif ending == ".properties" and not _is_utf_8(data):
        data = _as_utf_8(path, data, "iso-8859-1")
    return decoded(path, data)[0]


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _as_utf_8(path: PathLike, data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).encode("utf-8")
    except (UnicodeError, LookupError) as error:
        name = encoding.upper()
        raise DataError(f"{label(path)}: is not whole {name}; save it as UTF-8.") from error


def is_localisation(path: PathLike) -> bool:
    """Whether a name is that of a file of one language's texts, or a string catalog."""
    ending = extension(path)
    name = PurePath(path).name.lower()
    return ending == CATALOG or (
        ending in LAYOUTS
        and (ending != ".xml" or name.startswith(("strings", "plurals", "arrays")))
    )
