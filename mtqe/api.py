"""The Python interface: what the command line does, with pandas frames at the end."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from mtqe.align.segmentation.methods import Method, parse_method
from mtqe.checks import CheckContext, run_checks
from mtqe.config import Config, build_checks, build_metrics, load_config, parse_checks
from mtqe.corpus.base import Corpus, LanguagePair, Translations
from mtqe.corpus.documents import (
    check_document_count,
    check_document_names,
    document_corpus,
    has_documents,
)
from mtqe.corpus.readers.memory import (
    check_lengths,
    corpus_from_texts,
    is_frame,
    named_texts,
    reference_columns,
    texts,
)
from mtqe.corpus.segment_names import SegmentNames
from mtqe.errors import ConfigError, DataError
from mtqe.evaluation.documents import by_segments
from mtqe.evaluation.evaluate import (
    check_systems,
    check_translations,
    default_metrics,
    evaluate,
    score_translations,
    translate_all,
)
from mtqe.evaluation.executors import Local, open_executor
from mtqe.evaluation.translate import Translated
from mtqe.metrics.pool import Compute, ModelPool
from mtqe.run import Run, findings_table, with_names, write_run
from mtqe.support.arguments import check_type, path_argument
from mtqe.support.cache import Cache
from mtqe.support.languages import UNKNOWN_LANGUAGE, language
from mtqe.support.options import check_name_list, parse_options
from mtqe.support.paths import cache_folder
from mtqe.support.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

PathLike = str | os.PathLike[str]
Names = str | Sequence[str]
"""One name, or several."""
Hypotheses = Mapping[str, Sequence[str | None]] | Sequence[Translations]


def load_corpus(config: PathLike) -> Corpus:
    """Read the test set of an ``mtqe.toml`` or of the folder that it lies in.

    Raises:
        ConfigError: a configuration that can't be used.
        DataError: a test set that can't be read without guessing.
    """
    return _config(config).read_corpus()


def translate(
    config: PathLike, systems: Names = (), *, use_cache: bool = True, yes: bool = False
) -> list[Translations]:
    """Translate a configuration's test set with its systems, or with those named.

    Args:
        config: an ``mtqe.toml``, or the folder that it lies in.
        systems: names; every enabled system if empty.
        use_cache: find finished work in the user's cache and add to it.
        yes: translate even what is over a system's budget.

    Raises:
        MtqeError: the configuration can't be used, or a backend can't work here.
    """
    loaded = _config(config)
    corpus, chosen = loaded.read_corpus(), loaded.build_systems(check_name_list(systems, "systems"))
    check_systems(corpus, chosen)
    results = translate_all(
        corpus, chosen, cache=_cache(use_cache), progress=silent(), approve=lambda _: yes
    )
    return [result.translations for result in results]


def run_config(
    config: PathLike,
    systems: Names = (),
    metrics: Names = (),
    *,
    output: PathLike | None = None,
    use_cache: bool = True,
    yes: bool = False,
    executor: str | None = None,
) -> Run:
    """Do what ``mtqe run`` does, without a report.

    Args:
        config: an ``mtqe.toml``, or the folder that it lies in.
        systems: names; every enabled system if empty.
        metrics: names; the configuration's if empty.
        output: the run folder; None keeps the run in memory.
        use_cache: find finished work in the user's cache and add to it.
        yes: translate even what is over a system's budget.
        executor: where to translate, score, check and compare: ``local``, ``ray`` or ``ray://HOST:PORT``;
            the configuration's if None.

    Raises:
        MtqeError: any trouble that a user can fix; the sentence says how.
    """
    loaded = _config(config)
    compute = loaded.compute if executor is None else replace(loaded.compute, executor=executor)
    with open_executor(compute) as works:
        return evaluate(
            loaded.read_corpus(),
            loaded.build_systems(check_name_list(systems, "systems")),
            loaded.build_metrics(check_name_list(metrics, "metrics")),
            None if output is None else path_argument(output, "output"),
            cache=_cache(use_cache),
            checks=loaded.build_checks(),
            approve=lambda _: yes,
            executor=works,
        )


def judge_run(
    run: Run,
    options: Mapping[str, Any],
    *,
    name: str = "judge",
    output: PathLike | None = None,
    use_cache: bool = True,
    yes: bool = False,
) -> Run:
    """Let a language model judge the translations of a run, as ``mtqe judge`` does.

    Args:
        run: a finished run; it stays as it is.
        options: of a ``[metrics.judge]`` table, such as ``{"model": "gpt-4o-2024-08-06"}``.
        name: what the new run calls the metric; a judge of that name is replaced.
        output: the run folder; None keeps the new run in memory.
        use_cache: find finished judgements in the user's cache and add to it.
        yes: go on even if that costs more than ``max_cost``.

    Returns:
        The run with one more metric, and the errors that the judge marked in `Run.spans`.

    Raises:
        MtqeError: any trouble that a user can fix; the sentence says how.
    """
    from mtqe.evaluation import judge as judging  # brings scipy, which takes a second

    check_type(run, Run, "run", "an mtqe.Run, such as mtqe.Run.read(FOLDER)")
    check_type(options, Mapping, "options", "a table of options")
    judged = judging.judge_run(
        run,
        judging.judge_metric(run, options, name=_text(name, "name")),
        cache=_cache(use_cache),
        approve=lambda _: yes,
    )
    return judged if output is None else write_run(path_argument(output, "output"), judged)


@overload
def score(
    corpus: Corpus,
    hypotheses: Hypotheses,
    metrics: Names | None = None,
    *,
    segmentation: str | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    output: PathLike | None = None,
    use_cache: bool = True,
    executor: str = "local",
    device: str = "auto",
    batch_tokens: int | None = None,
) -> Run: ...
@overload
def score(
    hypotheses: object,
    references: object = None,
    sources: object = None,
    *,
    target_language: str | None = None,
    source_language: str | None = None,
    metrics: Names | None = None,
    name: str = "score",
    documents: Sequence[str] | None = None,
    segmentation: str | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    output: PathLike | None = None,
    use_cache: bool = True,
    executor: str = "local",
    device: str = "auto",
    batch_tokens: int | None = None,
) -> Run: ...
def score(*given: Any, **named: Any) -> Run:  # noqa: D417 - those of both forms
    """Score translations that exist: lists of texts, columns of a frame, or a corpus's.

    ``score(hypotheses, references, sources=None, *, target_language, metrics, …)`` takes texts::

        mtqe.score(["a house"], ["a home"], target_language="en", metrics="chrf")
        mtqe.score({"old": old, "new": new}, references, sources, target_language="de")
        mtqe.score(frame[["old", "new"]], frame["reference"], target_language="de")

    ``score(corpus, hypotheses, metrics, …)`` takes an `mtqe.Corpus` and what was made of it.

    Args:
        corpus: the test set.
        hypotheses: one text per segment (None: no translation), or a mapping or a frame of such
            columns by system; with a corpus, also a list of `mtqe.Translations`.
        references: one text per segment; a list of them per segment or per reference; or a mapping
            or frame of columns.
        sources: one text per segment; None where they are not known.
        target_language: of the translations, such as ``de``; decides how words are counted.
        source_language: of the sources.
        metrics: a registered name, or several; by default those of bleu, chrf, comet and
            bertscore that work without what is not given.
        name: what reports call the test set.
        documents: the document of each segment, where hypotheses are whole documents; all segments
            are one document if None.
        segmentation: ``align`` where hypotheses are whole documents, with line ends anywhere: then
            they are one text per document, in the test set's order or by the document's name (None:
            no translation), or the lines of the only document. ``words``, ``mwer`` and ``meaning``
            name the way to cut them (see docs/how-to/whole-documents.md).
        options: metric name to the options of its table, such as ``{"comet": {"model": …}}``.
        output: the run folder; None keeps the run in memory.
        use_cache: find finished work in the user's cache and add to it.
        executor: where to score, check and compare: ``local``, ``ray`` or ``ray://HOST:PORT``.
        device: where neural metrics run: ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps``, several
            such as ``cuda:0,cuda:1``, or ``all``.
        batch_tokens: tokens that a model reads at once; None for what suits the device.

    Returns:
        A run: `Run.scores` has a row per system, `Run.segments` a row per (segment, system).

    Raises:
        MtqeError: any trouble that a user can fix; the sentence says how.
    """
    if "corpus" in named or (given and isinstance(given[0], Corpus)):
        return _score_corpus(*given, **named)
    return score_texts(*given, **named)


def score_texts(
    hypotheses: object,
    references: object = None,
    sources: object = None,
    *,
    target_language: str | None = None,
    source_language: str | None = None,
    metrics: Names | None = None,
    name: str = "score",
    documents: Sequence[str] | None = None,
    segmentation: str | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    output: PathLike | None = None,
    use_cache: bool = True,
    executor: str = "local",
    device: str = "auto",
    batch_tokens: int | None = None,
    pool: ModelPool | None = None,
    progress: Progress | None = None,
) -> Run:
    """Score texts as `score` does, for callers who keep models loaded.

    Args:
        hypotheses: see `score` for this and what follows.
        references: texts, or several columns of them.
        sources: one text per segment.
        target_language: of the translations.
        source_language: of the sources.
        metrics: names.
        name: what reports call the test set.
        documents: the document of each segment.
        segmentation: how hypotheses that are whole documents are cut; None where they are not.
        options: by metric.
        output: the run folder.
        use_cache: find finished work and add to it.
        executor: where to score and check, unless there is a `pool`.
        device: where neural metrics run, unless `pool` says it.
        batch_tokens: tokens that a model reads at once, unless `pool` says it.
        pool: models that are kept from one call to the next; None loads them for this one.
        progress: told of each metric and check; what it raises ends the work.

    Raises:
        MtqeError: any trouble that a user can fix; the sentence says how.
    """
    given = None if sources is None else texts(sources, "sources", "source")
    systems: Any = hypotheses
    if segmentation is None:
        systems = named_texts(hypotheses, "hypotheses", "hypothesis", "system")
        size = len(next(iter(systems.values())))
    else:
        size = _segments(given, references, documents)
    columns = [] if references is None else reference_columns(references, size)
    if segmentation is None:
        check_lengths(size, {f"system {system!r}": column for system, column in systems.items()})
    check_lengths(size, {f"reference {n}": column for n, column in enumerate(columns, 1)})
    check_lengths(size, {} if given is None else {"sources": given})
    corpus = corpus_from_texts(
        columns,
        given,
        name=_text(name, "name"),
        languages=LanguagePair(
            _language(source_language, "source_language"),
            _language(target_language, "target_language"),
        ),
    )
    if documents is not None:
        corpus = _with_documents(corpus, texts(documents, "documents", "document"))
    return _score_corpus(
        corpus,
        systems,
        metrics,
        segmentation=segmentation,
        options=options,
        output=output,
        use_cache=use_cache,
        executor=executor,
        device=device,
        batch_tokens=batch_tokens,
        pool=pool,
        progress=progress,
    )


def _segments(sources: Sequence[object] | None, references: object, documents: object) -> int:
    """The number of segments, where hypotheses don't tell it."""
    if sources is not None:
        return len(sources)
    if documents is not None:
        return len(texts(documents, "documents", "document"))
    if references is None:
        raise DataError("there are neither references nor sources; give one of them.")
    if is_frame(references) or isinstance(references, Mapping):
        columns = named_texts(references, "references", "reference", "reference")
        return len(next(iter(columns.values())))
    return len(references) if isinstance(references, Sequence) else 1


