"""Datasets of awkward texts, for hypothesis."""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st

from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.corpus.dataset import Dataset, HumanScores
from mtqe.corpus.readers.ids import content_ids

PAIR = LanguagePair("zh", "en-GB")

SPECIMENS = (
    " ", "  a  b ", "<b>&amp;</b>", "]]>", "</seg>", "<!ENTITY a 'b'>", '"', '""', "'", "\\", "\\n",
    "=1+1", "+1", "#. mtqe {}", "%s", "{0}", "&", "&lt;", "&#10;", "_x000D_", "a\u2028b",
    "a\u0085b", "\ufeff", "\u202eb", "\U0001f926\u200d", "e\u0301", "\u4f60\u597d\uff01", "None",
    "null", "0012", "1e5", "-", "@a",
)  # fmt: skip


def texts(*, breaks: bool, controls: bool = False, empty: bool = False):
    """Texts with everything that trips readers up, with line breaks and controls or without."""
    excluded = "" if breaks else "\t\n\r"
    categories: tuple[Literal["Cs", "Cc"], ...] = ("Cs",) if controls else ("Cs", "Cc")
    characters = st.characters(
        exclude_categories=categories, exclude_characters="\0\ufffe\uffff" + excluded
    )
    if breaks and not controls:
        characters = characters | st.sampled_from("\n\t\r")
    free = st.text(characters, min_size=0 if empty else 1, max_size=20)
    return free | st.sampled_from(SPECIMENS)


NAMES = st.sampled_from(["domain", "note", "origlang", "my_col", "state", "fuzzy"])


@st.composite
def datasets(draw, *, breaks=True, references=1, systems=0, ids=True, labels=True, controls=False):
    """A dataset that a format should give back as it was."""
    text = texts(breaks=breaks, controls=controls)
    count = draw(st.integers(1, 4))
    sources = draw(st.lists(text, min_size=count, max_size=count))
    names = (
        draw(st.lists(text, min_size=count, max_size=count, unique=True))
        if ids
        else content_ids(sources)
    )
    columns = draw(st.lists(NAMES, unique=True, max_size=3)) if labels else []
    segments = tuple(
        Segment(
            names[row],
            sources[row],
            tuple(
                draw(text) if row == 0 else draw(st.none() | text) for _ in range(references)
            ),
            draw(st.none() | text) if labels else None,
            {name: draw(text) for name in columns},
        )
        for row in range(count)
    )  # fmt: skip
    corpus = Corpus("awkward", PAIR, segments)
    outputs = texts(breaks=breaks, controls=controls)
    made = tuple(
        Translations.from_texts(f"System-{number}", corpus, [draw(outputs) for _ in segments])
        for number in range(systems)
    )
    human: tuple[HumanScores, ...] = ()
    if made and draw(st.booleans()):
        score = st.none() | st.floats(-25, 100, allow_nan=False)
        scores = {system.system: tuple(draw(score) for _ in segments) for system in made}
        human = (HumanScores("mqm", scores),)
    return Dataset(corpus, made, human)


def content(dataset: Dataset):
    """What must come back: everything but notes and the corpus's name."""
    corpus = dataset.corpus
    segments = [(s.id, s.source, s.references, s.document, dict(s.metadata)) for s in corpus]
    systems = [(system.system, system.hypotheses) for system in dataset.systems]
    human = [(scores.kind, dict(scores.systems)) for scores in dataset.human]
    return corpus.languages, segments, systems, human
