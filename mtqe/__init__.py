"""mtqe: translate, score, compare, gate and review machine translation.

The names below are loaded when they are first used, so that importing mtqe loads neither PyTorch
nor pandas::

    import mtqe

    corpus = mtqe.load_corpus("references/zh-en")
    run = mtqe.run_config("references/zh-en", metrics=["chrf", "comet"])
    run.scores      # a pandas frame: a row a system
    run.segments    # a pandas frame: a row a (segment, system)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtqe.support.lazy import lazy_names

if TYPE_CHECKING:
    from mtqe.api import check, judge_run, load_corpus, run_config, score, translate
    from mtqe.compare import Comparison, compare_run, compare_runs
    from mtqe.corpus.base import (
        Corpus,
        Failure,
        LanguagePair,
        Segment,
        Translation,
        Translations,
    )
    from mtqe.corpus.dataset import Dataset
    from mtqe.corpus.readers import ColumnMapping, read_dataset, read_parallel, read_table
    from mtqe.corpus.writers import write_dataset
    from mtqe.errors import (
        BackendError,
        ConfigError,
        DataError,
        IncompatibleRuns,
        MetricError,
        ModelError,
        MtqeError,
    )
    from mtqe.run import Run

__version__ = "0.2.0"

_HOMES = {
    "mtqe.api": ("check", "judge_run", "load_corpus", "run_config", "score", "translate"),
    "mtqe.compare": ("Comparison", "compare_run", "compare_runs"),
    "mtqe.corpus.base": (
        "Corpus",
        "Failure",
        "LanguagePair",
        "Segment",
        "Translation",
        "Translations",
    ),
    "mtqe.corpus.dataset": ("Dataset",),
    "mtqe.corpus.readers": ("ColumnMapping", "read_dataset", "read_parallel", "read_table"),
    "mtqe.corpus.writers": ("write_dataset",),
    "mtqe.errors": (
        "BackendError",
        "ConfigError",
        "DataError",
        "IncompatibleRuns",
        "MetricError",
        "ModelError",
        "MtqeError",
    ),
    "mtqe.run": ("Run",),
}

__all__ = [
    "BackendError",
    "ColumnMapping",
    "Comparison",
    "ConfigError",
    "Corpus",
    "DataError",
    "Dataset",
    "Failure",
    "IncompatibleRuns",
    "LanguagePair",
    "MetricError",
    "ModelError",
    "MtqeError",
    "Run",
    "Segment",
    "Translation",
    "Translations",
    "check",
    "compare_run",
    "compare_runs",
    "judge_run",
    "load_corpus",
    "read_dataset",
    "read_parallel",
    "read_table",
    "run_config",
    "score",
    "translate",
    "write_dataset",
]


if not TYPE_CHECKING:  # which would take any name for one of the package's
    __getattr__ = lazy_names(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
