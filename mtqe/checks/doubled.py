"""Words that are written twice in a row by mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from typing_extensions import override

from mtqe.checks.alphabet import MASKABLE, Sign
from mtqe.checks.base import Problem, Severity, TranslationCheck
from mtqe.checks.masking import masked
from mtqe.checks.texts import Mask, Texts
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.languages import primary

DOUBLED = re.compile(
    r"(?<![^\W_])(?<![-'’.])([^\W\d_]{1,30})[ \u00a0\n]{1,2}\1(?![^\W_])(?!['’-])",
    re.IGNORECASE,
)
ALLOWED: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "had that is her you very no yes so ha bye many much long no more do who what there "
        "now well far again up on in please again",
        "de": "die der das den dem des sie ihr ihnen wir was ihm sich uns es ist sehr nein ja",
        "nl": "die dat je ze van haar wel is heel hem er zij jij hen we niet nee ja over",
        "fr": "nous vous si non oui très en est",
        "es": "sí no lo la muy nada casi",
        "it": "piano via sì no molto man ben quasi appena",
        "pt": "se não sim muito já logo quase",
        "sv": "som det den de var har för på är att i om till av så nej ja där",
        "da": "der det den de er har på for at som i om til så nej ja",
        "nb": "der det den de er har på for at som i om til så nei ja",
        "nn": "der det den dei er har på for at som i om til så nei ja",
        "no": "der det den de er har på for at som i om til så nei ja",
        "is": "sem það að er á í um til já nei við hann hún",
        "cs": "se že ne ano si velmi je",
        "sk": "sa že nie áno si veľmi je",
        "pl": "się że nie tak bardzo co",
        "hr": "se da ne je što",
        "sl": "se da ne je si",
        "bg": "се да не си е това",
        "mk": "се да не си е",
        "sr": "се да не је se je ne",
        "ru": "не да нет что он она они это так то и",
        "uk": "не так ні що він вона це то і",
        "be": "не так што гэта",
        "lt": "tai kad ne taip",
        "lv": "ka nē jā tas",
        "et": "et ei jah see",
        "fi": "ei että se joo",
        "ro": "nu da foarte și",
        "el": "το του της τον την τα να θα και ναι όχι",
        "ca": "que no sí molt",
        "gl": "non si moi",
        "he": "לא כן את הוא",
    }.items()
}
"""Languages in which doubling a word is no grammar, with words that do come twice in a row."""


@dataclass(frozen=True, kw_only=True)
class DoubledWords(TranslationCheck):
    """The same word twice in a row, where the source has none doubled.

    Only languages are looked at in which nothing is said by doubling, unlike in Indonesian, Hindi,
    Turkish or Vietnamese; and not words that sentences bring together, such as German ``die die``.
    """

    name = "doubled-words"
    summary = "the same word twice in a row"
    needs_source = False

    severity: Severity = "minor"

    @override
    def nothing_here(self, corpus: Corpus, systems: Sequence[Translations]) -> str | None:
        language = corpus.languages.target
        return None if primary(language) in ALLOWED else f"not for {language}"

    @override
    def suspects(self, texts: Texts) -> Mask:
        return texts.translated(Sign.DOUBLES | MASKABLE)

    @override
    def look(self, source: str, hypothesis: str, corpus: Corpus) -> Problem | None:
        allowed = ALLOWED.get(primary(corpus.languages.target))
        if allowed is None or not _may_double(hypothesis):
            return None
        text = masked(hypothesis)
        for match in DOUBLED.finditer(text):
            word = match[1].lower()
            if word in allowed or _are_names(match.group()):
                continue
            if DOUBLED.search(masked(source)):
                return None
            return Problem(f"“{match[1]}” twice in a row.", (("hypothesis", *match.span()),))
        return None


def _may_double(text: str) -> bool:
    """A quick look that spares most texts the search."""
    words = text.lower().split()
    return any(map(str.startswith, words[1:], words))


def _are_names(pair: str) -> bool:
    """Whether both words have capitals, as names and initials do."""
    first, second = pair.split()
    return first[0].isupper() and second[0].isupper()
