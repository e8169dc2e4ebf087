"""A real Ray cluster on this machine: the numbers of one process, and nothing lost on the way."""

from __future__ import annotations

import importlib
import os
import re
import signal
import subprocess
import sys
import warnings
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mtqe
from mtqe.backends.local.apertium import ApertiumBackend
from mtqe.checks import run_checks
from mtqe.compare.own_comparison import own_comparison
from mtqe.config import default_checks
from mtqe.errors import ConfigError, MetricError
from mtqe.evaluation.executors import Local
from mtqe.evaluation.executors.cluster import blocks, joining
from mtqe.evaluation.executors.cluster.executor import RayExecutor
from mtqe.metrics.base import Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.surface import BLEU, CHRF
from mtqe.stats.resampling import bootstrap_weights, swap_weights
from mtqe.stats.summing import Resampling, several_sums, sum_here
from tests.faulty_metric import Faulty
from tests.neural_models import SAMPLES, write_encoder
from tests.unit.checks.test_texts import made_test_set
from tests.unit.evaluation.executors.test_blocks import CONTEXT, Letters, segments

pytest.importorskip("ray", reason="Ray is not installed: pip install 'mtqe[ray]'")

PATIENCE = 300
"""Seconds that a process may take on a busy machine."""


@pytest.fixture(scope="module")
def ray():
    """A cluster of this machine alone, with two processors."""
    module = importlib.import_module("ray")
    os.environ.setdefault("RAY_worker_niceness", "0")  # 15, unless it is said
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield module
    module.shutdown()


@pytest.fixture(scope="module")
def executor(ray):
    made = RayExecutor("ray", "cpu", 1, None)
    yield made
    made.close()


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("models") / "encoder")


def matrix(executor, metric, given):
    found = np.full((len(given), len(metric.statistic_names)), np.nan)
    for indices, rows, _ in executor.stream(metric, given):
        assert np.isnan(found[indices]).all(), "a sample was scored twice"
        found[indices] = rows
    return found


@pytest.mark.usefixtures("one_thread")
def test_models_on_the_cluster_give_the_numbers_of_this_process_to_the_bit(
    executor, encoder, monkeypatch
):
    monkeypatch.setattr(BERTScore, "block_tokens", 200)
    metric = BERTScore(str(encoder), layer=2)
    given = [s for s in SAMPLES if len(s.hypothesis) < 100] + [
        Sample(f"Satz {n}", f"dog {n} " * (n % 7), (f"dog {n}",)) for n in range(150)
    ]
    assert len(list(metric.blocks(given))) > 4
    np.testing.assert_array_equal(matrix(executor, metric, given), matrix(Local(), metric, given))


@pytest.mark.parametrize("metric", [BLEU(), CHRF()], ids=["bleu", "chrf"])
def test_metrics_of_strings_are_computed_on_the_cluster(executor, metric, monkeypatch):
    monkeypatch.setattr("mtqe.metrics.base.BLOCK", 50)
    given = [Sample("", f"a dog {n % 97} barks", (f"a cat {n % 89} barks",)) for n in range(190)]
    np.testing.assert_array_equal(matrix(executor, metric, given), matrix(Local(), metric, given))


def test_checks_on_the_cluster_find_the_same(executor, monkeypatch):
    monkeypatch.setattr(blocks, "CHECKED", 100)
    corpus, systems = made_test_set(("en", "de"), seed=1)
    checks = default_checks(corpus.languages)
    found = run_checks(checks, corpus, systems, look=executor.look)
    assert found == run_checks(checks, corpus, systems)
    assert len(found) > 100


@pytest.fixture
def sent(monkeypatch):
    """Blocks of resamples so small that there are many, all of them sent; what was sent."""
    blocks = Resampling.blocks
    found = []

    def noted(resampling):
        for block in blocks(resampling):
            found.append(block)
            yield block

    monkeypatch.setattr(Resampling.__init__, "__defaults__", (40_000,))
    monkeypatch.setattr(Resampling, "blocks", noted)
    monkeypatch.setattr("mtqe.evaluation.executors.cluster.executor.FEWEST_SECONDS", 0)
    return found


