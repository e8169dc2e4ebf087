"""What CAT tools add to XLIFF 1: segments inside units, states and match rates.

Trados (SDLXLIFF), memoQ (MQXLIFF) and Phrase (MXLIFF) write XLIFF with attributes and elements of
their own. They are told by name alone, in whatever namespace.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mtqe.corpus.xml import child, children, descendants

if TYPE_CHECKING:
    from lxml.etree import _Element

STATES = {"conf": "state", "status": "state", "percent": "match", "score": "match",
          "origin": "origin", "trans-origin": "origin", "locked": "locked",
          "maxlengthchars": "max-length"}  # fmt: skip
"""Attributes in the tools' namespaces, and of SDL's ``seg``, by what the metadata calls them."""
CONFIRMED = {"0": "unconfirmed", "1": "confirmed"}
"""Phrase's attribute ``confirmed``."""
MAX_LENGTH = "max-length"
SIZE_UNITS = {"char": MAX_LENGTH, "byte": "max-bytes"}
"""XLIFF's units of size, by what the metadata calls a limit in them."""
FALSE = ("", "0", "false")


def is_translatable(unit: _Element) -> bool:
    """Whether a unit is for translation: its own word, else that of the group or file around."""
    for element in (unit, *unit.iterancestors()):
        if said := element.get("translate"):
            return str(said) != "no"
    return True


def marked_parts(
    unit: _Element, target: _Element | None
) -> list[tuple[str, _Element, _Element | None]]:
    """The segments that are marked in a unit: their ``mid``, source and target, if there is one.

    None where the source has no marks, or has several where the target has text but none.
    """
    sources = _marks(child(unit, "seg-source"))
    if not sources:
        return []
    targets = _marks(target)
    if not targets and target is not None and "".join(target.itertext()).strip():
        return [(*sources[0], target)] if len(sources) == 1 else []
    by_mid = dict(targets)
    return [(mid, mark, by_mid.get(mid)) for mid, mark in sources]


def loose_targets(unit: _Element, target: _Element | None) -> int:
    """The number of marked target segments whose source segment is missing."""
    known = {mid for mid, _, _ in marked_parts(unit, target)}
    return sum(mid not in known for mid, _ in _marks(target)) if known else 0


def _marks(element: _Element | None) -> list[tuple[str, _Element]]:
    if element is None:
        return []
    marks = (mark for mark in descendants(element, "mrk") if mark.get("mtype") == "seg")
    return [(mark.get("mid", ""), mark) for mark in marks]


def segment_states(unit: _Element) -> dict[str, dict[str, str]]:
    """What Trados says of each segment, by its ``mid``."""
    return {
        seg.get("id", ""): _named((str(k), str(v)) for k, v in seg.items())
        for definitions in children(unit, "seg-defs")
        for seg in children(definitions, "seg")
    }


def length_limit(unit: _Element) -> dict[str, str]:
    """How long a translation may be, in characters or bytes, by the unit or what it stands in.

    XLIFF 1 says it by ``maxwidth`` with a ``size-unit``, XLIFF 2 by ``sizeRestriction`` (its size
    and length module). Widths in pixels and the like need a font, and are left alone.
    """
    for element in (unit, *unit.iterancestors()):
        width = element.get("maxwidth", "")
        size = element.get("size-unit", "pixel")
        if width.isdigit() and size in SIZE_UNITS:
            return {SIZE_UNITS[size]: width}
        for key, value in element.items():
            if str(key).endswith("}sizeRestriction"):
                most = str(value).rpartition(",")[2].strip()
                return {MAX_LENGTH: most} if most.isdigit() else {}
    return {}


def unit_states(unit: _Element) -> dict[str, str]:
    """What memoQ and Phrase say of a unit, in attributes of their namespaces."""
    return _named((str(key), str(value)) for key, value in unit.items() if str(key).startswith("{"))


def _named(attributes: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in attributes:
        name = key.rpartition("}")[2]
        if name == "confirmed" and value in CONFIRMED:
            found.setdefault("state", CONFIRMED[value])
        elif name in STATES and not (name == "locked" and value in FALSE):
            found.setdefault(STATES[name], value)
    return found
