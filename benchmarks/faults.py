"""Faults planted into human translations, a function a kind; see `checks.py`.

Each takes a pair of texts and gives the pair with the fault and without: where the fault concerns
something that few texts have, such as a placeholder, it is put into both texts first. None: this
pair can't have this fault.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel import Locale
from babel.dates import format_date

UNSPACED = ("zh", "ja", "th", "km")
DIGITS = re.compile(r"\d{2,}")
PUNCTUATION = re.compile(r"([.,!?;:()\"«»„“”।。，？！])")
PLACEHOLDERS = ("{name}", "%s", "${price}", "{{count}}", "%(user)s", "<1/>", "{0}", "%1$d")
TAGS = ("b", "em", "a", "span", "strong")


@dataclass(frozen=True)
class Pair:
    """A source and a human translation of it.

    Attributes:
        others: translations into the same language, and sources, of other segments.
        foreign: texts of a third language.
    """

    source: str
    target: str
    languages: tuple[str, str]
    others: Sequence[tuple[str, str]]
    foreign: Sequence[str]


@dataclass(frozen=True)
class Case:
    """A source with a good and a faulty translation."""

    source: str
    good: str
    bad: str


Planter = Callable[[Pair, random.Random], Case | None]


def joint(language: str) -> str:
    return "" if language in UNSPACED else " "


def inserted(text: str, token: str, language: str, rng: random.Random) -> str:
    """A text with a token between two words, or two characters where there are no spaces."""
    gap = joint(language)
    parts = list(text) if not gap else text.split(gap)
    place = rng.randint(1, max(1, len(parts) - 1))
    return gap.join([*parts[:place], token, *parts[place:]])


def both(pair: Pair, token: str, rng: random.Random) -> tuple[str, str]:
    source, target = pair.languages
    return inserted(pair.source, token, source, rng), inserted(pair.target, token, target, rng)


def empty(pair: Pair, rng: random.Random) -> Case:
    return Case(pair.source, pair.target, rng.choice(["", " ", "\u3000", "\n"]))


def copy(pair: Pair, rng: random.Random) -> Case:
    return Case(pair.source, pair.target, pair.source)


def source_language(pair: Pair, rng: random.Random) -> Case:
    return Case(pair.source, pair.target, rng.choice(pair.others)[0])


def third_language(pair: Pair, rng: random.Random) -> Case:
    return Case(pair.source, pair.target, rng.choice(pair.foreign))


def runaway(pair: Pair, rng: random.Random) -> Case:
    gap = joint(pair.languages[1])
    parts = pair.target.split(gap) if gap else list(pair.target)
    unit = parts[-rng.randint(1, 4) :] if gap else parts[-rng.randint(3, 6) :]
    return Case(pair.source, pair.target, gap.join([*parts, *unit * rng.randint(4, 12)]))


def cut_short(pair: Pair, rng: random.Random) -> Case | None:
    if len(pair.target) < 30:
        return None
    return Case(pair.source, pair.target, pair.target[: int(len(pair.target) * 0.3)])


def too_long(pair: Pair, rng: random.Random) -> Case:
    more = " ".join(rng.choice(pair.others)[1] for _ in range(2))
    return Case(pair.source, pair.target, f"{pair.target} {more}")


def number_changed(pair: Pair, rng: random.Random) -> Case | None:
    shared = [m for m in DIGITS.finditer(pair.target) if m.group() in pair.source]
    if not shared:
        return None
    match = rng.choice(shared)
    digits = list(match.group())
    place = rng.randrange(len(digits))
    digits[place] = rng.choice([d for d in "123456789" if d != digits[place]])
    bad = pair.target[: match.start()] + "".join(digits) + pair.target[match.end() :]
    return Case(pair.source, pair.target, bad)


def number_lost(pair: Pair, rng: random.Random) -> Case | None:
    shared = [m for m in DIGITS.finditer(pair.target) if m.group() in pair.source]
    shared = [m for m in shared if len(m.group()) > 2]
    if not shared:
        return None
    match = rng.choice(shared)
    return Case(pair.source, pair.target, pair.target[: match.start()] + pair.target[match.end() :])


def date_changed(pair: Pair, rng: random.Random) -> Case | None:
    if pair.languages[1] not in DATED or pair.languages[0] not in DATED:
        return None
    day = date(rng.randint(1950, 2030), 1, 1) + timedelta(days=rng.randrange(365))
    other = day + timedelta(days=rng.choice([-1, 1, 7, 31, 366, -500]))
    length = rng.choice(["long", "short"]) if day.day > 12 else "long"
    source = f"{pair.source} ({written(day, pair.languages[0], 'long')})"
    good, bad = (f"{pair.target} ({written(d, pair.languages[1], length)})" for d in (day, other))
    return Case(source, good, bad)


DATED = ("en", "de", "es", "fr", "pt", "ru", "cs", "uk", "zh", "ja", "is")


def written(day: date, language: str, length: str) -> str:
    if length == "short" and language not in ("en", "zh", "ja"):
        return f"{day.day:02}.{day.month:02}.{day.year}"
    return format_date(day, "long", Locale.parse(language))


def placeholder(pair: Pair, rng: random.Random) -> Case:
    token = rng.choice(PLACEHOLDERS)
    source, good = both(pair, token, rng)
    wrong = rng.choice(["", token[:-1], token.replace(token[1], "x", 1), token + token])
    return Case(source, good, good.replace(token, wrong, 1))


def tag(pair: Pair, rng: random.Random) -> Case:
    name = rng.choice(TAGS)
    source, good = both(pair, f"<{name}>X</{name}>", rng)
    wrong = rng.choice([f"<{name}>X", "X", f"<{name} >X< /{name}>", f"<{name}x>X</{name}x>"])
    return Case(source, good, good.replace(f"<{name}>X</{name}>", wrong, 1))


def url(pair: Pair, rng: random.Random) -> Case:
    token = f"https://www.example.org/{rng.choice('abcd')}/page{rng.randrange(1000)}.html"
    source, good = both(pair, f" {token} ", rng)
    wrong = rng.choice(["", token[:-3], token.replace("example", "exemple")])
    return Case(source, good, good.replace(token, wrong, 1))


def email(pair: Pair, rng: random.Random) -> Case:
    token = f"{rng.choice(['info', 'jana.nova', 'help'])}@example.org"
    source, good = both(pair, f" {token} ", rng)
    wrong = rng.choice(["", token.replace("@", " at "), token.replace(".org", ".com")])
    return Case(source, good, good.replace(token, wrong, 1))


def words_left(pair: Pair, rng: random.Random) -> Case | None:
    gap = joint(pair.languages[0])
    parts = pair.source.split(gap) if gap else list(pair.source)
    length = 6
    if len(parts) < 2 * length:
        return None
    start = rng.randrange(len(parts) - length)
    left = gap.join(parts[start : start + length])
    return Case(pair.source, pair.target, inserted(pair.target, left, pair.languages[1], rng))


def quote(pair: Pair, rng: random.Random) -> Case:
    marks = rng.choice(['""', "“”", "«»", "„“"])
    source, good = (f"{marks[0]}{text}{marks[1]}" for text in (pair.source, pair.target))
    return Case(source, good, good[1:] if rng.random() < 0.5 else good[:-1])


def bracket(pair: Pair, rng: random.Random) -> Case:
    marks = rng.choice(["()", "[]", "（）"])
    source, good = (f"{text} {marks[0]}ABC{marks[1]}" for text in (pair.source, pair.target))
    return Case(source, good, good.replace(marks[rng.randrange(2)], "", 1))


def odd_character(pair: Pair, rng: random.Random) -> Case:
    odd = rng.choice(["\u200b", "\x07", "\ufffd", "\u202e", "\u2066", "\ufeff", "\x9d", "\ue123"])
    place = rng.randrange(len(pair.target))
    return Case(pair.source, pair.target, pair.target[:place] + odd + pair.target[place:])


def mojibake(pair: Pair, rng: random.Random) -> Case | None:
    if not any("À" <= c <= "ſ" for c in pair.target):
        return None
    bad = pair.target.encode().decode("cp1252", errors="replace")
    return Case(pair.source, pair.target, bad)


def decomposed(pair: Pair, rng: random.Random) -> Case | None:
    bad = unicodedata.normalize("NFD", pair.target)
    if pair.languages[1] not in (*DATED, "et", "fi") or bad == pair.target:
        return None
    return Case(pair.source, pair.target, bad)


def tokenized(pair: Pair, rng: random.Random) -> Case | None:
    if pair.languages[1] in UNSPACED:
        bad = " ".join(pair.target.replace(" ", ""))
    else:
        bad = " ".join(PUNCTUATION.sub(r" \1 ", pair.target).split())
    return Case(pair.source, pair.target, bad) if bad != pair.target else None


def lower_cased(pair: Pair, rng: random.Random) -> Case | None:
    bad = pair.target.lower()
    if sum(c.isupper() or c.islower() for c in pair.target) < len(pair.target) / 2:
        return None
    starts = pair.source[:1].isupper() or pair.languages[0] in UNSPACED
    return Case(pair.source, pair.target, bad) if bad != pair.target and starts else None


def other_term(pair: Pair, rng: random.Random) -> Case:
    source, good = (
        inserted(text, term, language, rng)
        for text, term, language in zip(
            (pair.source, pair.target), ("Weldbeam", "Zvarnik"), pair.languages, strict=True
        )
    )
    return Case(source, good, good.replace("Zvarnik", rng.choice(["Weldbeam", "Balken", ""])))


def listed_word(pair: Pair, rng: random.Random) -> Case:
    bad = inserted(pair.target, rng.choice(["Dratt", "dratt"]), pair.languages[1], rng)
    return Case(pair.source, pair.target, bad)


PLANTERS: Mapping[str, tuple[tuple[str, Planter], ...]] = {
    "empty": (("no or only white space", empty),),
    "copy": (("the source again", copy),),
    "language": (
        ("a text of the source's language", source_language),
        ("a text of a third language", third_language),
    ),
    "repetition": (("the end 4 to 12 times", runaway),),
    "length": (("cut to 30%", cut_short), ("two more segments", too_long)),
    "placeholders": (("lost, cut, renamed or doubled", placeholder),),
    "tags": (("lost, broken or renamed", tag),),
    "urls": (("lost, cut or misspelt", url),),
    "emails": (("lost or changed", email),),
    "numbers": (("a digit changed", number_changed), ("three digits and more lost", number_lost)),
    "dates": (("another day, month or year", date_changed),),
    "untranslated": (("six words or characters of the source", words_left),),
    "glossary": (("a term's translation replaced", other_term),),
    "watch-list": (("a listed word added", listed_word),),
    "quotes": (("one of two lost", quote),),
    "brackets": (("one of two lost", bracket),),
    "characters": (("one odd character", odd_character), ("UTF-8 read as CP1252", mojibake)),
    "normalisation": (("NFD", decomposed),),
    "tokenized": (("punctuation or characters apart", tokenized),),
    "lower-cased": (("all in small letters", lower_cased),),
}
"""By check, kinds of faults that it should find."""
