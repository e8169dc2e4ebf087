"""The test set and the translations that a run was made from, out of its tables."""

from __future__ import annotations

from dataclasses import replace

from mtqe.corpus.base import Corpus, LanguagePair, Place, Segment, Translations
from mtqe.run.reading import Run
from mtqe.run.soundness import METADATA


def corpus_of(run: Run) -> Corpus:
    """The test set of a run.

    Raises:
        DataError: the run's segments can't be read.
    """
    info = run.manifest.corpus
    frame = run.segments.iloc[: info.segments]
    columns = {name: frame[METADATA + name].tolist() for name in info.slices}
    rows = zip(
        frame["segment_id"],
        frame["source"],
        frame["references"],
        frame["document"],
        run.places,
        strict=True,
    )
    segments = tuple(
        Segment(
            name,
            source,
            tuple(references),
            document if isinstance(document, str) else None,
            {key: v[n] for key, v in columns.items() if isinstance(v[n], str)},
            None if place is None else Place(place),
        )
        for n, (name, source, references, document, place) in enumerate(rows)
    )
    languages = LanguagePair(info.source_language, info.target_language)
    return Corpus(info.name, languages, segments, info.notes)


def translations_of(run: Run, corpus: Corpus) -> list[Translations]:
    """The translations of every system of a run, or of a baseline with texts.

    Args:
        run: whose translations.
        corpus: the test set of that run (see `corpus_of`).
    """
    column = run.segments["hypothesis"]
    texts = [text if isinstance(text, str) else None for text in column]
    size = len(corpus)
    return [
        replace(
            Translations.from_texts(info.name, corpus, texts[place * size : (place + 1) * size]),
            identity=info.identity,
        )
        for place, info in enumerate(run.manifest.systems)
    ]
