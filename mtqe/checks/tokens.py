"""Checks of what must stand in a translation exactly as often as in its source."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from typing_extensions import override

from mtqe.checks.alphabet import Sign
from mtqe.checks.base import Check, Finding, Problem, Side, Span
from mtqe.checks.texts import Mask, Texts
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.support.message_format import MessageError, Variant, is_message, matching, variants

SHOWN = 5
"""Tokens that a message names."""


class Token(NamedTuple):
    """Something found in a text: what it is compared by, and its place in code points."""

    key: str
    start: int
    end: int


class TokenCheck(Check):
    """Compares tokens of sources with those of translations as multisets.

    In ICU messages, each case of the translation is compared with the source's same case.

    Attributes:
        noun: what a token is called in messages.
    """

    needs_source = True
    by_segment = True
    noun: ClassVar[str]

    @abstractmethod
    def tokens(self, text: str, language: str) -> list[Token]:
        """The tokens of a text, in order."""

    @override
    def findings(self, corpus: Corpus, systems: Sequence[Translations]) -> Iterator[Finding]:
        texts = Texts.of(corpus, systems)
        wanted: tuple[int, list[Token]] = (-1, [])
        for row, place in texts.pairs(self._suspects(texts)):
            segment, text = corpus[row], texts.hypotheses[place][row] or ""
            if is_message(segment.source):
                problem = self.compare_messages(segment, text, corpus.languages)
            else:
                if wanted[0] != row:
                    wanted = row, self.tokens(segment.source, corpus.languages.source)
                problem = self.look(segment, text, wanted[1], corpus.languages)
            if problem:
                yield self.finding(segment, texts[place].system, problem)

    def _suspects(self, texts: Texts) -> Mask:
        """Translations that may have a token, or whose source may, or is a message."""
        shown = texts.translated(Sign.VISIBLE)
        if not self.signs:
            return shown
        return shown & (texts.either(self.signs) | texts.has(texts.sources, Sign.BRACE))

    def look(
        self, segment: Segment, text: str, wanted: Sequence[Token], languages: LanguagePair
    ) -> Problem | None:
        """What is wrong with a translation that is no ICU message.

        Args:
            segment: what was translated.
            text: the translation.
            wanted: the source's tokens.
            languages: the direction of translation.
        """
        if (choices := plural_choices(segment.source, text)) is not None:
            return self._compare_choices(*choices, segment, languages)
        return self.compare(wanted, self.tokens(text, languages.target), segment, languages)

    def _compare_choices(
        self,
        source: Sequence[str],
        hypothesis: Sequence[tuple[int, str]],
        segment: Segment,
        languages: LanguagePair,
    ) -> Problem | None:
        """What any of the forms between bars loses or adds, beside the source's last form."""
        wanted = self.tokens(source[-1], languages.source)
        singular = self.tokens(source[0], languages.source)
        for start, part in hypothesis:
            found = [
                token._replace(start=token.start + start, end=token.end + start)
                for token in self.tokens(part, languages.target)
            ]
            if unmatched(singular, found) or unmatched(found, singular):
                problem = self.compare(wanted, found, segment, languages)
                if problem is not None:
                    own = tuple(span for span in problem.spans if span[0] == "hypothesis")
                    return Problem(problem.message, own)
        return None

    def compare(
        self,
        source: Sequence[Token],
        hypothesis: Sequence[Token],
        segment: Segment,
        languages: LanguagePair,
    ) -> Problem | None:
        """What is lost and what is added, if anything."""
        if not source and not hypothesis:
            return None
        lost, added = self.differences(source, hypothesis, segment, languages)
        return lost_and_added(self.noun, lost, added) if lost or added else None

    def differences(
        self,
        source: Sequence[Token],
        hypothesis: Sequence[Token],
        segment: Segment,
        languages: LanguagePair,
    ) -> tuple[list[Token], list[Token]]:
        """The tokens that are lost, and those that are added."""
        return unmatched(source, hypothesis), unmatched(hypothesis, source)

    def compare_messages(
        self, segment: Segment, text: str, languages: LanguagePair
    ) -> Problem | None:
        """What any case of an ICU message loses or adds."""
        lost: dict[tuple[str, int], Token] = {}
        added: dict[tuple[str, int], Token] = {}
        for theirs, ours in cases(segment.source, text):
            missing, more = self.differences(
                self.case_tokens(theirs, languages.source),
                self.case_tokens(ours, languages.target),
                segment,
                languages,
            )
            missing, more = self.case_differences(missing, more, ours)
            lost |= {(token.key, token.start): token for token in _moved(missing, theirs)}
            added |= {(token.key, token.start): token for token in _moved(more, ours)}
        if not lost and not added:
            return None
        return lost_and_added(self.noun, list(lost.values()), list(added.values()))

    def case_tokens(self, variant: Variant, language: str) -> list[Token]:
        """The tokens of one case of a message."""
        return self.tokens(variant.text, language)

    def case_differences(
        self, lost: list[Token], added: list[Token], variant: Variant
    ) -> tuple[list[Token], list[Token]]:
        """Both without what this case of a message may leave out."""
        return lost, added