def _with_documents(corpus: Corpus, documents: Sequence[str | None]) -> Corpus:
    check_lengths(len(corpus), {"documents": documents})
    rows = zip(corpus, documents, strict=True)
    return replace(corpus, segments=tuple(replace(s, document=name) for s, name in rows))


def _score_corpus(
    corpus: Corpus,
    hypotheses: Hypotheses,
    metrics: Names | None = None,
    *,
    segmentation: str | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    output: PathLike | None = None,
    use_cache: bool = True,
    executor: str = "local",
    device: str = "auto",
    batch_tokens: int | None = None,
    pool: ModelPool | None = None,
    progress: Progress | None = None,
) -> Run:
    if segmentation is None:
        translated = [Translated(item) for item in _translations(corpus, hypotheses)]
    else:
        translated = _of_documents(corpus, hypotheses, parse_method(segmentation, "segmentation"))
    chosen = default_metrics(corpus) if metrics is None else metrics
    given = {"executor": executor, "device": device, "batch_tokens": batch_tokens}
    compute = parse_options(Compute, given, "score")
    with nullcontext(Local(pool)) if pool else open_executor(compute) as works:
        return score_translations(
            corpus,
            translated,
            build_metrics(chosen, corpus.languages, options),
            None if output is None else path_argument(output, "output"),
            cache=_cache(use_cache),
            progress=progress,
            executor=works,
        )


