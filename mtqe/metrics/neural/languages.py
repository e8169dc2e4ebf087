"""Whether the model behind a metric was trained on a language at all."""

from __future__ import annotations

from collections.abc import Iterator

from mtqe.corpus.base import LanguagePair
from mtqe.support.languages import language_name, primary
from mtqe.support.word_set import word_set

XLM_R = word_set(
    "af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fil fr fy ga gd gl gu ha "
    "he hi hr hu hy id is it ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my nb ne nl "
    "nn no om or pa pl ps pt ro ru sa sd si sk sl so sq sr su sv sw ta te th tl tr ug uk ur uz vi "
    "xh yi zh"
)
"""The languages of XLM-R (Conneau et al. 2020, table 9), which multilingual E5 starts from too."""
ON_XLM_R = ("mtqe-", "Unbabel/")
"""How the names of mtqe's own models and of the published COMET models begin."""


def coverage_notes(model: str, languages: LanguagePair) -> Iterator[str]:
    """A sentence for each of the two languages that a model has never seen."""
    if not model.startswith(ON_XLM_R):
        return
    for tag in (languages.source, languages.target):
        code = primary(tag)
        if code not in XLM_R:
            yield (
                f"{model} was not trained on {language_name(code)} ({tag}): "
                f"do not rely on its scores; use chrF."
            )