@pytest.mark.parametrize("draw", [bootstrap_weights, swap_weights])
def test_statistics_are_summed_on_the_cluster_to_the_bit(executor, sent, draw):
    def sums(by):
        return several_sums(parts, Resampling(draw, np.random.default_rng(3), 1_200, 4_111), by)

    rng = np.random.default_rng(1)
    counts: Any = rng.integers(60, size=(3, 4_111, 4)).astype(np.uint16)
    parts = [counts, rng.normal(size=(3, 4_111, 2))]
    for here, there in zip(sums(sum_here), sums(executor.sum_resamples), strict=True):
        np.testing.assert_array_equal(there, here)
    assert len(sent) > 10


def test_a_comparison_on_the_cluster_has_the_same_intervals_and_p_values(
    ray, encoder, sent, monkeypatch
):
    assert ray.is_initialized()
    corpus, systems = made_test_set(("en", "de"), seed=1)
    corpus = replace(corpus, segments=corpus.segments[:90])
    texts = {system.system: list(system.hypotheses)[:90] for system in systems}
    metrics, options = ["bleu", "chrf", "bertscore"], {"model": str(encoder), "layer": 2}
    monkeypatch.setattr(Resampling.__init__, "__defaults__", (4_000,))
    found = []
    for computes in ("local", "ray"):
        monkeypatch.setattr("mtqe.compare.own_comparison._latest", {})
        run = mtqe.score(
            corpus,
            texts,
            metrics,
            options={"bertscore": options},
            executor=computes,
            device="cpu",
            use_cache=False,
        )
        found.append((run.manifest.systems, run.manifest.verdict, own_comparison(run)))
        assert bool(sent) == (computes == "ray")
    assert found[1] == found[0]
    assert {block.draw for block in sent} == {bootstrap_weights, swap_weights}
    assert len(sent) > 20


def test_a_small_comparison_is_done_without_the_cluster():
    executor = RayExecutor("ray", "cpu", 1, None)
    counts: Any = np.random.default_rng(1).integers(60, size=(3, 9_000, 4)).astype(np.uint16)
    found, expected = (
        several_sums([counts], Resampling(swap_weights, np.random.default_rng(3), 1_000, 9_000), by)
        for by in (executor.sum_resamples, sum_here)
    )
    np.testing.assert_array_equal(found, expected)
    assert "_cluster" not in vars(executor)


def test_a_process_that_is_killed_while_it_sums_costs_nothing(executor, sent, tmp_path):
    died = tmp_path / "died"
    draw = partial(dying_swaps, str(died), os.getpid())
    counts: Any = np.random.default_rng(1).integers(60, size=(3, 1_000, 4)).astype(np.uint16)
    found, expected = (
        several_sums([counts], Resampling(kind, np.random.default_rng(3), 200, 1_000), sums)
        for kind, sums in ((draw, executor.sum_resamples), (swap_weights, sum_here))
    )
    np.testing.assert_array_equal(found, expected)
    assert died.exists()
    assert len(sent) == 10


def dying_swaps(died, driver, rng, rows, units):
    """Swaps; the first process that draws them, other than the driver, is killed."""
    if os.getpid() != driver and not Path(died).exists():
        Path(died).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return swap_weights(rng, rows, units)


@pytest.mark.apertium
def test_apertium_on_the_cluster_gives_the_same_translations(executor, monkeypatch):
    monkeypatch.setattr("mtqe.backends.local.apertium.BATCH", 20)
    backend = ApertiumBackend({}, CONTEXT)
    given = segments(*(f"The house number {n} is red" for n in range(70)))
    found = sorted(executor.translate(backend, given), key=lambda outcome: int(outcome.segment_id))
    assert found == list(backend.translate(given))


def test_a_neural_engine_on_the_cluster_gives_the_same_translations_and_notes(executor):
    here, there = Letters(), Letters()
    given = segments(*(letter * (n % 21) for n in range(300) for letter in "ab"))
    found = sorted(executor.translate(there, given), key=lambda outcome: int(outcome.segment_id))
    assert found == sorted(here.translate(given), key=lambda outcome: int(outcome.segment_id))
    assert there.notes == here.notes != ()