def _of_documents(corpus: Corpus, hypotheses: object, method: Method) -> list[Translated]:
    """Translations of whole documents, cut into segments."""
    documents = document_corpus(corpus)
    given = hypotheses if isinstance(hypotheses, Mapping) else {"system": hypotheses}
    ids = {segment.id for segment in documents}
    if has_documents(corpus) and given and ids.issuperset(given):
        given = {"system": given}
    return [
        by_segments(
            Translated(
                Translations.from_texts(name, documents, _document_texts(name, found, documents))
            ),
            corpus,
            method,
        )
        for name, found in given.items()
    ]


def _document_texts(name: str, given: object, documents: Corpus) -> list[str | None]:
    """A system's texts of documents, in the test set's order."""
    where = f"system {name!r}"
    if isinstance(given, Mapping):
        check_document_names(where, documents, list(given))
        return texts([given[segment.id] for segment in documents], where, "document")
    found = texts(given, where, "document")
    if len(documents) == 1 and None not in found:
        found = ["\n".join(text or "" for text in found)]
    check_document_count(where, documents, len(found))
    for segment, text in zip(documents, found, strict=True):
        if text is not None and not text.strip():
            raise DataError(
                f"{where}: document {segment.id!r} is empty; give its translation, or None where "
                "there is none."
            )
    return found


