"""Notes of several parts: what all say, once; else, and where it counts something, of which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

COUNT = re.compile(r"(?<![^\s(])(?:\d+|\d{1,3}(?:,\d{3})+)(?=[\s:;,)]|\.?$)")
"""A whole number that stands by itself, as in "2 empty hypotheses" and "54 of 60 segments: ..."."""
LABELLED = re.compile(r"(.*) \((?:each of )?parts? (\d[\d., ]*)\)([.?!]?)", re.DOTALL)
"""A note that says of which parts of an earlier merge it is; see `_of_parts`."""
LEFT_OUT = re.compile(r"merged: no findings of (.+), (which .+)", re.DOTALL)
"""What `left_out` gave."""


def notes_of(several: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Notes of all parts, each once; those that count, or are of some parts alone, say of which.

    The second part of what is the first part here is called 1.2. Notes on findings that an earlier
    merge left out are not among them; see `left_out`.
    """
    parts = [list(notes) for notes in several]
    found: dict[str, list[str]] = {}
    for number, notes in enumerate(parts, 1):
        for note in notes:
            if LEFT_OUT.fullmatch(note):
                continue
            text, inner = _split(note)
            found.setdefault(text, []).extend(
                f"{number}.{label}" if label else str(number) for label in inner
            )
    everywhere = [str(number) for number in range(1, len(parts) + 1)]
    return tuple(
        note if labels == everywhere and not COUNT.search(note) else _of_parts(note, labels)
        for note, labels in found.items()
    )


def left_out(reasons: Mapping[str, str], several: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Which checks' findings a merge leaves out, or an earlier one has left out, and why.

    Args:
        reasons: by check, what follows its name, such as "which compare segments".
        several: the notes of each part.
    """
    found: dict[str, dict[str, None]] = {}
    for name, reason in (*_earlier(several), *reasons.items()):
        if not any(name in names for names in found.values()):
            found.setdefault(reason, {})[name] = None
    return tuple(
        f"merged: no findings of {', '.join(names)}, {reason}" for reason, names in found.items()
    )


def _earlier(several: Iterable[Iterable[str]]) -> Iterator[tuple[str, str]]:
    for match in (LEFT_OUT.fullmatch(note) for notes in several for note in notes):
        for name in match[1].split(", ") if match else ():
            yield name, match[2] if match else ""


def _split(note: str) -> tuple[str, list[str]]:
    """A note without its label, and the parts that this names; an empty one if it names none."""
    match = LABELLED.fullmatch(note)
    return (match[1] + match[3], match[2].split(", ")) if match else (note, [""])


def _of_parts(note: str, labels: Sequence[str]) -> str:
    """The note with its parts, before the end of its sentence."""
    end = note[-1] if note.endswith((".", "?", "!")) else ""
    which = f"part {labels[0]}"
    if len(labels) > 1:
        which = f"{'each of ' if COUNT.search(note) else ''}parts {', '.join(labels)}"
    return f"{note.removesuffix(end)} ({which}){end}"
