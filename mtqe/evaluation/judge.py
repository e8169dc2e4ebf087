"""A finished run with a further metric, such as a judge: scores, spans and comparison."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtqe.compare.own_comparison import with_comparison
from mtqe.config import NamedMetric
from mtqe.config.read import check_metric_name, load_metrics
from mtqe.corpus.base import Corpus, LanguagePair
from mtqe.errors import ConfigError
from mtqe.evaluation.budget import Approve, within_budgets
from mtqe.evaluation.evaluate import check_inputs, check_metrics
from mtqe.evaluation.executors import Local
from mtqe.evaluation.score import waiting
from mtqe.evaluation.score_and_check import score_metric
from mtqe.evaluation.translate import Translated
from mtqe.metrics.registry import metric_class
from mtqe.run import Run, corpus_of, translations_of, with_metric
from mtqe.support.cache import Cache
from mtqe.support.cost import Asking
from mtqe.support.options import suggestion
from mtqe.support.progress import Progress, silent
from mtqe.support.toml import toml_file

JUDGE = "judge"


def judge_run(
    run: Run,
    named: NamedMetric,
    *,
    cache: Cache | None = None,
    progress: Progress | None = None,
    approve: Approve | None = None,
) -> Run:
    """Score a run's translations by one more metric; the result is in memory.

    A metric of the same kind and name is replaced. Each answer is in the cache as soon as it is
    there, so that an interrupted call goes on where it ended.

    Args:
        run: a finished run.
        named: the metric, such as a judge.
        cache: finished judgements are kept there and found again.
        progress: told of each judgement.
        approve: asked about a cost over the metric's budget; None refuses it.

    Raises:
        ConfigError: the run has another metric of that name, or not what the metric reads.
        MetricError: the metric can't work here, is over its budget, or could score nothing.
    """
    _check_name(run, named)
    corpus, translated = _translated(run)
    check_metrics(corpus, [named])
    systems = [item.translations for item in translated]
    (allowed,) = within_budgets([named], corpus, systems, cache, approve)
    scored = score_metric(allowed, corpus, translated, Local(), cache, progress or silent())
    if cache:
        cache.keep_bounded()
    added = with_metric(
        run,
        scored.info,
        scored.statistics,
        list(scored.segments),
        scored.corpus,
        placed=[(scored.spans, scored.info.label)] if scored.spans else (),
        sub_scores=scored.sub_scores,
    )
    return Run(None, with_comparison(added), added.tables(), is_complete=not scored.failed)


def asking_of(run: Run, named: NamedMetric, cache: Cache | None) -> Asking | None:
    """What `judge_run` would have to ask for; nothing is sent.

    Raises:
        ConfigError: the run has another metric of that name, or not what the metric reads.
    """
    _check_name(run, named)
    corpus, translated = _translated(run)
    check_inputs(corpus, [named])
    systems = [item.translations for item in translated]
    return named.metric.asking(waiting(named.metric, corpus, systems, cache))


def _translated(run: Run) -> tuple[Corpus, list[Translated]]:
    corpus = corpus_of(run)
    return corpus, [Translated(item) for item in translations_of(run, corpus)]


def _check_name(run: Run, named: NamedMetric) -> None:
    older = next((info for info in run.manifest.metrics if info.name == named.name), None)
    if older is not None and older.metric != named.metric.name:
        raise ConfigError(
            f"the run has a metric {named.name!r} already, which is a {older.metric}; give another "
            "--name."
        )


def judge_metric(
    run: Run,
    options: Mapping[str, Any],
    *,
    name: str | None = None,
    config: Path | None = None,
) -> NamedMetric:
    """The judge of an ``mtqe.toml``, of options, or of both.

    Args:
        run: whose languages it judges.
        options: of a ``[metrics.judge]`` table; they come before the configuration's.
        name: what the run is to call it, and the configuration calls it.
        config: an ``mtqe.toml``, its folder, or a file with the judge's table alone.

    Raises:
        ConfigError: the configuration has no judge of that name, or options can't be used.
    """
    chosen = JUDGE if name is None else name
    table: Mapping[str, Any] = {}
    if config is not None:
        judges = {n: item for n, item in load_metrics(config).items() if item.metric == JUDGE}
        if name is None and len(judges) == 1:
            (chosen,) = judges
        if chosen not in judges:
            kind = "" if chosen == JUDGE else f' with metric = "{JUDGE}"'
            hint = (
                suggestion(chosen, judges) if judges else f"add a table [metrics.{chosen}]{kind}."
            )
            raise ConfigError(f"{toml_file(config)} has no judge {chosen!r}; {hint}")
        table = judges[chosen].options
    check_metric_name(chosen, "--name")
    corpus = run.manifest.corpus
    languages = LanguagePair(corpus.source_language, corpus.target_language)
    metric = metric_class(JUDGE).for_languages({**table, **options}, languages)
    return NamedMetric(chosen, metric)
