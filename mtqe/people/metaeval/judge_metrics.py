"""Metrics judged by people's scores of a campaign: agreements, p-values and ranks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from mtqe.errors import ConfigError, DataError
from mtqe.people.metaeval.campaign import Campaign, Scores
from mtqe.people.metaeval.correlation import Kendall, Pearson
from mtqe.people.metaeval.groups import GROUPINGS
from mtqe.people.metaeval.pairs import Floats
from mtqe.people.metaeval.perm_both import Permutations, Statistic, clusters, compare_all
from mtqe.people.metaeval.spans import SpanStanding
from mtqe.people.metaeval.system_pairs import PairwiseAccuracy, SoftPairwiseAccuracy
from mtqe.people.metaeval.tie_calibration import TieCalibratedAccuracy
from mtqe.support.progress import Progress, silent
from mtqe.support.words import count, listed

ALL_PAIRS = "all pairs"
FEW_SYSTEMS = 8
"""Systems below which one pair of them moves a figure by more than .03."""


@dataclass(frozen=True)
class Kind:
    """One of the statistics that can be asked for.

    Attributes:
        name: what the option calls it.
        label: what tables call it.
        of_segments: whether it needs scores of segments.
        build: makes it ready for a campaign.
    """

    name: str
    label: str
    of_segments: bool
    build: Callable[[Campaign], Statistic]
    level: str = "system"


@dataclass(frozen=True)
class MetricStanding:
    """One metric by one statistic.

    Attributes:
        metric: its name.
        value: the agreement; 1 is perfect for all statistics.
        rank: 1 for the best cluster; None where nothing was tested.
        threshold: for acc*eq, up to which difference the metric's scores tie; else None.
    """

    metric: str
    value: float
    rank: int | None
    threshold: float | None


@dataclass(frozen=True)
class Difference:
    """A test of two metrics by one statistic.

    Attributes:
        better: the metric that agrees more with people.
        worse: the other.
        p: one-sided p-value that `better` is not better: a share of permutations, so 0 means less
            than 1 in `permutations`.
        permutations: how many were made; fewer than asked for where the answer was known early.
    """

    better: str
    worse: str
    p: float
    permutations: int


@dataclass(frozen=True)
class StatisticResult:
    """All metrics by one statistic, the best first.

    Attributes:
        statistic: such as ``system-spa``.
        label: such as "SPA".
        level: ``system`` or ``segment``.
        standings: the metrics.
        tests: of all pairs of metrics; none without permutations.
    """

    statistic: str
    label: str
    level: str
    standings: tuple[MetricStanding, ...]
    tests: tuple[Difference, ...]

    def of(self, metric: str) -> MetricStanding | None:
        """A metric's standing; None if it has no scores of this level."""
        return next((found for found in self.standings if found.metric == metric), None)


@dataclass(frozen=True)
class CampaignResult:
    """A campaign's metrics by several statistics.

    Attributes:
        name: the language pair, what the run calls it, or `ALL_PAIRS`.
        people: the kind of people's scores.
        systems: their names.
        segments: segments with a rating; None without scores of segments.
        ratings: rated translations.
        notes: what a reader should know.
        statistics: in the order asked for.
        spans: agreement of error spans with people's; from runs alone.
    """

    name: str
    people: str
    systems: tuple[str, ...]
    segments: int | None
    ratings: int
    notes: tuple[str, ...]
    statistics: tuple[StatisticResult, ...]
    spans: tuple[SpanStanding, ...] = ()


@dataclass(frozen=True)
class JudgeSettings:
    """What to compute.

    Attributes:
        statistics: names of `STATISTICS`; empty for `DEFAULT`, as far as scores allow.
        permutations: of the tests between metrics.
        alpha: level of significance of clusters.
    """

    statistics: tuple[str, ...] = ()
    permutations: Permutations = field(default_factory=Permutations)
    alpha: float = 0.05


def _segments(campaign: Campaign) -> tuple[Floats, np.ndarray[tuple[int, int], np.dtype[np.bool_]]]:
    assert campaign.people.segments is not None
    rated: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = np.isfinite(campaign.people.segments)
    return campaign.people.segments, rated


