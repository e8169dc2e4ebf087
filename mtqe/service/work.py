"""What the service does with a request: the same calls as `mtqe.score` and `mtqe check`."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np

from mtqe.api import score_texts
from mtqe.checks import CheckContext
from mtqe.checks.registry import ON_REQUEST, check_class
from mtqe.config import build_checks, parse_checks
from mtqe.corpus.base import LanguagePair, Translations
from mtqe.corpus.readers.memory import corpus_from_texts, reference_columns
from mtqe.errors import ConfigError
from mtqe.evaluation.check import check_corpus
from mtqe.evaluation.evaluate import check_translations
from mtqe.metrics.models.files import comet_or_encoder
from mtqe.metrics.models.store import ModelStore
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.registry import DEFAULT_METRICS, metric_class
from mtqe.metrics.surface.subwords import is_here, is_subword_tokenizer
from mtqe.report.page.cached import recalled_report_data
from mtqe.report.page.render import render_html
from mtqe.run import REPORT, Run, write_run
from mtqe.service.fields import (
    CheckAnswer,
    CheckRequest,
    FoundMistake,
    FoundSpan,
    LabelledScore,
    ScoreAnswer,
    ScoreRequest,
    SegmentScores,
    SystemScores,
)
from mtqe.service.limits import MOST_REFERENCES, MOST_SYSTEMS, MOST_WORDS, Limits
from mtqe.service.problems import Refused
from mtqe.support.cache import Cache
from mtqe.support.hub import local_hub_snapshot
from mtqe.support.languages import language
from mtqe.support.options import suggestion
from mtqe.support.paths import cache_folder, safe_name
from mtqe.support.progress import Progress
from mtqe.support.words import count

SCHEMA = 1
LONGEST_NAME = 60


def score(
    request: ScoreRequest,
    folder: Path,
    offered: Sequence[str],
    limits: Limits,
    pool: ModelPool,
    progress: Progress,
) -> ScoreAnswer:
    """Score translations.

    Args:
        request: what was sent.
        folder: where runs are kept.
        offered: names of metrics that requests may use.
        limits: what a request may have.
        pool: models that are kept.
        progress: told of each step.

    Raises:
        Refused: it asks for too much.
        MtqeError: as `mtqe.score` raises it.
    """
    check_size(request, limits)
    for name in [*(request.metrics or ()), *request.options]:
        if name not in offered:
            raise ConfigError(
                f"this service doesn't offer the metric {name!r}; {suggestion(name, offered)}"
            )
    if request.metrics and len(set(request.metrics)) < len(request.metrics):
        twice = next(name for name in request.metrics if request.metrics.count(name) > 1)
        raise ConfigError(f"metrics: {twice!r} stands twice; name each metric once.")
    for name, options in request.options.items():
        _check_metric_options(name, options)
    chosen = _metrics(request, offered)
    if "ter" in (chosen or ()):
        _check_words(request)
    run = score_texts(
        request.systems,
        request.references,
        request.sources,
        target_language=request.target_language,
        source_language=request.source_language,
        metrics=chosen,
        name=request.name,
        options=request.options,
        pool=pool,
        progress=progress,
    )
    answer = _scores(run, segments=request.segments)
    if request.report:
        progress.task("report", 1)
        answer.run = _keep(run, folder)
        answer.report = f"/runs/{answer.run}/report"
    return answer


def _check_words(request: ScoreRequest) -> None:
    """See that no text is too long for a metric whose time grows with its square.

    Raises:
        Refused: one is.
    """
    for system, texts in request.systems.items():
        longest = max((len(text.split()) for text in texts if text), default=0)
        if longest > MOST_WORDS:
            raise _too_much(
                f"a text of {longest:,} words, of {system!r}, for ter",
                f"{MOST_WORDS:,}; split it, or score it by chrf",
            )


def _metrics(request: ScoreRequest, offered: Sequence[str]) -> Sequence[str] | None:
    """The metrics to score by; None for those that `mtqe.score` takes by default.

    Raises:
        ConfigError: the request names none, and none that is offered works with what it has.
    """
    if request.metrics is not None or set(DEFAULT_METRICS) <= set(offered):
        return request.metrics
    classes = {name: metric_class(name) for name in offered}
    names = [
        name
        for name, cls in classes.items()
        if (request.sources is not None or not cls.needs_source)
        and (request.references is not None or not cls.needs_references)
    ]
    if not names:
        raise ConfigError(
            f"no metric of this service works with what was sent; it offers {', '.join(offered)}."
        )
    return names


def check(request: CheckRequest, limits: Limits, progress: Progress) -> CheckAnswer:
    """Look for mistakes in texts.

    Raises:
        Refused: it asks for too much.
        MtqeError: as `mtqe.check` raises it.
    """
    check_size(request, limits)
    pair = LanguagePair(
        language(request.source_language, "source_language"),
        language(request.target_language, "target_language"),
    )
    size = max(map(len, [request.sources or (), *request.systems.values()]), default=0)
    columns = [] if request.references is None else reference_columns(request.references, size)
    sources = None if request.sources is None else list[str | None](request.sources)
    corpus = corpus_from_texts(columns, sources, name=request.name, languages=pair)
    systems = [
        Translations.from_texts(name, corpus, texts) for name, texts in request.systems.items()
    ]
    if systems:
        check_translations(corpus, systems)
    for name in [*request.checks, *request.options]:
        _check_check(name, request.options.get(name, True))
    table = parse_checks(request.options, "options")
    checks = build_checks(table, CheckContext(pair, Path()), request.checks)
    report = check_corpus(corpus, systems, checks, progress)
    places = {segment.id: place for place, segment in enumerate(corpus)}
    return CheckAnswer(
        schema_version=SCHEMA,
        segments=len(corpus),
        checks=[one.name for one in checks],
        not_applied={reason: list(names) for reason, names in report.not_applied.items()},
        findings=[
            FoundMistake(
                segment=places[finding.segment_id],
                system=finding.system,
                check=finding.check,
                severity=finding.severity,
                message=finding.message,
                spans=[FoundSpan(side=s, start=a, end=e) for s, a, e in finding.spans],
            )
            for finding in report.findings
        ],
    )


def check_size(request: ScoreRequest | CheckRequest, limits: Limits) -> None:
    """See that a request is not larger than the service takes.

    Raises:
        Refused: it is; says what is too much.
    """
    references = request.references or ()
    lists = references.values() if isinstance(references, Mapping) else references
    columns = [*request.systems.values(), request.sources or (), references]
    columns += [texts for texts in lists if isinstance(texts, list)]
    segments = max((len(column) for column in columns), default=0)
    if segments > limits.segments:
        raise _too_much(
            count(segments, "segment"),
            f"{limits.segments:,}; send fewer, or start the service with a larger --max-segments",
        )
    if len(request.systems) > MOST_SYSTEMS:
        raise _too_much(count(len(request.systems), "system"), f"{MOST_SYSTEMS}; send fewer")
    widest = max((len(texts) for texts in lists if isinstance(texts, list)), default=0)
    if min(len(references), widest) > MOST_REFERENCES:
        raise _too_much(
            "more than that many references per segment", f"{MOST_REFERENCES}; send fewer"
        )


def _too_much(what: str, most: str) -> Refused:
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the request has {what}; this service takes {most}."
    )


def _check_metric_options(name: str, options: Mapping[str, Any]) -> None:
    """Refuse options that could name a file or an address on the service's machine.

    Raises:
        ConfigError: there is one; or a model that the machine doesn't have.
    """
    hints = get_type_hints(metric_class(name))
    for key, value in options.items():
        if key == "model" and isinstance(value, str):
            _check_model(name, value)
        elif isinstance(value, str) and is_subword_tokenizer(value) and not is_here(value):
            raise ConfigError(
                f"options.{name}.{key}: the service has no tokenizer {value!r}; whoever runs it "
                "gets it by scoring with it once on that machine."
            )
        elif key != "language" and _has_text(value) and not _is_choice(hints.get(key)):
            raise _free_text(name, key)


def _check_check(name: str, options: bool | Mapping[str, Any]) -> None:
    cls = check_class(name)
    if name in ON_REQUEST:
        raise ConfigError(f"the check {name!r} reads a file; run it with `mtqe check`.")
    if isinstance(options, Mapping):
        hints = get_type_hints(cls)
        for key, value in options.items():
            if _has_text(value) and not _is_choice(hints.get(key)):
                raise _free_text(name, key)


def _free_text(name: str, key: str) -> ConfigError:
    return ConfigError(
        f"options.{name}.{key} can't be set by a request, for it may name a file of the service's "
        "machine; leave it out."
    )


def _check_model(name: str, model: str) -> None:
    """See that a model is one that this machine has under a name; nothing is downloaded.

    Raises:
        ConfigError: it is not.
    """
    store = ModelStore()
    known = [info.name for info in store.list() if info.state != "missing"]
    if model in known:
        return
    if not Path(model).exists() and local_hub_snapshot(model, comet_or_encoder) is not None:
        return
    raise ConfigError(
        f"options.{name}.model: the service has no model {model!r}; it has {', '.join(known)}. "
        "Whoever runs it can add one with `mtqe models fetch` or `mtqe models add`."
    )


def _has_text(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_text, value.values()))
    if isinstance(value, list):
        return any(map(_has_text, value))
    return isinstance(value, str)


def _is_choice(hint: object) -> bool:
    """Whether an option takes one of a few words alone."""
    if get_origin(hint) is Literal:
        return True
    parts = [part for part in get_args(hint) if part is not type(None)]
    return bool(parts) and all(map(_is_choice, parts))


def _keep(run: Run, folder: Path) -> str:
    """Write a run with its report below the folder of runs.

    Returns:
        Its path below that folder, which is its id.
    """
    name = safe_name(run.manifest.corpus.name[:LONGEST_NAME])
    stamp = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}-{uuid.uuid4().hex[:8]}"
    data = recalled_report_data(run, Cache(cache_folder()))
    write_run(folder / name / stamp, run, {REPORT: render_html(data).encode("utf-8")})
    return f"{name}/{stamp}"


def _scores(run: Run, *, segments: bool) -> ScoreAnswer:
    manifest = run.manifest
    metrics = {metric.name: metric for metric in manifest.metrics}
    return ScoreAnswer(
        schema_version=SCHEMA,
        verdict=manifest.verdict,
        remarks=[*manifest.remarks, *manifest.corpus.notes],
        systems=[
            SystemScores(
                name=system.name,
                scores=[
                    LabelledScore(
                        **score.within(metrics[score.metric].range).model_dump(),
                        label=metrics[score.metric].label,
                    )
                    for score in system.scores
                ],
                failures=system.failures,
                findings=dict(system.findings),
            )
            for system in manifest.systems
        ],
        metrics=list(manifest.metrics),
        segments=list(_segments(run)) if segments else None,
    )


def _segments(run: Run) -> Iterator[SegmentScores]:
    frame, names = run.segments, [metric.name for metric in run.manifest.metrics]
    size = run.manifest.corpus.segments
    columns = [frame[name].to_numpy(dtype=np.float64) for name in names]
    for row, system in enumerate(frame["system"]):
        values = [float(column[row]) for column in columns]
        scores = {n: None if v != v else v for n, v in zip(names, values, strict=True)}
        yield SegmentScores(segment=row % size, system=system, scores=scores)
