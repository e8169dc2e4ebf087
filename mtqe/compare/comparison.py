"""Comparing systems by every metric, on the whole corpus and on slices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import comb

import numpy as np

from mtqe.compare.compatible import Rows
from mtqe.compare.correction import corrected, family_size
from mtqe.compare.metric import UncorrectedMetric, compare_scored, score_alike
from mtqe.compare.new_findings import new_findings
from mtqe.compare.paired_scores import (
    METADATA,
    PairedScores,
    material_of_run,
    material_of_runs,
)
from mtqe.compare.results import Comparison, MetricComparison, SliceComparison
from mtqe.compare.settings import ComparisonSettings
from mtqe.compare.verdict import FEWEST, remarks, verdict, verdict_of_change
from mtqe.errors import ConfigError
from mtqe.run import Run
from mtqe.support.arguments import check_type
from mtqe.support.options import check_name_list, suggestion

MOST_VALUES = 20
"""A column with more values is not looked at unasked: it is text, or too fine for any test."""

UNASKED = 0.1
"""Of the level, for slices that nobody asked for."""

Baselines = Mapping[str, str | None]
"""What systems are compared with, by metric; None for the best one, or each system's own one."""


def compare_run(
    run: Run,
    *,
    baseline: str | None = None,
    metrics: str | Sequence[str] = (),
    slices: str | Sequence[str] = (),
    settings: ComparisonSettings | None = None,
) -> Comparison:
    """Compare the systems of a run with one of them, by default the best by each metric.

    Raises:
        ConfigError: an unknown baseline, metric or slice column.
    """
    _check_run(run, "run")
    asked = _settings(settings)
    material = material_of_run(run, check_name_list(metrics, "metrics"))
    columns = check_name_list(slices, "slices")
    names = [system.label for system in material.systems]
    check_type(baseline, (str, type(None)), "baseline", "a system's name")
    if baseline is not None and baseline not in names:
        raise ConfigError(f"the run has no system {baseline!r}; {suggestion(baseline, names)}")
    return compare_material(material, baseline, columns, asked)


def compare_runs(
    new: Run,
    old: Run,
    *,
    metrics: str | Sequence[str] = (),
    slices: str | Sequence[str] = (),
    intersect: bool = False,
    settings: ComparisonSettings | None = None,
) -> Comparison:
    """Compare each system of a run with itself in an older run.

    Raises:
        IncompatibleRuns: the corpora or metric signatures differ; names the field.
        ConfigError: an unknown metric or slice column.
    """
    _check_run(new, "new")
    _check_run(old, "old")
    asked, columns = _settings(settings), check_name_list(slices, "slices")
    names = check_name_list(metrics, "metrics")
    material = material_of_runs(new, old, names, intersect=intersect)
    return compare_material(material, None, columns, asked)


def _check_run(run: object, what: str) -> None:
    check_type(run, Run, what, "an mtqe.Run, such as mtqe.Run.read(FOLDER)")


def _settings(given: ComparisonSettings | None) -> ComparisonSettings:
    fix = "an mtqe.compare.ComparisonSettings"
    check_type(given, (ComparisonSettings, type(None)), "settings", fix)
    return given or ComparisonSettings()


def compare_material(
    material: PairedScores,
    baseline: str | None,
    slices: Sequence[str],
    settings: ComparisonSettings,
) -> Comparison:
    """Compare what has been lined up.

    Between runs, the test set's own columns are looked at even if no slices are asked for.
    """
    for name in settings.margins:
        known = [metric.name for metric in material.metrics]
        if name not in known:
            raise ConfigError(f"a margin is given for {name!r}; {suggestion(name, known)}")
    between_runs = bool(material.baselines)
    family = _whole(material, baseline, settings)
    whole = corrected(family, settings.alpha)
    baselines = _same(material, baseline)
    if baseline is None and not between_runs:
        baselines = {metric.info.name: _best(metric) for metric in whole}
    parts = _slices(material, baselines, slices, settings)
    found = _new_findings(material) if between_runs else {}
    return Comparison(
        corpus=material.corpus,
        verdict=verdict_of_change(whole, parts, found) if between_runs else verdict(whole),
        remarks=remarks(whole, material.left_out, between_runs=between_runs),
        baseline=baseline,
        method=settings.method,
        level=settings.level,
        metrics=tuple(whole),
        tests=family_size(family),
        slices=parts,
        new_findings=found,
    )


def compare_systems(
    material: PairedScores, baseline: str | None, settings: ComparisonSettings
) -> list[MetricComparison]:
    """The part of `compare_material` that is about the whole corpus."""
    return corrected(_whole(material, baseline, settings), settings.alpha)


