"""Statistics of every hypothesis: in its own row, scored once, kept in the cache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest

from mtqe.corpus.base import Translations
from mtqe.evaluation import score as scoring
from mtqe.evaluation.executors import Local
from mtqe.evaluation.score import score, scoring_tasks
from mtqe.metrics.base import Chunk, MeanMetric, Sample, Signature
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import CHRF
from mtqe.support.cache import Cache
from mtqe.support.progress import silent
from tests.engines import corpus


@dataclass(frozen=True)
class Lengths(MeanMetric):
    """A metric of a plugin's kind: the hypothesis' length, given in two chunks, back to front."""

    name: ClassVar[str] = "lengths"
    label: ClassVar[str] = "lengths"
    needs_source: ClassVar[bool] = False
    needs_references: ClassVar[bool] = True
    range: ClassVar[tuple[float, float]] = (0.0, np.inf)
    decimals: ClassVar[int] = 1
    cacheable: ClassVar[bool] = True
    version: str = "1"
    asked: list[str] = field(default_factory=list, compare=False)
    stop_after: int | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Lengths:
        return cls(**options)

    def check(self) -> None: ...

    def signature(self, reference_count: str) -> Signature:
        return Signature((("version", self.version), ("nrefs", reference_count)))

    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        self.asked.extend(sample.hypothesis for sample in samples)
        order = np.arange(len(samples))[::-1]
        for done, part in enumerate(np.array_split(order, 2)):
            if done == self.stop_after:
                raise KeyboardInterrupt
            rows = [[len(samples[index].hypothesis), 1.0] for index in part]
            yield part, np.array(rows, dtype=np.float64).reshape(-1, 2)


@pytest.fixture
def cache(tmp_path):
    made = Cache(tmp_path)
    yield made
    made.close()


@pytest.fixture
def sample():
    return corpus(["s1", "s2", "s3", "s4"], ["r1", None, "r3", "r4"])


def systems(sample):
    one = Translations.from_texts("one", sample, ["a", "bb", "ccc", None])
    two = Translations.from_texts("two", sample, ["aaaa", "bb", "ccc", "d"])
    return [one, two]


def run(metric, sample, cache=None):
    return score(
        "x", metric, sample, systems(sample), executor=Local(), cache=cache, progress=silent()
    )


EXPECTED = [[1.0, np.nan, 3.0, np.nan], [4.0, np.nan, 3.0, 1.0]]


@pytest.mark.parametrize("block", [1, 3, scoring.BLOCK])
def test_every_statistic_lands_in_its_own_row(sample, monkeypatch, block):
    monkeypatch.setattr(scoring, "BLOCK", block)
    np.testing.assert_array_equal(run(Lengths(), sample)[..., 0], EXPECTED)


def test_blocks_do_not_change_surface_statistics(sample, monkeypatch):
    whole = run(CHRF(), sample)
    monkeypatch.setattr(scoring, "BLOCK", 2)
    np.testing.assert_array_equal(run(CHRF(), sample), whole)


def test_a_task_has_all_systems_of_its_segments(sample, monkeypatch):
    monkeypatch.setattr(scoring, "BLOCK", 4)
    tasks = list(scoring_tasks(CHRF(), sample, systems(sample)))
    assert [task.rows.tolist() for task in tasks] == [[0, 4], [2, 6, 7]]


def test_equal_samples_are_scored_once(sample):
    metric = Lengths()
    run(metric, sample)
    assert sorted(metric.asked) == ["a", "aaaa", "ccc", "d"]


def test_what_the_cache_has_is_not_scored_again(sample, cache):
    run(Lengths(), sample, cache)
    metric = Lengths()
    np.testing.assert_array_equal(run(metric, sample, cache)[..., 0], EXPECTED)
    assert metric.asked == []


def test_another_signature_or_reference_is_scored_anew(sample, cache):
    run(Lengths(), sample, cache)
    changed = Lengths(version="2")
    run(changed, sample, cache)
    assert len(changed.asked) == 4
    other = corpus(["s1", "s2", "s3", "s4"], ["r1", None, "other", "r4"])
    metric = Lengths()
    run(metric, other, cache)
    assert metric.asked == ["ccc"]


def test_an_interrupted_metric_keeps_what_it_had_done(sample, cache):
    with pytest.raises(KeyboardInterrupt):
        run(Lengths(stop_after=1), sample, cache)
    metric = Lengths()
    np.testing.assert_array_equal(run(metric, sample, cache)[..., 0], EXPECTED)
    assert len(metric.asked) == 2
