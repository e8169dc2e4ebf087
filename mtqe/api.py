"""The Python interface: what the command line does, with pandas frames at the end."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtqe.checks import CheckContext, run_checks
from mtqe.config import build_checks, build_metrics, load_config, parse_checks
from mtqe.corpus.base import Corpus, Translations
from mtqe.errors import DataError
from mtqe.evaluation.evaluate import (
    check_systems,
    check_translations,
    evaluate,
    score_translations,
    translate_all,
)
from mtqe.evaluation.translate import Translated
from mtqe.metrics.registry import DEFAULT_METRICS
from mtqe.run import Run, findings_table
from mtqe.support.cache import Cache
from mtqe.support.options import check_name_list
from mtqe.support.paths import cache_folder
from mtqe.support.progress import silent

if TYPE_CHECKING:
    import pandas as pd

PathLike = str | os.PathLike[str]


def load_corpus(config: PathLike) -> Corpus:
    """Read the test set of an ``mtqe.toml`` or of the folder that it lies in.

    Raises:
        ConfigError: a configuration that can't be used.
        DataError: a test set that can't be read without guessing.
    """
    return load_config(Path(config)).read_corpus()


def translate(
    config: PathLike, systems: Sequence[str] = (), *, use_cache: bool = True, yes: bool = False
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
    loaded = load_config(Path(config))
    corpus, chosen = loaded.read_corpus(), loaded.build_systems(check_name_list(systems, "systems"))
    check_systems(corpus, chosen)
    results = translate_all(
        corpus, chosen, cache=_cache(use_cache), progress=silent(), approve=lambda _: yes
    )
    return [result.translations for result in results]


def run_config(
    config: PathLike,
    systems: Sequence[str] = (),
    metrics: Sequence[str] = (),
    *,
    output: PathLike | None = None,
    use_cache: bool = True,
    yes: bool = False,
) -> Run:
    """Do what ``mtqe run`` does, without a report.

    Args:
        config: an ``mtqe.toml``, or the folder that it lies in.
        systems: names; every enabled system if empty.
        metrics: names; the configuration's if empty.
        output: the run folder; None keeps the run in memory.
        use_cache: find finished work in the user's cache and add to it.
        yes: translate even what is over a system's budget.

    Raises:
        MtqeError: any trouble that a user can mend; the sentence says how.
    """
    loaded = load_config(Path(config))
    return evaluate(
        loaded.read_corpus(),
        loaded.build_systems(check_name_list(systems, "systems")),
        loaded.build_metrics(check_name_list(metrics, "metrics")),
        None if output is None else Path(output),
        cache=_cache(use_cache),
        checks=loaded.build_checks(),
        approve=lambda _: yes,
    )


def score(
    corpus: Corpus,
    hypotheses: Mapping[str, Sequence[str | None]] | Sequence[Translations],
    metrics: Sequence[str] = DEFAULT_METRICS,
    *,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    output: PathLike | None = None,
    use_cache: bool = True,
) -> Run:
    """Score translations that exist.

    Args:
        corpus: the test set.
        hypotheses: translations, or system name to one text a segment (None: no translation).
        metrics: registered names.
        options: metric name to the options of its table, such as ``{"comet": {"model": …}}``.
        output: the run folder; None keeps the run in memory.
        use_cache: find finished work in the user's cache and add to it.

    Returns:
        A run: `Run.scores` has a row a system, `Run.segments` a row a (segment, system).

    Raises:
        MtqeError: any trouble that a user can mend; the sentence says how.
    """
    return score_translations(
        corpus,
        [Translated(item) for item in _translations(corpus, hypotheses)],
        build_metrics(metrics, corpus.languages, options),
        None if output is None else Path(output),
        cache=_cache(use_cache),
    )


def check(
    corpus: Corpus,
    hypotheses: Mapping[str, Sequence[str | None]] | Sequence[Translations] = (),
    checks: Sequence[str] = (),
    *,
    options: Mapping[str, bool | Mapping[str, Any]] | None = None,
) -> pd.DataFrame:
    """Find pitfalls of a test set and of translations of it, without any score.

    Args:
        corpus: the test set.
        hypotheses: translations, or system name to one text a segment (None: no translation).
        checks: names; every check that needs no file if empty.
        options: what a ``[checks]`` table would say; relative paths are the working folder's.

    Returns:
        A row a finding, with the columns of `Run.findings`.

    Raises:
        ConfigError: a misspelt check or option.
        DataError: translations that are not this corpus's, or a file that can't be read.
    """
    table = parse_checks(options or {}, "options")
    chosen = build_checks(
        table, CheckContext(corpus.languages, Path()), check_name_list(checks, "checks")
    )
    systems = _translations(corpus, hypotheses)
    if systems:
        check_translations(corpus, systems)
    frame: pd.DataFrame = findings_table(run_checks(chosen, corpus, systems)).to_pandas()
    return frame


def _translations(
    corpus: Corpus, hypotheses: Mapping[str, Sequence[str | None]] | Sequence[Translations]
) -> list[Translations]:
    if not isinstance(corpus, Corpus):
        raise DataError(f"the corpus is {corpus!r:.60}; give an mtqe.Corpus.")
    if not isinstance(hypotheses, Mapping):
        if isinstance(hypotheses, Sequence) and all(
            isinstance(item, Translations) for item in hypotheses
        ):
            return list(hypotheses)
        raise DataError(
            "give the hypotheses as {name: texts}, with one text per segment, "
            "or as a list of mtqe.Translations."
        )
    return [Translations.from_texts(name, corpus, texts) for name, texts in hypotheses.items()]


def _cache(wanted: bool) -> Cache | None:
    return Cache(cache_folder()) if wanted else None