def plural_choices(source: str, hypothesis: str) -> tuple[list[str], list[tuple[int, str]]] | None:
    """The plural forms of texts that put them between bars, as Symfony, Laravel and Vue do.

    Returns:
        The source's forms, and the translation's with their places; None where the source has
        none: the forms of one text are much alike, other texts with bars are not.
    """
    if not 1 <= source.count("|") <= 5 or "||" in source or hypothesis.count("|") > 6:
        return None
    forms = source.split("|")
    words = [set(form.lower().split()) for form in forms]
    if any(len(own) < 2 or 2 * len(own & words[0]) < len(own) for own in words):
        return None
    found, place = [], 0
    for part in hypothesis.split("|"):
        found.append((place, part))
        place += len(part) + 1
    return forms, found


def cases(source: str, hypothesis: str) -> list[tuple[Variant, Variant]]:
    """Each case of a translated message beside the source's same case."""
    theirs, ours = _variants(source), _variants(hypothesis)
    return [(matching(variant, theirs), variant) for variant in ours]


def _variants(text: str) -> list[Variant]:
    try:
        return variants(text)
    except MessageError:
        return [Variant(text, tuple(range(len(text))), {})]


def _moved(tokens: Sequence[Token], variant: Variant) -> Iterator[Token]:
    """Tokens of a case at their places in the whole message."""
    for token in tokens:
        start, last = variant.places[token.start], variant.places[max(0, token.end - 1)]
        yield Token(token.key, start, last + 1)


def lost_and_added(noun: str, lost: Sequence[Token], added: Sequence[Token]) -> Problem:
    """Tokens that only the source has, and such that only the hypothesis has, as a problem."""
    parts = [_part(noun, tokens, word) for tokens, word in ((lost, "lost"), (added, "added"))]
    message = "; ".join(filter(None, parts))
    return Problem(f"{message}.", (*spans("source", lost), *spans("hypothesis", added)))


def _part(noun: str, tokens: Sequence[Token], word: str) -> str:
    keys = list(dict.fromkeys(token.key for token in tokens))
    if not keys:
        return ""
    plural = "" if len(keys) == 1 else "es" if noun.endswith("s") else "s"
    more = ", …" if len(keys) > SHOWN else ""
    return f"{noun.capitalize()}{plural} {word}: {', '.join(keys[:SHOWN])}{more}"


def unmatched(tokens: Sequence[Token], others: Sequence[Token]) -> list[Token]:
    """The tokens that have no partner of the same key among others."""
    left = Counter(token.key for token in others)
    alone = []
    for token in tokens:
        if left[token.key]:
            left[token.key] -= 1
        else:
            alone.append(token)
    return alone


def spans(side: Side, tokens: Sequence[Token]) -> tuple[Span, ...]:
    """The places of tokens in the text of one side."""
    return tuple((side, token.start, token.end) for token in tokens)
