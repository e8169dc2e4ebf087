"""Translate, score and put together a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from mtqe.corpus.base import Corpus, HeldOutcomes, Translations
from mtqe.errors import BackendError, ConfigError, DataError
from mtqe.evaluation.budget import Approve, check_budgets, within_budgets
from mtqe.evaluation.documents import by_segments
from mtqe.evaluation.executors import Executor
from mtqe.evaluation.plan import plan_translations
from mtqe.evaluation.reuse import evaluation_key, recall, remember
from mtqe.evaluation.translate import Translated, translate
from mtqe.metrics.registry import DEFAULT_METRICS, metric_class
from mtqe.run import Run, check_output, write_run
from mtqe.support.cache import Cache
from mtqe.support.progress import Progress, silent
from mtqe.support.visible import HIDDEN, one_line

if TYPE_CHECKING:
    from mtqe.checks import Check
    from mtqe.config import NamedMetric, System

WITHOUT_REFERENCES = "comet-qe"
"""The metric of a corpus that has sources alone."""


def evaluate(
    corpus: Corpus,
    systems: Sequence[System],
    metrics: Sequence[NamedMetric],
    output: Path | None = None,
    *,
    cache: Cache | None = None,
    progress: Progress | None = None,
    checks: Sequence[Check] | None = None,
    approve: Approve | None = None,
    executor: Executor | None = None,
) -> Run:
    """Translate a corpus with every system and score the translations.

    What can be checked is checked before anything is translated or any model is loaded.

    Args:
        corpus: the test set.
        systems: who translates.
        metrics: who scores; metrics that need references are refused for a corpus without any.
        output: the run folder, written whole or not at all; None keeps the run in memory.
        cache: finished translations and neural scores are kept there and found again.
        progress: told of each system and metric.
        checks: what to look for in the translations; every check that needs no file if None.
        approve: asked about systems and metrics over their budgets; None refuses them.
        executor: who does the work; None does it in this process, with models of this call.

    Raises:
        MtqeError: a backend or metric can't work here, or the folder can't be written.
    """
    watcher = progress or silent()
    if output is not None:
        check_output(output)
    check_names([system.name for system in systems])
    check_metrics(corpus, metrics)
    check_systems(corpus, systems)
    translated = translate_all(
        corpus, systems, cache=cache, progress=watcher, approve=approve, executor=executor
    )
    return _scored(corpus, translated, metrics, checks, output, cache, watcher, executor, approve)


def score_translations(
    corpus: Corpus,
    translated: Sequence[Translated],
    metrics: Sequence[NamedMetric],
    output: Path | None = None,
    *,
    cache: Cache | None = None,
    progress: Progress | None = None,
    checks: Sequence[Check] | None = None,
    executor: Executor | None = None,
) -> Run:
    """Score translations that exist.

    Args:
        corpus: the test set; what follows is as for `evaluate`.
        translated: what the systems made of it.
        metrics: who scores.
        output: the run folder.
        cache: where scores are kept and found.
        progress: told of each metric.
        checks: what to look for.
        executor: who does the work; as for `evaluate`.

    Raises:
        DataError: translations that are not this corpus's, segment by segment.
        MtqeError: a metric can't work here, or the folder can't be written.
    """
    if output is not None:
        check_output(output)
    check_metrics(corpus, metrics)
    check_translations(corpus, [item.translations for item in translated])
    watcher = progress or silent()
    return _scored(corpus, translated, metrics, checks, output, cache, watcher, executor)


def _scored(
    corpus: Corpus,
    translated: Sequence[Translated],
    metrics: Sequence[NamedMetric],
    checks: Sequence[Check] | None,
    output: Path | None,
    cache: Cache | None,
    progress: Progress,
    executor: Executor | None = None,
    approve: Approve | None = None,
) -> Run:
    """The run of translations and metrics that were checked."""
    chosen = _default_checks(corpus) if checks is None else tuple(checks)
    key = evaluation_key(corpus, translated, metrics, chosen) if cache else ""
    run = recall(cache, key, corpus.name, translated)
    if run is None:
        from mtqe.evaluation.score_and_check import (
            score_and_check,  # brings pandas and scipy, which take a second
        )

        found = [item.translations for item in translated]
        allowed = within_budgets(metrics, corpus, found, cache, approve)
        run = score_and_check(
            corpus, translated, allowed, chosen, cache=cache, progress=progress, executor=executor
        )
        if run.is_complete:  # otherwise the next one asks again for what failed
            run.key = key
            remember(cache, run)
    if cache:
        cache.keep_bounded()
    return run if output is None else write_run(output, run)


def _default_checks(corpus: Corpus) -> tuple[Check, ...]:
    from mtqe.config import default_checks  # loads them all, which a run without any saves

    return default_checks(corpus.languages)


def default_metrics(corpus: Corpus) -> tuple[str, ...]:
    """The default metrics that can score a corpus: all, unless it has no sources or references."""
    referenced = any(segment.present_references for segment in corpus)
    return tuple(
        name
        for name in DEFAULT_METRICS
        if (corpus.has_sources or not metric_class(name).needs_source)
        and (referenced or not metric_class(name).needs_references)
    ) or (WITHOUT_REFERENCES,)


def check_metrics(corpus: Corpus, metrics: Sequence[NamedMetric]) -> None:
    """See that every metric can score this corpus here, before anything else is done.

    Raises:
        MtqeError: one can't; the sentence names the fix.
    """
    for named in metrics:
        check_inputs(corpus, [named])  # first, as the other may assemble a model
        named.metric.check()
        named.metric.signature(corpus.reference_count)


def _noted(corpus: Corpus) -> str:
    """What the reader took otherwise than its writer may have meant, such as a column `target`."""
    return f" ({'; '.join(corpus.notes)})" if corpus.notes else ""


def _in_a_table(corpus: Corpus) -> str:
    """How a column of references is named, where one may have been read as metadata."""
    named = " (a table's column 'reference', or one named with --column reference=NAME)"
    return named if corpus.slice_columns else ""


def check_inputs(corpus: Corpus, metrics: Sequence[NamedMetric]) -> None:
    """See that a corpus has what every metric reads; looks at no model.

    Raises:
        ConfigError: it has not; the sentence names the fix.
    """
    for named in metrics:
        if named.metric.reads_references and not any(s.present_references for s in corpus):
            raise ConfigError(
                f"metric {named.name!r} needs references and {corpus.name!r} has none; "
                f"give references{_in_a_table(corpus)} or use a metric without, such as "
                f"comet-qe{_noted(corpus)}."
            )
        if named.metric.reads_source and not corpus.has_sources:
            raise ConfigError(
                f"metric {named.name!r} needs sources and {corpus.name!r} has none; "
                f"give them, or use a metric without, such as chrf or bertscore{_noted(corpus)}."
            )
        if named.metric.context and all(segment.document is None for segment in corpus):
            raise ConfigError(
                f"metric {named.name!r} reads sentences with those before them, and the test set "
                f"{corpus.name!r} does not say which document a segment belongs to; give a "
                "column `document` (of plain text, --document-ids), or leave `context` out."
            )


def check_translations(corpus: Corpus, systems: Sequence[Translations]) -> None:
    """See that there is something to score, under distinct names, for every segment in order.

    Raises:
        ConfigError: no system, or two of one name.
        DataError: translations of other segments, or in another order.
    """
    check_names([system.system for system in systems])
    for system in systems:
        outcomes = system.outcomes
        if isinstance(outcomes, HeldOutcomes) and outcomes.are_of(corpus.segments):
            continue
        pairs = zip_longest(corpus, outcomes)
        if any(not (s and outcome) or s.id != outcome.segment_id for s, outcome in pairs):
            raise DataError(
                f"the translations of {system.system!r} don't belong to {corpus.name!r} segment by "
                "segment; translate this corpus, or use Translations.align."
            )


def check_names(names: Sequence[str]) -> None:
    """See that there is a system, none twice, and that names can stand in a line of output.

    Raises:
        ConfigError: no system, two of one name, an empty name, or a control character in one.
    """
    if not names or len(set(names)) < len(names):
        raise ConfigError("give at least one system to score, each under a name of its own.")
    for name in names:
        if not name.strip():
            raise ConfigError("a system has an empty name; give each system a name.")
        if HIDDEN.search(name):
            raise ConfigError(
                f"the name of the system {one_line(name)} has a line end or another character that "
                "can't be seen; give it a name of one line."
            )


def check_translated(systems: Iterable[tuple[str, int, Sequence[str]]], segments: int) -> None:
    """See that every system has a translation.

    Args:
        systems: each one's name, number of failed segments, and notes.
        segments: the number of segments of the test set.

    Raises:
        BackendError: one has none at all; the sentence has the commonest reason.
    """
    for name, failures, notes in systems:
        if failures == segments:
            reason = f" ({notes[-1]})" if notes else ""
            raise BackendError(
                f"system {name!r} has no translation at all{reason}; correct that and repeat the "
                "command, or give --allow-untranslated."
            )


def check_systems(corpus: Corpus, systems: Sequence[System]) -> None:
    """See that every backend can translate this corpus here.

    Raises:
        MtqeError: one can't; the sentence names the fix.
    """
    for system in systems:
        try:
            system.backend.check(system.input(corpus))
        except BackendError as error:
            raise BackendError(f"system {system.name!r}: {error}") from error


def translate_all(
    corpus: Corpus,
    systems: Sequence[System],
    *,
    cache: Cache | None,
    progress: Progress,
    approve: Approve | None = None,
    executor: Executor | None = None,
) -> list[Translated]:
    """Every system's translations, one system after the other.

    Raises:
        BackendError: one is over its budget, and `approve` is None or declines.
    """
    plans = plan_translations(corpus, systems, cache)
    check_budgets(plans, approve)
    found = [translate(plan, cache, progress, executor) for plan in plans]
    return [
        by_segments(item, corpus, system.segmentation) if system.segmentation else item
        for system, item in zip(systems, found, strict=True)
    ]
