"""Meta-evaluation of metrics and models by name: what ``mtqe models evaluate`` does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mtqe.corpus.base import LanguagePair
from mtqe.errors import ConfigError
from mtqe.metrics.base import Metric
from mtqe.metrics.models.local import LocalModel
from mtqe.metrics.models.store import ModelStore
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.registry import metric_class, metric_for_model, metric_names
from mtqe.people.metaeval.evaluate import Options, PairAgreement, evaluate
from mtqe.people.metaeval.public_ratings import PublicRating, read_tsv
from mtqe.people.metaeval.scoring import score_ratings
from mtqe.people.metaeval.wmt import read_wmt
from mtqe.support.options import name_and_value


def evaluate_metrics(
    names: Sequence[str], ratings: Sequence[PublicRating], options: Options | None = None
) -> list[PairAgreement]:
    """How well metrics agree with people, language pair by language pair.

    Args:
        names: registered metrics, ``METRIC=MODEL``, or models alone.
        ratings: what people thought; without any reference only ``comet-qe`` can be judged.
        options: resampling.

    Raises:
        ConfigError: a name is neither a metric nor a model, or is given twice.
        DataError: ratings that can't be judged by.
    """
    if len(set(names)) < len(names):
        raise ConfigError("a metric is named twice; name each once.")
    found: list[PairAgreement] = []
    pool = ModelPool()
    for lp in dict.fromkeys(rating.lp for rating in ratings):
        part = [rating for rating in ratings if rating.lp == lp]
        metrics = {name: _metric(name, _languages(lp)) for name in names}
        for metric in metrics.values():
            metric.check()
        scores = {
            name: score_ratings(part, [metric], pool)[metric.name]
            for name, metric in metrics.items()
        }
        found += evaluate(part, scores, options)
    return found


def read_ratings(
    path: Path, *, languages: str | None, scores: str, reference: str | None
) -> list[PublicRating]:
    """Ratings from a TSV, or from a folder in the layout of mt-metrics-eval.

    Args:
        path: the file or folder.
        languages: only this pair, such as ``en-de``; a folder needs it.
        scores: a folder's kind of human scores, such as ``mqm``.
        reference: a folder's reference to judge by, such as ``refA``.

    Raises:
        ConfigError: a folder without a pair, or no rating of the pair.
        DataError: files that can't be read without guessing.
    """
    if path.is_dir():
        if languages is None:
            raise ConfigError(f"{path} is a folder; name the pair with --language-pair.")
        return read_wmt(path, languages, scores, reference)
    ratings = [r for r in read_tsv(path) if languages in (None, r.lp)]
    if not ratings:
        raise ConfigError(f"{path} has no rating of {languages or 'any pair'}; check the pair.")
    return ratings


def _languages(pair: str) -> LanguagePair:
    source, _, target = pair.partition("-")
    return LanguagePair(source, target)


def _metric(name: str, languages: LanguagePair) -> Metric:
    if "=" in name:
        metric, model = name_and_value(name, "--metric", "METRIC=MODEL, or a metric alone")
        return metric_class(metric).from_options({"model": model}, languages.target)
    if name in metric_names():
        return metric_class(name).from_options({}, languages.target)
    return metric_class(_metric_of(name)).from_options({"model": name}, languages.target)


def _metric_of(model: str) -> str:
    """The metric that a model on this machine is for."""
    store = ModelStore()
    path = store.resolve(model)
    if isinstance(path, str):
        raise ConfigError(
            f"{model!r} is neither a metric ({', '.join(metric_names())}) nor a model on this "
            "machine; for a model of a hub write METRIC=MODEL."
        )
    metric = metric_for_model(LocalModel.find(path))
    if metric is None:
        raise ConfigError(f"no metric can run the model {model!r}; write METRIC=MODEL to try one.")
    return metric
