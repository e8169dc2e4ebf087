"""Instructions to a language model in a folded text, told by phrases that stand near each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property

from mtqe.checks.injection.folding import fold
from mtqe.checks.injection.wording import WORDINGS, Wording

WORD = re.compile(r"\w+")
KEY_LENGTH = 4
"""Letters of a word by which it is looked up."""
LONGEST_ENDING = 12
DENSE = 0.45
"""How long a text without spaces is, compared with the same in Latin letters."""
SLOTS = tuple(field.name for field in fields(Wording) if field.type == "str")


@dataclass(frozen=True)
class Rule:
    """Slots of a `Wording` that make an instruction where they stand near each other.

    Attributes:
        slots: at least one phrase of each must be there, in any order; the rarest is first.
        window: characters from the beginning of the first phrase to the end of the last one.
    """

    slots: tuple[str, ...]
    window: int


RULES = (
    Rule(("signs",), 0),
    Rule(("leave", "orders", "earlier"), 70),
    Rule(("leave", "above"), 45),
    Rule(("text", "best", "give"), 90),
    Rule(("text", "flawless"), 60),
    Rule(("mark", "errors", "refrain", "text"), 100),
    Rule(("alone", "best", "give"), 40),
    Rule(("become", "machine"), 60),
    Rule(("to_machine", "machine"), 25),
)


@dataclass(frozen=True)
class _Language:
    """The phrases of one language; patterns of them are made where a text needs them.

    Attributes:
        wording: the language's phrases.
        phrases: those of each slot that has any, folded.
    """

    wording: Wording
    phrases: Mapping[str, Sequence[str]]

    @cached_property
    def firsts(self) -> re.Pattern[str]:
        """What every instruction has: a phrase of the first slot of some rule."""
        names = dict.fromkeys(rule.slots[0] for rule in RULES)
        phrases = {phrase for name in names for phrase in self.phrases.get(name, ())}
        rests: dict[str, list[str]] = {}  # one branch per first letter, which is faster to search
        for phrase in sorted(phrases):
            rests.setdefault(phrase[0], []).append(re.escape(phrase[1:]))
        branches = (f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items())
        return re.compile("|".join(branches))

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        """By slot, a pattern of its phrases, if it has been asked for."""
        return {}

    def pattern(self, slot: str) -> re.Pattern[str]:
        """A pattern of the phrases of a slot."""
        if slot not in self.patterns:
            self.patterns[slot] = _pattern(self.phrases[slot], spaced=self.wording.spaced)
        return self.patterns[slot]

    def window(self, rule: Rule) -> int:
        """How far apart the phrases of a rule may stand."""
        return rule.window if self.wording.spaced else round(rule.window * DENSE)

    def has(self, rule: Rule) -> bool:
        """Whether the language has phrases for all slots of a rule."""
        return self.phrases.keys() >= set(rule.slots)

    def instructions(self, text: str, rules: Sequence[Rule]) -> Iterator[tuple[int, int]]:
        for rule in rules:
            if self.has(rule) and (found := self._near(text, rule.slots, self.window(rule))):
                yield found

    def _near(self, text: str, slots: tuple[str, ...], window: int) -> tuple[int, int] | None:
        """The first place where a phrase of each slot stands, without overlap."""
        events = []
        for slot in slots:
            matches = [(*match.span(), slot) for match in self.pattern(slot).finditer(text)]
            if not matches:
                return None
            events += matches
        last: dict[str, int] = {}
        reached = 0
        for start, end, slot in sorted(events, key=lambda event: (event[0], -event[1])):
            if start < reached:
                continue
            reached = end
            last[slot] = start
            if len(last) == len(slots):
                begin = min(last.values())
                if self.wording.verb_first and last.get("leave", begin) != begin:
                    continue
                if len(slots) == 1 or end - begin <= window:
                    return begin, end
        return None


def instructions(text: str) -> list[tuple[int, int]]:
    """Where a folded text holds instructions to a language model, in any of the languages.

    Takes time that grows as fast as the text.
    """
    found = [
        place
        for language, rules in _candidates(text)
        for place in language.instructions(text, rules)
    ]
    return sorted(found)


def _candidates(text: str) -> Iterator[tuple[_Language, Sequence[Rule]]]:
    """Languages that may be meant, each with the rules that may hold."""
    keys = {word[:KEY_LENGTH] for word in WORD.findall(text)}
    table = _table()
    possible = {possible for key in table.keys() & keys for possible in table[key]}
    for name, number in sorted(possible):
        slots = _keys(name)
        if not any(slots[slot].isdisjoint(keys) for slot in RULES[number].slots):
            yield _languages()[name], RULES[number : number + 1]
    if not text.isascii():
        for script, language in _unspaced():
            if script.search(text) and language.firsts.search(text):
                yield language, RULES


@cache
def _languages() -> Mapping[str, _Language]:
    return {
        name: _Language(
            wording,
            {slot: _phrases(listed) for slot in SLOTS if (listed := getattr(wording, slot))},
        )
        for name, wording in WORDINGS.items()
    }


@cache
def _table() -> Mapping[str, Sequence[tuple[str, int]]]:
    """By the beginning of a word, languages and rules whose rarest slot has such a word."""
    table: dict[str, list[tuple[str, int]]] = {}
    for name, language in _languages().items():
        for number, rule in enumerate(RULES) if language.wording.spaced else ():
            for key in _keys(name)[rule.slots[0]]:
                table.setdefault(key, []).append((name, number))
    return table


@cache
def _keys(name: str) -> Mapping[str, frozenset[str]]:
    """The beginnings of words by which the phrases of each slot of a language are looked up."""
    phrases = _languages()[name].phrases
    return {
        slot: frozenset(
            max(WORD.findall(phrase), key=len)[:KEY_LENGTH] for phrase in phrases.get(slot, ())
        )
        for slot in SLOTS
    }


def slot_phrases(name: str) -> Mapping[str, Sequence[str]]:
    """The phrases of a language by slot, folded; slots without any are left out."""
    return _languages()[name].phrases


def windows(name: str) -> list[tuple[tuple[str, ...], int]]:
    """Slots of each rule that a language has phrases for, and how far apart these may stand."""
    language = _languages()[name]
    return [(rule.slots, language.window(rule)) for rule in RULES if language.has(rule)]


SCRIPTS = {
    "ar": "\u0600-\u06ff",
    "hi": "\u0900-\u097f",
    "zh": "\u4e00-\u9fff",
    "ja": "\u3040-\u30ff",
    "ko": "\uac00-\ud7af",
}


@cache
def _unspaced() -> tuple[tuple[re.Pattern[str], _Language], ...]:
    return tuple(
        (re.compile(f"[{SCRIPTS[name]}]"), _languages()[name])
        for name, wording in WORDINGS.items()
        if not wording.spaced
    )


def _phrases(listed: str) -> list[str]:
    return [fold(phrase) for phrase in listed.split("|") if phrase]


def _pattern(listed: Sequence[str], *, spaced: bool) -> re.Pattern[str]:
    phrases = sorted(listed, key=len, reverse=True)
    if not spaced:
        return re.compile("|".join(map(re.escape, phrases)))
    return re.compile(rf"\b(?:{'|'.join(map(_spaced_phrase, phrases))})(?!\w)")


def _spaced_phrase(phrase: str) -> str:
    return r"\W{1,3}".join(map(_word, phrase.split(" ")))


def _word(word: str) -> str:
    ending = rf"\w{{0,{LONGEST_ENDING}}}" if word.endswith("*") else ""
    return re.escape(word.removesuffix("*")) + ending