def check(
    corpus: Corpus,
    hypotheses: Hypotheses = (),
    checks: Names = (),
    *,
    options: Mapping[str, bool | Mapping[str, Any]] | None = None,
) -> pd.DataFrame:
    """Find pitfalls of a test set and of translations of it, without any score.

    Args:
        corpus: the test set.
        hypotheses: translations, or system name to one text per segment (None: no translation).
        checks: names; every check that needs no file if empty.
        options: what a ``[checks]`` table would say; relative paths are the working folder's.

    Returns:
        A row per finding, with the columns of `Run.findings`.

    Raises:
        ConfigError: a misspelt check or option.
        DataError: translations that are not this corpus's, or a file that can't be read.
    """
    check_type(options, (Mapping, type(None)), "options", "what a [checks] table would say")
    table = parse_checks(options or {}, "options")
    chosen = build_checks(
        table, CheckContext(corpus.languages, Path()), check_name_list(checks, "checks")
    )
    systems = _translations(corpus, hypotheses)
    if systems:
        check_translations(corpus, systems)
    frame = findings_table(run_checks(chosen, corpus, systems)).to_pandas()
    return with_names(frame, SegmentNames.of_segments(corpus))


def _translations(corpus: Corpus, hypotheses: Hypotheses) -> list[Translations]:
    if not isinstance(corpus, Corpus):
        raise DataError(f"the corpus is {corpus!r:.60}; give an mtqe.Corpus.")
    if is_frame(hypotheses):
        hypotheses = named_texts(hypotheses, "hypotheses", "hypothesis", "system")
    if not isinstance(hypotheses, Mapping):
        if isinstance(hypotheses, Sequence) and all(
            isinstance(item, Translations) for item in hypotheses
        ):
            return list(hypotheses)
        raise DataError(
            f"the hypotheses are {hypotheses!r:.60}; give them as {{name: texts}}, with one text "
            "per segment, as a frame with a column per system, or as a list of mtqe.Translations."
        )
    return [_system(name, corpus, found) for name, found in hypotheses.items()]


def _system(name: object, corpus: Corpus, given: object) -> Translations:
    if not isinstance(name, str):
        raise DataError(f"hypotheses: {name!r} is not a name; give systems texts as names.")
    if isinstance(given, str):  # of a corpus of one segment too, as ever
        return Translations.from_texts(name, corpus, given)
    return Translations.from_texts(name, corpus, texts(given, f"system {name!r}", "hypothesis"))


def _config(given: PathLike) -> Config:
    return load_config(path_argument(given, "config"))


def _text(given: object, what: str) -> str:
    if not isinstance(given, str):
        raise ConfigError(f"{what}: {given!r:.60} is not a text; give one.")
    return given


def _language(given: str | None, what: str) -> str:
    return UNKNOWN_LANGUAGE if given is None else language(_text(given, what), what)


def _cache(wanted: bool) -> Cache | None:
    return Cache(cache_folder()) if wanted else None
