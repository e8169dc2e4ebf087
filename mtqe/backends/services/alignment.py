"""A model's answer put back to its segments, or refused where that would take guessing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from mtqe.support.chat.text import REFUSAL, THOUGHTS, shown, unfenced, without_thoughts
from mtqe.support.http.faults import BadAnswer
from mtqe.support.http.parsing import parsed
from mtqe.support.json_text import json_value
from mtqe.support.languages import primary
from mtqe.support.lines import split_lines

NUMBERED = re.compile(r"\s*(\d{1,9})[.:)] ?(.*)")
CHATTER = re.compile(
    r"\W*(sure|certainly|of course|here (is|are)|here['’]s|translation\b)[^:]*:", re.I
)


class _Entry(TypedDict):
    id: int
    text: str


class _Answer(TypedDict):
    translations: list[_Entry]


ANSWER = TypeAdapter(_Answer)


def align(form: str, answer: str, sources: Sequence[str], target_language: str) -> list[str]:
    """The translations of the sources, in their order.

    Ids decide which translation belongs to which segment, not the order of the answer. A code fence
    around the whole answer is taken off, and thoughts before it; any other word is not.

    Args:
        form: as the model was asked, a key of `mtqe.backends.services.prompts.FORMS`.
        answer: all that the model wrote.
        sources: the segments that it was asked for.
        target_language: English refusals are told from translations only where it isn't English.

    Raises:
        BadAnswer: missing, repeated, unknown or empty translations, other text around them, or a
            refusal.
    """
    texts = READERS[form](unfenced(_after_thoughts(form, answer, sources)), sources)
    english = primary(target_language) == "en"
    for text, source in zip(texts, sources, strict=True):
        if not text.strip():
            raise BadAnswer("an empty translation")
        if not english and REFUSAL.match(text) and not REFUSAL.match(source):
            raise BadAnswer(f"a refusal: {shown(text)}")
    return texts


def _after_thoughts(form: str, answer: str, sources: Sequence[str]) -> str:
    """An answer without the thoughts before it, as long as these can be told from a translation.

    Some servers begin the thoughts themselves, so that only their end is in the answer.
    """
    begin, end = THOUGHTS
    if not any(end in source for source in sources):
        return answer.rpartition(end)[2]
    if form == "text" and sources[0].lstrip().startswith(begin):
        return answer
    return without_thoughts(answer)


def one_each(texts: Sequence[str], segments: Sequence[object]) -> Sequence[str]:
    """Check that there is one text per segment, and give the texts back.

    Raises:
        BadAnswer: not one for each segment, or one that is no Unicode text.
    """
    if len(texts) != len(segments):
        raise BadAnswer(f"{len(texts)} translations for {len(segments)} segments")
    for text in texts:
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise BadAnswer("a translation with half a character (a lone surrogate)")
    return texts


def _from_json(answer: str, sources: Sequence[str]) -> list[str]:
    try:
        data = json_value(answer)
    except ValueError:
        raise BadAnswer(f"not the JSON alone that was asked for: {shown(answer)}") from None
    entries = parsed(ANSWER, data)["translations"]
    return _by_number([(entry["id"], entry["text"]) for entry in entries], sources)


def _from_numbered(answer: str, sources: Sequence[str]) -> list[str]:
    found = []
    for line in split_lines(answer.strip()):
        match = NUMBERED.fullmatch(line)
        if match is None:
            raise BadAnswer(f"a line without a number: {shown(line)}")
        found.append((int(match.group(1)), match.group(2)))
    return _by_number(found, sources)


def _from_text(answer: str, sources: Sequence[str]) -> list[str]:
    text, source = answer.strip(), sources[0]
    if text.count("\n") > source.count("\n"):
        raise BadAnswer(f"more lines than the source has: {shown(text)}")
    if CHATTER.match(text) and not CHATTER.match(source) and ":" not in source:
        raise BadAnswer(f"words around the translation: {shown(text)}")
    return [text]


def _by_number(found: Sequence[tuple[int, str]], sources: Sequence[str]) -> list[str]:
    texts = dict(found)
    if len(found) != len(sources) or texts.keys() != set(range(1, len(sources) + 1)):
        numbers = ", ".join(str(number) for number, _ in found[: len(sources) + 1])
        raise BadAnswer(f"translations of {numbers or 'nothing'} for segments 1 to {len(sources)}")
    return [texts[number] for number in range(1, len(sources) + 1)]


READERS: Mapping[str, Callable[[str, Sequence[str]], list[str]]] = {
    "json": _from_json,
    "numbered": _from_numbered,
    "text": _from_text,
}
