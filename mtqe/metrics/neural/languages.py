"""Whether the model behind a metric was trained on a language at all."""

from __future__ import annotations

from collections.abc import Iterator

from mtqe.corpus.base import LanguagePair
from mtqe.metrics.models.published import PUBLISHED, XLM_R, suggested
from mtqe.support.languages import language_name, primary

OWN = "mtqe-"
"""How the names of mtqe's own models begin, whose encoder knows XLM-R's languages."""


def coverage_notes(
    metric: str, model: str, languages: LanguagePair, *, needs_source: bool
) -> Iterator[str]:
    """A sentence for each language that a metric reads and its model has never seen."""
    known = _languages(model)
    if not known:
        return
    sources = (languages.source,) if needs_source else ()
    for tag in (*sources, languages.target):
        code = primary(tag)
        if code not in known:
            other = suggested(metric, code)
            yield (
                f"{model} was not trained on {language_name(code)} ({tag}): do not rely on its "
                f"scores; use {f'{other}, which was, or chrF' if other else 'chrF'}."
            )


def _languages(model: str) -> frozenset[str]:
    if model.startswith(OWN):
        return XLM_R
    published = PUBLISHED.get(model)
    return published.languages if published else frozenset()
