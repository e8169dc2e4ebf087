"""One check on a few texts."""

from __future__ import annotations

from pathlib import Path

from mtqe.checks import CheckContext, Finding
from mtqe.checks.registry import check_class
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations


def built(name, languages=("en", "es"), folder=Path(), **options):
    return check_class(name).from_options(options, CheckContext(LanguagePair(*languages), folder))


def corpus_of(*segments, languages=("en", "es")):
    """Each segment a source, or a source with its references."""
    rows = [(item,) if isinstance(item, str) else item for item in segments]
    return Corpus(
        "toy",
        LanguagePair(*languages),
        tuple(Segment(f"s{n}", row[0], tuple(row[1:])) for n, row in enumerate(rows)),
    )


def findings(name, corpus, texts=None, **options) -> list[Finding]:
    """What a check finds in a test set, and in one system's translations of it."""
    pair = (corpus.languages.source, corpus.languages.target)
    systems = [] if texts is None else [Translations.from_texts("mt", corpus, texts)]
    return list(built(name, pair, **options).findings(corpus, systems))


def found(name, source, hypothesis, languages=("en", "es"), **options) -> Finding | None:
    """What a check finds in one translation."""
    corpus = corpus_of(source, languages=languages)
    own = [f for f in findings(name, corpus, [hypothesis], **options) if f.system == "mt"]
    return own[0] if own else None


def marked(finding, source, hypothesis):
    """The texts of a finding's spans."""
    texts = {"source": source, "hypothesis": hypothesis}
    return [(side, texts[side][start:end]) for side, start, end in finding.spans]
