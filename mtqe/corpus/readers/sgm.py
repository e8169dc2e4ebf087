"""The SGM of WMT up to 2020 and of NIST's mteval: source, reference and system sets."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.languages import agreed
from mtqe.corpus.readers.structured import SEGMENT_ID, Sides
from mtqe.corpus.text import PathLike, label, read_text
from mtqe.errors import DataError

TAG = re.compile(r"<(/?)(srcset|refset|tstset|doc|seg)\b([^<>]*)>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""(?<![\w.-])([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
OWN_ATTRIBUTES = ("id", "docid", "sysid", "refid", "setid", "srclang", "trglang", SEGMENT_ID)
SETS = ("srcset", "refset", "tstset")
PATTERNS = ("*.sgm", "*.sgml")


def is_sgm_folder(path: PathLike, languages: LanguagePair | None = None) -> bool:
    """Whether this is a folder with sets in it."""
    return Path(path).is_dir() and bool(_files(path))


def read_sgm(path: PathLike, name: str, languages: LanguagePair | None = None) -> Dataset:
    """Read the sets in a file, or in all ``.sgm`` and ``.sgml`` files of a folder.

    It is not XML: texts may hold a bare ``&``. An id is ``DOCUMENT:SEGMENT``; a source document's
    further attributes, and a source segment's, are metadata.

    Raises:
        DataError: there is no source set, a tag is out of place, or languages are in doubt.
    """
    sides = Sides(label(path))
    found: dict[str, str] = {}
    for file in _files(path):
        _gather(file, sides, found)
    if not sides.sources:
        raise DataError(f"{label(path)}: holds no source set (srcset); give its folder.")
    return sides.dataset(name, agreed(label(path), languages, *map(found.get, ("src", "trg"))))


def _files(path: PathLike) -> list[PathLike]:
    folder = Path(path)
    if not folder.is_dir():
        return [path]
    return [*sorted(file for pattern in PATTERNS for file in folder.glob(pattern))]


def _gather(path: PathLike, sides: Sides, languages: dict[str, str]) -> None:
    kind, document, attributes = "", {}, {}  # type: str, Mapping[str, str], Mapping[str, str]
    for tag, given, text in _tags(label(path), read_text(path)[0]):
        if tag in SETS:
            kind, attributes = tag, given
            _note_languages(given, languages)
        elif tag == "doc":
            document = given
        else:
            _put(sides, kind, attributes, document, given, text)


def _put(
    sides: Sides,
    kind: str,
    attributes: Mapping[str, str],
    document: Mapping[str, str],
    segment: Mapping[str, str],
    text: str,
) -> None:
    key = (document.get("docid", ""), segment.get("id", ""))
    if kind == "srcset":
        sides.put(sides.sources, key, text)
        labels = {**document, **segment}
        if SEGMENT_ID in segment:
            sides.ids[key] = segment[SEGMENT_ID]
        sides.metadata[key] = {k: v for k, v in labels.items() if k not in OWN_ATTRIBUTES}
        return
    who = document.get("sysid") or attributes.get("sysid") or attributes.get("refid") or kind
    side = sides.references if kind == "refset" else sides.systems
    sides.put(side.setdefault(who, {}), key, text)


def _note_languages(attributes: Mapping[str, str], languages: dict[str, str]) -> None:
    for side in ("src", "trg"):
        tag = attributes.get(f"{side}lang", "")
        if tag and tag != "any":
            languages.setdefault(side, tag)


def _tags(name: str, text: str) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Opening tags of sets and documents, and whole segments with their text."""
    inside = False
    opened: re.Match[str] | None = None
    for match in TAG.finditer(text):
        closing, tag = bool(match[1]), match[2].lower()
        if opened is not None:
            if tag != "seg" or not closing:
                line = text.count("\n", 0, opened.start()) + 1
                raise DataError(f"{name}, line {line}: this segment is not closed; add </seg>.")
            yield "seg", _attributes(opened[3]), html.unescape(text[opened.end() : match.start()])
            opened = None
        elif tag in SETS:
            inside = not closing
            if inside:
                yield tag, _attributes(match[3]), ""
        elif not closing and not inside:
            line = text.count("\n", 0, match.start()) + 1
            raise DataError(f"{name}, line {line}: <{tag}> outside of any set; is it SGM?")
        elif not closing and tag == "seg":
            opened = match
        elif not closing:
            yield tag, _attributes(match[3]), ""
    if opened is not None:
        raise DataError(f"{name}: ends inside a segment; copy the file again.")


def _attributes(text: str) -> dict[str, str]:
    """Attributes with their own names in lower case, for SGML doesn't mind case."""
    values = {}
    for match in ATTRIBUTE.finditer(text):
        name = match[1].lower() if match[1].lower() in OWN_ATTRIBUTES else match[1]
        values[name] = html.unescape(match[2] or match[3] or match[4] or "")
    return values