def _at_systems(make: Callable[..., Statistic]) -> Callable[[Campaign], Statistic]:
    def build(campaign: Campaign) -> Statistic:
        people = campaign.people.systems[:, None]
        return make(people, np.ones(people.shape, dtype=bool), "none")

    return build


def _at_segments(make: Callable[..., Statistic], grouping: str) -> Callable[[Campaign], Statistic]:
    return lambda campaign: make(*_segments(campaign), grouping)


def _accuracy(campaign: Campaign) -> Statistic:
    return PairwiseAccuracy(campaign.people.systems[:, None], [len(campaign.systems)])


def _soft_accuracy(campaign: Campaign) -> Statistic:
    return SoftPairwiseAccuracy(*_segments(campaign))


_OF_SEGMENTS: tuple[tuple[str, str, Callable[..., Statistic]], ...] = (
    ("acc-eq", "acc*eq", TieCalibratedAccuracy),
    ("pearson", "Pearson", Pearson),
    ("kendall", "Kendall", Kendall),
)
_BY = {"none": "", "item": " by item", "system": " by system"}

STATISTICS = {
    kind.name: kind
    for kind in (
        Kind("system-spa", "SPA", True, _soft_accuracy),
        Kind("system-accuracy", "accuracy", False, _accuracy),
        Kind("system-pearson", "Pearson", False, _at_systems(Pearson)),
        Kind("system-kendall", "Kendall", False, _at_systems(Kendall)),
        *(
            Kind(
                f"segment-{name}-{grouping}",
                f"{label}{_BY[grouping]}",
                True,
                _at_segments(make, grouping),
                "segment",
            )
            for name, label, make in _OF_SEGMENTS
            for grouping in GROUPINGS
        ),
    )
}
DEFAULT = (
    "system-spa", "system-accuracy", "system-pearson", "segment-acc-eq-item",
    "segment-pearson-none",
)  # fmt: skip
"""SPA and acc*eq are WMT's since 2024, the other three those of its tables from 2021 to 2023."""


def judge(
    campaigns: Sequence[Campaign],
    settings: JudgeSettings | None = None,
    progress: Progress | None = None,
) -> list[CampaignResult]:
    """Judge the metrics of each campaign; of several, also their pooled pairwise accuracy.

    Args:
        campaigns: one per language pair.
        settings: which statistics, and how the tests are made.
        progress: who may see how far it is.

    Raises:
        ConfigError: an unknown statistic.
        DataError: a statistic that was asked for needs scores of segments, and there are none.
    """
    settings = settings or JudgeSettings()
    kinds = [_kind(name) for name in settings.statistics or DEFAULT]
    found = [_judge(campaign, kinds, settings, progress or silent()) for campaign in campaigns]
    if len(campaigns) > 1 and any(kind.name == "system-accuracy" for kind in kinds):
        found.append(_pooled(campaigns, settings))
    return found


def _kind(name: str) -> Kind:
    if name not in STATISTICS:
        raise ConfigError(f"{name!r} is not a statistic; choose from {listed(list(STATISTICS))}.")
    return STATISTICS[name]


