"""Statistics of every hypothesis by every metric, from the cache where it has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from mtqe.corpus.base import Corpus, Translations, missing
from mtqe.corpus.documents import ordinals
from mtqe.corpus.spans import FoundSpan
from mtqe.errors import MetricError
from mtqe.evaluation.executors import Executor
from mtqe.metrics.base import Details, Earlier, Matrix, Metric, Sample
from mtqe.metrics.samples import SampleColumns
from mtqe.stats.compact import Columns
from mtqe.support.cache import Cache, cache_key
from mtqe.support.progress import Progress, Task
from mtqe.support.scratch import release, zeros

LARGE_MATRIX = 1 << 28
"""Bytes of statistics from which on they are kept in a scratch file: 256 MiB."""
BLOCK = 32_768
"""Samples a task: enough to batch well, little enough that 100,000 segments fit in memory."""


DETAILS = "details-1"
"""Kind of the cache's entries of spans and sub-scores; the number is that of their form."""


@dataclass(frozen=True)
class Scored:
    """What one metric says of all translations.

    Attributes:
        statistics: [systems, segments, k]; rows of NaN where a segment is unscored. Counts may be
            in a smaller type than float64; see `mtqe.stats.compact`.
        details: spans and sub-scores by system and segment, where the metric gives any.
    """

    statistics: Matrix
    details: Mapping[tuple[int, int], Details]


@dataclass(frozen=True)
class ScoringTask:
    """A block of segments with all systems' hypotheses: what one worker scores at a time.

    All systems of a segment are in one task, so that a neural metric encodes the source and the
    references once for all of them.

    Attributes:
        metric: metric to score with.
        samples: samples to score.
        rows: the row of each sample among systems x segments.
    """

    metric: Metric
    samples: Sequence[Sample]
    rows: NDArray[np.intp]

    @property
    def repeated(self) -> ScoringTask:
        """The task of scoring each sample as often as the metric wants, one after the other."""
        times = range(self.metric.repeats)
        samples = tuple(replace(s, repeat=number) for s in self.samples for number in times)
        return ScoringTask(self.metric.once, samples, np.repeat(self.rows, len(times)))


def score(
    name: str,
    metric: Metric,
    corpus: Corpus,
    systems: Sequence[Translations],
    *,
    executor: Executor,
    cache: Cache | None,
    progress: Progress,
) -> Matrix:
    """The statistics of `score_in_detail` alone.

    Raises:
        MetricError: the metric can't be computed here.
    """
    scored = score_in_detail(
        name, metric, corpus, systems, executor=executor, cache=cache, progress=progress
    )
    return scored.statistics.astype(np.float64, copy=False)


def score_in_detail(
    name: str,
    metric: Metric,
    corpus: Corpus,
    systems: Sequence[Translations],
    *,
    executor: Executor,
    cache: Cache | None,
    progress: Progress,
) -> Scored:
    """Score every hypothesis by one metric, and keep what the metric says beyond its statistics.

    A segment is unscored for a system that has no translation of it, and by a metric that needs
    references where it has none.

    Raises:
        MetricError: the metric can't be computed here.
    """
    rows = len(systems) * len(corpus)
    details: dict[tuple[int, int], Details] = {}
    samples = number_of_samples(metric, corpus, systems)
    # Column by column in memory, as tables hold them, so that those need no copy.
    columns = Columns(len(metric.statistic_names), rows, every_row=samples == rows, make=_zeros)
    if metric.gives_details:  # whose remarks reckon with them in full precision
        columns.hold(np.float64)
    bar = progress.task(f"score {name}", samples * metric.repeats)
    for task in scoring_tasks(metric, corpus, systems):
        matrix, said = run_task(task, corpus.reference_count, executor, cache, bar)
        columns.put(task.rows, matrix)
        places = (divmod(int(row), len(corpus)) for row in task.rows)
        details |= dict(zip(places, said, strict=True)) if said else {}
    bar.done()
    return Scored(columns.values.T.reshape(len(systems), len(corpus), -1), details)


def fitted(metric: Metric, corpus: Corpus) -> Metric:
    """A metric with what it must know of all references of a corpus."""
    if type(metric).fitted is Metric.fitted:  # most need nothing, and there may be many
        return metric
    return metric.fitted([text for segment in corpus for text in segment.present_references])


def number_of_samples(metric: Metric, corpus: Corpus, systems: Sequence[Translations]) -> int:
    """How many samples all of `scoring_tasks` hold."""
    usable = np.ones(len(corpus), np.bool_)
    if metric.reads_references and corpus.reference_count == "var":
        blocks = (slice(start, start + BLOCK) for start in range(0, len(corpus), BLOCK))
        some = (_has_text(row) for block in blocks for *_, row in corpus.texts(block))
        usable = np.fromiter(some, np.bool_, len(corpus))
    elif metric.reads_references and corpus.reference_count == "0":
        usable[:] = False
    found = 0
    for system in systems:
        texts = system.hypotheses
        if missing(texts):
            present = np.fromiter((text is not None for text in texts), np.bool_, len(corpus))
            found += int((usable & present).sum())
        else:
            found += int(usable.sum())
    return found


