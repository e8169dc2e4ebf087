"""Comparing systems by every metric, on the whole corpus and on slices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mtqe.compare.metric import compare_metric
from mtqe.compare.paired_scores import PairedScores, material_of_run, material_of_runs
from mtqe.compare.results import Comparison, Difference, MetricComparison, SliceComparison
from mtqe.compare.settings import ComparisonSettings
from mtqe.compare.verdict import remarks, verdict
from mtqe.errors import ConfigError
from mtqe.run import Run
from mtqe.stats import holm
from mtqe.support.options import suggestion


def compare_run(
    run: Run,
    *,
    baseline: str | None = None,
    metrics: Sequence[str] = (),
    slices: Sequence[str] = (),
    settings: ComparisonSettings | None = None,
) -> Comparison:
    """Compare the systems of a run with one of them, by default the best by each metric.

    Raises:
        ConfigError: an unknown baseline, metric or slice column.
    """
    material = material_of_run(run, metrics)
    names = [system.label for system in material.systems]
    if baseline is not None and baseline not in names:
        raise ConfigError(f"the run has no system {baseline!r}; {suggestion(baseline, names)}")
    return compare_material(material, baseline, slices, settings or ComparisonSettings())


def compare_runs(
    new: Run,
    old: Run,
    *,
    metrics: Sequence[str] = (),
    slices: Sequence[str] = (),
    intersect: bool = False,
    settings: ComparisonSettings | None = None,
) -> Comparison:
    """Compare each system of a run with itself in an older run.

    Raises:
        IncompatibleRuns: the corpora or metric signatures differ; names the field.
        ConfigError: an unknown metric or slice column.
    """
    material = material_of_runs(new, old, metrics, intersect=intersect)
    return compare_material(material, None, slices, settings or ComparisonSettings())


def compare_material(
    material: PairedScores,
    baseline: str | None,
    slices: Sequence[str],
    settings: ComparisonSettings,
) -> Comparison:
    """Compare what has been lined up; the correction covers all metrics and slices."""
    for name in settings.margins:
        known = [metric.name for metric in material.metrics]
        if name not in known:
            raise ConfigError(f"a margin is given for {name!r}; {suggestion(name, known)}")
    everything = np.arange(len(material.frame))
    parts = [("", "", everything)]
    parts += [
        (column, value, rows)
        for column in slices
        for value, rows in material.slices(column).items()
    ]
    raw = [
        [compare_metric(material, metric, rows, baseline, settings) for metric in material.metrics]
        for _, _, rows in parts
    ]
    corrected = _correct(raw, settings.alpha)
    whole = tuple(corrected[0])
    between_runs = bool(material.baselines)
    return Comparison(
        corpus=material.corpus,
        verdict=verdict(whole, settings.alpha, between_runs=between_runs),
        remarks=remarks(whole, material.left_out, between_runs=between_runs),
        baseline=baseline,
        method=settings.method,
        level=settings.level,
        metrics=whole,
        slices=tuple(
            SliceComparison(column=column, value=value, segments=len(rows), metrics=tuple(found))
            for (column, value, rows), found in zip(parts[1:], corrected[1:], strict=True)
        ),
    )


def _correct(parts: list[list[MetricComparison]], alpha: float) -> list[list[MetricComparison]]:
    """Holm's correction over every difference of every metric and slice."""
    p_values = [d.p for part in parts for metric in part for d in metric.differences]
    corrected = iter(holm(p_values).tolist() if p_values else [])

    def adjust(difference: Difference) -> Difference:
        p_value = next(corrected)
        return difference.model_copy(update={"p_corrected": p_value, "shown": p_value < alpha})

    return [
        [
            metric.model_copy(update={"differences": tuple(map(adjust, metric.differences))})
            for metric in part
        ]
        for part in parts
    ]