def _judge(
    campaign: Campaign, kinds: Sequence[Kind], settings: JudgeSettings, progress: Progress
) -> CampaignResult:
    kinds = _available(campaign, kinds, settings)
    metrics = {kind.name: _with_scores(campaign, kind) for kind in kinds}
    tests = sum(len(found) * (len(found) - 1) // 2 for found in metrics.values())
    task = progress.task(f"{campaign.name}: metrics compared", tests)
    results = [
        _result(kind, kind.build(campaign), metrics[kind.name], settings, task.advance)
        for kind in kinds
    ]
    task.done()
    rated = campaign.rated
    return CampaignResult(
        name=campaign.name,
        people=campaign.people.name,
        systems=campaign.systems,
        segments=None if rated is None else int(rated.any(axis=0).sum()),
        ratings=0 if rated is None else int(rated.sum()),
        notes=(*campaign.notes, *_remarks(campaign, kinds)),
        statistics=tuple(results),
        spans=campaign.spans,
    )


def _with_scores(campaign: Campaign, kind: Kind) -> list[Scores]:
    return [m for m in campaign.metrics if not kind.of_segments or m.segments is not None]


def _available(
    campaign: Campaign, kinds: Sequence[Kind], settings: JudgeSettings
) -> Sequence[Kind]:
    if campaign.people.segments is not None and any(
        m.segments is not None for m in campaign.metrics
    ):
        return kinds
    possible = [kind for kind in kinds if not kind.of_segments]
    if settings.statistics and len(possible) < len(kinds):
        name = next(kind.name for kind in kinds if kind.of_segments)
        raise DataError(
            f"{campaign.name}: {name} needs scores of segments by people and by a metric; give "
            ".seg.score files, or ask for system-accuracy, system-pearson or system-kendall."
        )
    return possible


def _remarks(campaign: Campaign, kinds: Sequence[Kind]) -> list[str]:
    return [*_cautions(campaign), *_shared_segments(campaign, kinds)]


def _cautions(campaign: Campaign) -> Iterator[str]:
    """Why figures over systems say little, where they do."""
    people = campaign.people
    if np.ptp(people.systems) == 0:
        yield "People gave every system the same score: figures over systems say nothing here."
    if people.segments is not None and np.nanmax(people.segments) == np.nanmin(people.segments):
        yield "People gave every translation the same score: no figure here says anything."
    systems = len(campaign.systems)
    if systems < FEW_SYSTEMS:
        pairs = count(systems * (systems - 1) // 2, "pair")
        yield (
            f"With {systems} systems there are only {pairs} of them: figures over systems are "
            "coarse, and chance may order the metrics. WMT's campaigns have 10 to 20 systems."
        )


def _shared_segments(campaign: Campaign, kinds: Sequence[Kind]) -> list[str]:
    rated = campaign.rated
    if rated is None or not any(kind.name == "system-spa" for kind in kinds):
        return []
    shared, some = int(rated.all(axis=0).sum()), int(rated.any(axis=0).sum())
    if shared == some:
        return []
    return [f"SPA: on {shared:,} of the {some:,} rated segments, those rated for every system."]


def _result(
    kind: Kind,
    statistic: Statistic,
    metrics: Sequence[Scores],
    settings: JudgeSettings,
    advance: Callable[[float], None] = lambda _: None,
) -> StatisticResult:
    judged = {metric.name: statistic.judge(_matrix(kind, metric)) for metric in metrics}
    order = sorted(judged, key=lambda name: (-judged[name].value, name))
    tests = compare_all(statistic, [judged[name] for name in order], settings.permutations, advance)
    ranks = clusters(len(order), tests, settings.alpha) if settings.permutations.most else None
    standings = tuple(
        MetricStanding(
            name,
            judged[name].value,
            None if ranks is None else ranks[row],
            judged[name].threshold,
        )
        for row, name in enumerate(order)
    )
    found = tuple(
        Difference(order[better], order[worse], tested.p, tested.permutations)
        for (better, worse), tested in tests.items()
    )
    return StatisticResult(kind.name, kind.label, kind.level, standings, found)


def _matrix(kind: Kind, metric: Scores) -> Floats:
    if not kind.of_segments:
        return metric.systems[:, None]
    assert metric.segments is not None
    return metric.segments


def _pooled(campaigns: Sequence[Campaign], settings: JudgeSettings) -> CampaignResult:
    """Pairwise accuracy over the pairs of systems of all language pairs together."""
    names = [{m.name: m for m in campaign.metrics} for campaign in campaigns]
    shared = [name for name in names[0] if all(name in of_pair for of_pair in names)]
    vectors = [
        Scores(name, None, np.concatenate([of_pair[name].systems for of_pair in names]))
        for name in shared
    ]
    people = np.concatenate([campaign.people.systems for campaign in campaigns])[:, None]
    statistic = PairwiseAccuracy(people, [len(campaign.systems) for campaign in campaigns])
    result = _result(STATISTICS["system-accuracy"], statistic, vectors, settings)
    return CampaignResult(
        name=ALL_PAIRS,
        people=campaigns[0].people.name,
        systems=tuple(f"{c.name}: {system}" for c in campaigns for system in c.systems),
        segments=None,
        ratings=0,
        notes=("Pairs of systems of all language pairs together.",),
        statistics=(result,),
    )