def _zeros(shape: tuple[int, ...], kind: DTypeLike) -> NDArray[Any]:
    """Zeros in memory, or in a scratch file where they are many."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    return zeros(shape, kind) if size > LARGE_MATRIX else np.zeros(shape, kind)


def scoring_tasks(
    metric: Metric, corpus: Corpus, systems: Sequence[Translations]
) -> Iterator[ScoringTask]:
    """Cut the work into tasks of about `BLOCK` samples."""
    hypotheses = [system.hypotheses for system in systems]
    before = _rows_before(corpus, metric.context)
    groups = _groups(corpus, metric.group_size)
    step = max(1, BLOCK // max(1, len(systems)))
    for start in range(0, len(corpus), step):
        block = slice(start, min(start + step, len(corpus)))
        columns, rows = _columns(metric, corpus, hypotheses, block)
        samples: Sequence[Sample] = columns
        if before or groups:
            placed = zip(columns, rows.tolist(), strict=True)
            samples = [
                replace(
                    sample,
                    before=tuple(
                        Earlier(
                            corpus.segments[n].source,
                            hypotheses[row // len(corpus)][n],
                            corpus.segments[n].references,
                        )
                        for n in (before[row % len(corpus)] if before else ())
                    ),
                    group=groups[row % len(corpus)] if groups else None,
                )
                for sample, row in placed
            ]
        release()
        # Models and caches look at samples again and again, strings are counted at once.
        yield ScoringTask(metric, tuple(samples) if metric.cacheable else samples, rows)


def _columns(
    metric: Metric, corpus: Corpus, hypotheses: Sequence[Sequence[str | None]], block: slice
) -> tuple[SampleColumns, NDArray[np.intp]]:
    """The samples of some segments, all systems of a segment side by side, and their rows."""
    segments = list(corpus.texts(block))
    flat = list(chain.from_iterable(zip(*(texts[block] for texts in hypotheses), strict=True)))
    places = np.repeat(np.arange(len(segments)), len(hypotheses))
    firsts = np.arange(len(hypotheses)) * len(corpus) + block.start
    rows = np.add.outer(np.arange(len(segments)), firsts).ravel()
    usable = [not metric.reads_references or _has_text(texts) for *_, texts in segments]
    kept = np.array([text is not None for text in flat], np.bool_) & np.array(usable)[places]
    return SampleColumns(
        sources=[source for _, source, _ in segments],
        references=[texts for *_, texts in segments],
        segments=places[kept],
        hypotheses=[
            text
            for text, usable_here in zip(flat, kept.tolist(), strict=True)
            if usable_here and text is not None
        ],
    ), rows[kept]


def _has_text(references: tuple[str | None, ...]) -> bool:
    return any(text is not None for text in references)


def _rows_before(corpus: Corpus, number: int) -> Sequence[Sequence[int]]:
    """For each segment the rows of up to `number` segments before it in its document.

    Returns:
        Nothing at all where the number is 0.
    """
    if number == 0:
        return ()
    earlier: dict[str, list[int]] = {}
    found: list[tuple[int, ...]] = []
    for row, segment in enumerate(corpus):
        rows = [] if segment.document is None else earlier.setdefault(segment.document, [])
        found.append(tuple(rows[-number:]))
        rows.append(row)
    return found


def _groups(corpus: Corpus, size: int) -> Sequence[tuple[str, int]]:
    """The group of each segment; see `mtqe.compare.units.clusters`, which makes the same ones.

    Returns:
        Nothing at all for groups of one.
    """
    if size == 1:
        return ()
    documents = [segment.document for segment in corpus]
    return [
        (document or "", place // size)
        for document, place in zip(documents, ordinals(documents), strict=True)
    ]


def waiting(
    metric: Metric, corpus: Corpus, systems: Sequence[Translations], cache: Cache | None
) -> list[Sample]:
    """The distinct samples that the cache does not have, each repetition by itself."""
    found: dict[bytes, Sample] = {}
    for task in scoring_tasks(metric, corpus, systems):
        single = task.repeated
        keys = _keys(single, corpus.reference_count) if single.samples else []
        known = _lookup(cache, keys)
        found |= {k: s for k, s in zip(keys, single.samples, strict=True) if k not in known}
    return list(found.values())


def run_task(
    task: ScoringTask, reference_count: str, executor: Executor, cache: Cache | None, bar: Task
) -> tuple[Matrix, Sequence[Details]]:
    """Statistics [samples, k] of one task, and details of each where the metric gives any.

    Equal samples are scored once, or as often as the metric wants.
    """
    if task.metric.repeats > 1:
        return _merged(task, run_task(task.repeated, reference_count, executor, cache, bar))
    detailed = task.metric.gives_details
    if not task.metric.cacheable or not task.samples:
        return _fresh(task, detailed, executor, bar)
    keys = _keys(task, reference_count)
    known = _lookup(cache, keys)
    said = _lookup_details(cache, keys) if detailed else {}
    missing = {
        key: sample
        for key, sample in zip(keys, task.samples, strict=True)
        if key not in known or (detailed and key not in said)
    }
    bar.advance(len(keys) - len(missing))
    open_keys = list(missing)
    samples = list(missing.values())
    for indices, rows, details in executor.stream(task.metric, samples) if missing else ():
        part = {open_keys[index]: row for index, row in zip(indices, rows, strict=True)}
        known |= part
        kept = part
        if detailed:
            more = dict(zip(part, _complete(task.metric, details, len(part)), strict=True))
            said |= more
            kept = {key: row for key, row in part.items() if not more[key].failure}
            # First, so that no statistics stand there without them.
            _keep_details(cache, {key: more[key] for key in kept})
        if cache and kept:
            cache.put("statistics", ((key, row.tobytes()) for key, row in kept.items()))
        bar.advance(len(part))
    matrix = np.stack([known[key] for key in keys])
    return matrix, [said[key] for key in keys] if detailed else ()


def _merged(
    task: ScoringTask, singles: tuple[Matrix, Sequence[Details]]
) -> tuple[Matrix, Sequence[Details]]:
    """Statistics and details of each sample, from those of its repetitions."""
    metric, (matrix, said) = task.metric, singles
    rows = np.full((len(task.samples), len(metric.statistic_names)), np.nan)
    times = metric.repeats
    details = []
    for index in range(len(task.samples)):
        part = slice(index * times, (index + 1) * times)
        rows[index], merged = metric.merged(matrix[part], said[part] or [Details()] * times)
        details.append(merged)
    return rows, details


def _fresh(
    task: ScoringTask, detailed: bool, executor: Executor, bar: Task
) -> tuple[Matrix, Sequence[Details]]:
    """What a metric says that the cache does not keep."""
    matrix = np.full((len(task.samples), len(task.metric.statistic_names)), np.nan)
    said = [Details()] * len(task.samples) if detailed else []
    for indices, rows, details in executor.stream(task.metric, task.samples):
        matrix[indices] = rows
        bar.advance(len(indices))
        if not detailed:
            continue
        for index, more in zip(indices, _complete(task.metric, details, len(rows)), strict=True):
            said[index] = more
    return matrix, said


def _complete(metric: Metric, details: Sequence[Details], size: int) -> Sequence[Details]:
    """The details of each sample of a chunk.

    Raises:
        MetricError: the metric, such as a plug-in's, gave them for another number of samples.
    """
    if details and len(details) != size:
        raise MetricError(
            f"{metric.name}: stream_details gave details of {len(details)} samples with statistics "
            f"of {size}; give one for each sample, or none."
        )
    return details or [Details()] * size


def _lookup_details(cache: Cache | None, keys: Sequence[bytes]) -> dict[bytes, Details]:
    wanted = {_details_key(key): key for key in keys}
    found = cache.get(list(wanted)) if cache else {}
    return {wanted[key]: _decoded(value) for key, value in found.items()}


def _keep_details(cache: Cache | None, details: Mapping[bytes, Details]) -> None:
    if cache:
        cache.put(
            DETAILS,
            (
                (_details_key(key), json.dumps(_encodable(said)).encode("ascii"))
                for key, said in details.items()
            ),
        )


def _encodable(details: Details) -> dict[str, Any]:
    return {
        "spans": [asdict(span) for span in details.spans],
        "scores": dict(details.scores),
        "answered_by": details.answered_by,
    }


def _details_key(key: bytes) -> bytes:
    return cache_key(DETAILS, key.hex())


def _decoded(value: bytes) -> Details:
    found = json.loads(value)
    spans = tuple(FoundSpan(**span) for span in found["spans"])
    return Details(spans, found["scores"], answered_by=found.get("answered_by", ""))


def _lookup(cache: Cache | None, keys: Sequence[bytes]) -> dict[bytes, Matrix]:
    found = cache.get(list(dict.fromkeys(keys))) if cache else {}
    return {key: np.frombuffer(value, dtype=np.float64) for key, value in found.items()}


def _keys(task: ScoringTask, reference_count: str) -> list[bytes]:
    metric = task.metric
    signature = str(metric.signature(reference_count))
    return [_key(sample, metric, signature) for sample in task.samples]


def _key(sample: Sample, metric: Metric, signature: str) -> bytes:
    key = cache_key(
        "statistics",
        signature,
        ",".join(metric.statistic_names),
        sample.source if metric.reads_source else None,
        sample.hypothesis,
        *(sample.references if metric.reads_references else ()),
    )
    if not sample.before and not sample.repeat:
        return key
    earlier = [
        (*one[:2], *(one.references if metric.reads_references else ())) for one in sample.before
    ]
    return cache_key("statistics", key.hex(), json.dumps([earlier, sample.repeat]))