def test_an_error_on_a_node_is_raised_here(executor):
    with pytest.raises(MetricError, match=r"one sentence; do this\."):
        matrix(executor, Faulty("refuse"), SAMPLES)


def test_what_a_node_logs_is_logged_here(executor, caplog):
    np.testing.assert_array_equal(matrix(executor, Faulty("talk"), SAMPLES[:3])[:, 0], 1)
    said = [r.getMessage() for r in caplog.records if r.name == "mtqe.x"]
    assert said == ["this is said"] * 3


def test_a_process_that_is_killed_once_costs_nothing(executor, tmp_path):
    metric = DiesOnce(str(tmp_path / "died"))
    np.testing.assert_array_equal(matrix(executor, metric, SAMPLES)[:, 0], 1)
    assert (tmp_path / "died").exists()


def test_processes_that_die_again_and_again_end_the_work_in_a_sentence(executor):
    with pytest.raises(MetricError, match=r"3 processes .* metric 'faulty', as .* memory runs out"):
        matrix(executor, Faulty("die"), SAMPLES[:2])
    np.testing.assert_array_equal(matrix(executor, Faulty(), SAMPLES)[:, 0], 1)


class DiesOnce(Faulty):
    """Ends its process at the first sample, unless a file says that it has."""

    def stream(self, samples, pool):
        place = Path(self.does)
        if not place.exists():
            place.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        yield from Faulty().stream(samples, pool)


class Locked(Faulty):
    """Holds what can't be pickled."""

    def __reduce__(self):
        raise TypeError("cannot pickle '_thread.lock' object")


def test_a_plug_in_that_can_t_be_pickled_is_named(executor):
    with pytest.raises(ConfigError, match=r"metric 'faulty' can't be sent .*lock.*nothing but"):
        matrix(executor, Locked(), SAMPLES)


def test_a_plug_in_that_a_node_lacks_is_named(executor, tmp_path, monkeypatch):
    (tmp_path / "plugged.py").write_text(
        "from tests.faulty_metric import Faulty\nclass Plugged(Faulty): ...\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    plugged = importlib.import_module("plugged")
    with pytest.raises(ConfigError, match=r"can't import .*plugged.*install there"):
        matrix(executor, plugged.Plugged(), SAMPLES)


def test_another_version_of_mtqe_on_a_node_is_named(ray, monkeypatch):
    monkeypatch.setattr(joining, "MTQE", "0.0.1")
    executor = RayExecutor("ray", "cpu", 1, None)
    with pytest.raises(ConfigError, match=r"has mtqe .*, and mtqe 0\.0\.1 was started"):
        matrix(executor, Faulty(), SAMPLES)


def test_another_version_of_ray_is_named(ray):
    program = (
        "import ray\n"
        "from mtqe.evaluation.executors.cluster.joining import Cluster\n"
        "ray.__version__ = '2.0.0'\n"
        "Cluster('ray')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "RAY_ADDRESS": ray.get_runtime_context().gcs_address},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    versions = rf"Ray {ray.__version__} and Python \S+ there, Ray 2\.0\.0 and Python \S+ here"
    assert re.search(versions, done.stderr.splitlines()[-1])


def test_devices_that_ray_does_not_give_out_are_refused():
    with pytest.raises(ConfigError, match="can't take the device 'cuda:1'"):
        RayExecutor("ray", "cuda:1", None, None)


def test_a_cluster_without_a_gpu_says_so(ray):
    with pytest.raises(ConfigError, match="the Ray cluster has no GPU"):
        matrix(RayExecutor("ray", "cuda", 1, None), Faulty(), SAMPLES)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ray://127.0.0.1:1", r"ray://127\.0\.0\.1:1 can't be reached \(Connection refused\)"),
        ("ray://head", "not the address of a cluster: write ray://HOST:PORT"),
        ("ray://a..b:10001", r"ray://a\.\.b:10001 can't be reached \(.*label"),
    ],
)
def test_a_cluster_that_is_not_there_is_one_sentence(address, said):
    with pytest.raises(ConfigError, match=said):
        RayExecutor(address, "auto", None, None)
