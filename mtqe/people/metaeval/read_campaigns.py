"""Campaigns from whatever holds scores by people: a run, a folder of mt-metrics-eval, a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mtqe.errors import ConfigError, DataError
from mtqe.metrics.human import Human
from mtqe.people.metaeval.campaign import Campaign, RawScores, build_campaign
from mtqe.people.metaeval.campaign_folder import (
    Choice,
    chosen_metrics,
    extra_scores,
    is_campaign,
    language_pairs,
    read_campaign,
)
from mtqe.people.metaeval.score_files import ScoreTable, read_score_table
from mtqe.people.metaeval.spans import span_standings
from mtqe.run import MetricInfo, Run
from mtqe.run.soundness import MANIFEST
from mtqe.support.words import listed

PEOPLE_COLUMNS = ("human", "mqm", "esa", "da", "score")
"""What a table's column of people's scores is called, if --human-scores doesn't say."""


def read_campaigns(
    path: Path, pairs: Sequence[str] = (), choice: Choice | None = None
) -> list[Campaign]:
    """Read scores by people and by metrics.

    Args:
        path: a run folder with people's scores, a folder in the layout of mt-metrics-eval, or a
            table with a row per translation.
        pairs: only these language pairs; all if empty.
        choice: what of it is judged.

    Raises:
        ConfigError: a pair, kind of scores, reference or metric that isn't there.
        DataError: not such data, or malformed.
    """
    choice = choice or Choice()
    found = _read(path, pairs, choice)
    left_out = {system for campaign in found for system in campaign.left_out}
    for system in choice.without:
        if system not in left_out:
            raise ConfigError(f"there is no system {system!r} to leave out; check --without.")
    return found


def _read(path: Path, pairs: Sequence[str], choice: Choice) -> list[Campaign]:
    if path.is_dir() and (path / MANIFEST).is_file():
        campaign = _of_run(Run.read(path), choice)
        if pairs and list(pairs) != [campaign.name]:
            raise ConfigError(f"{path} is of {campaign.name}; leave --language-pair out.")
        return [campaign]
    if path.is_dir() and is_campaign(path):
        return [read_campaign(path, pair, choice) for pair in pairs or language_pairs(path)]
    if path.is_file():
        return _of_table(path, pairs, choice)
    raise DataError(
        f"{path} is not a run folder, a folder with human-scores/ in the layout of "
        "mt-metrics-eval, or a table; check the path."
    )


def _of_run(run: Run, choice: Choice) -> Campaign:
    manifest = run.manifest
    corpus = manifest.corpus
    pair = f"{corpus.source_language}-{corpus.target_language}"
    people = _people_of(manifest.metrics, choice.kind)
    systems = [system.name for system in manifest.systems]
    ids = [str(identifier) for identifier in run.segments["segment_id"][: corpus.segments]]
    judged = [_raw(run, info) for info in manifest.metrics if info.metric != Human.name]
    judged += list(extra_scores(choice.extra, pair, ids, names=run.segment_names))
    campaign = build_campaign(
        pair,
        _raw(run, people, whole=False),
        chosen_metrics(judged, choice.metrics),
        without=choice.without,
        known=systems,
        notes=[people.caution[0].upper() + people.caution[1:]] if people.caution else [],
        segments=ids,
        names=run.segment_names,
    )
    return replace(campaign, spans=span_standings(run, campaign.systems))


def _people_of(metrics: Sequence[MetricInfo], wanted: str | None) -> MetricInfo:
    people = {info.name: info for info in metrics if info.metric == Human.name}
    if not people:
        raise ConfigError("the run has no scores by people; add them with `mtqe human`.")
    if wanted is None and len(people) == 1:
        return next(iter(people.values()))
    if wanted not in people:
        raise ConfigError(f"choose scores by people with --human-scores: {listed(list(people))}.")
    return people[wanted]


def _raw(run: Run, info: MetricInfo, *, whole: bool = True) -> RawScores:
    """A metric of a run; `whole` takes its corpus scores, else the mean over segments counts."""
    segments = {
        str(system): [None if value != value else float(value) for value in rows[info.name]]
        for system, rows in run.segments.groupby("system", sort=False)
    }
    corpus_scores = {
        system.name: score.score
        for system in run.manifest.systems
        for score in system.scores
        if score.metric == info.name
    }
    return RawScores(
        info.name,
        f"{run.folder}, {info.name}",
        segments,
        corpus_scores if whole else None,
        info.higher_is_better,
    )


def _of_table(path: Path, pairs: Sequence[str], choice: Choice) -> list[Campaign]:
    kind, table = _people_column(path, choice.kind)
    for name in choice.metrics:
        if name in table.odd:
            raise DataError(f"{table.odd[name]}; write a finite decimal number, or leave it empty.")
    unknown = [pair for pair in pairs if pair not in table.pairs]
    if unknown:
        raise ConfigError(f"{path} has no rows of {listed(unknown)}; it has {listed(table.pairs)}.")
    found = []
    for pair in pairs or table.pairs:
        ids = table.segments(pair)
        judged = [table.scores(c, pair, ids) for c in table.columns if c != kind]
        judged += list(extra_scores(choice.extra, pair, ids))
        found.append(
            build_campaign(
                pair or path.name,
                table.scores(kind, pair, ids),
                chosen_metrics(judged, choice.metrics),
                without=choice.without,
                notes=[
                    f"{name!r} is left out: it is not a number everywhere ({table.odd[name]})."
                    for name in table.nearly
                ],
                segments=ids,
            )
        )
    return found


def _people_column(path: Path, wanted: str | None) -> tuple[str, ScoreTable]:
    table = read_score_table(path)
    names = [wanted] if wanted else PEOPLE_COLUMNS
    kind = next((name for name in names if name in table.columns or name in table.odd), None)
    if kind is not None and kind in table.odd:
        raise DataError(f"{table.odd[kind]}; write a finite decimal number, or leave it empty.")
    if kind is None:
        raise ConfigError(
            f"{path}: no column of numbers is called {listed([repr(n) for n in names], 'or')}; say "
            f"with --human-scores which one of {listed(list(table.columns)) or 'none'} people gave."
        )
    return kind, table