def compare_slices(
    material: PairedScores,
    baseline: str | None,
    columns: Sequence[str],
    settings: ComparisonSettings,
) -> tuple[SliceComparison, ...]:
    """The part of `compare_material` that is about slices."""
    return _slices(material, _same(material, baseline), columns, settings)


def compare_rows(
    material: PairedScores, baseline: str | None, rows: Rows, settings: ComparisonSettings
) -> list[MetricComparison]:
    """Compare on some segments alone, as a family of comparisons of their own.

    Args:
        material: the systems.
        baseline: what every system is compared with; None as for `compare_material`.
        rows: the segments.
        settings: of the tests.
    """
    family = _uncorrected(material, _same(material, baseline), rows, settings, ranks=False)
    return corrected(list(family), settings.alpha)


def _same(material: PairedScores, baseline: str | None) -> Baselines:
    return {metric.name: baseline for metric in material.metrics}


def _whole(
    material: PairedScores, baseline: str | None, settings: ComparisonSettings
) -> list[UncorrectedMetric]:
    """All segments; within a run every pair of systems is tested, as ranks need it."""
    everything = np.arange(len(material.segments))
    ranks = not material.baselines
    return list(
        _uncorrected(material, _same(material, baseline), everything, settings, ranks=ranks)
    )


def _uncorrected(
    material: PairedScores,
    baselines: Baselines,
    rows: Rows,
    settings: ComparisonSettings,
    *,
    ranks: bool,
    times: int = 1,
) -> Iterator[UncorrectedMetric]:
    """Each metric on these rows, with the trials that a family so many times as large needs."""
    systems = len(material.systems)
    pairs = comb(systems, 2) if ranks else len(material.baselines) or systems - 1
    enough = settings.for_tests(pairs * len(material.metrics) * times)
    for scored in score_alike(material, material.metrics, rows, enough):
        yield compare_scored(
            material, scored, baselines[scored.metric.name], enough, every_pair=ranks
        )


def _slices(
    material: PairedScores,
    baselines: Baselines,
    asked: Sequence[str],
    settings: ComparisonSettings,
) -> tuple[SliceComparison, ...]:
    """Every slice of what was asked for, and between runs of the test set's own columns.

    What nobody asked for is a family of its own, at a stricter level: its tests come on top of
    those on the whole corpus, and the verdict speaks of both.
    """
    own = [column for column in _own_columns(material) if column not in asked]
    return (
        *_family_of_slices(material, baselines, asked, settings, asked=True),
        *_family_of_slices(material, baselines, own, settings, asked=False),
    )


def _family_of_slices(
    material: PairedScores,
    baselines: Baselines,
    columns: Sequence[str],
    settings: ComparisonSettings,
    *,
    asked: bool,
) -> Iterator[SliceComparison]:
    parts = [
        (column, value, rows)
        for column in dict.fromkeys(columns)
        for value, rows in material.slices(column).items()
        if asked or len(rows) >= FEWEST
    ]
    times = len(parts) if asked else round(len(parts) / UNASKED)
    family = [
        metric
        for _, _, rows in parts
        for metric in _uncorrected(material, baselines, rows, settings, ranks=False, times=times)
    ]
    alpha = settings.alpha if asked else settings.alpha * UNASKED
    found = iter(corrected(family, alpha))
    for column, value, rows in parts:
        yield SliceComparison(
            column=column,
            value=value,
            segments=len(rows),
            metrics=tuple(next(found) for _ in material.metrics),
            asked=asked,
        )


def _own_columns(material: PairedScores) -> list[str]:
    """Between runs, the columns of the test set that slice it."""
    if not material.baselines:
        return []
    columns = [name for name in map(str, material.frame) if name.startswith(METADATA)]
    return [
        name.removeprefix(METADATA)
        for name in columns
        if 1 < material.frame[name].nunique() <= MOST_VALUES
    ]


def _new_findings(material: PairedScores) -> Mapping[str, Mapping[str, int]]:
    systems = {system.label: system for system in material.systems}
    segments = material.segments.ids.tolist()
    found = {
        ours: new_findings(systems[ours], systems[theirs], segments)
        for ours, theirs in material.baselines.items()
    }
    return {label: checks for label, checks in found.items() if checks}


def _best(metric: MetricComparison) -> str | None:
    scored = [standing for standing in metric.standings if standing.score is not None]
    if not scored:
        return None
    return max(scored, key=lambda item: metric.info.quality(item.score or 0.0)).system
