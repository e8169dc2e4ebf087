"""Several devices: a worker process for each, the numbers of one, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mtqe
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.errors import ConfigError, MetricError
from mtqe.evaluation.executors import Local
from mtqe.evaluation.executors.devices import DeviceWorkers
from mtqe.evaluation.score import score_in_detail
from mtqe.metrics.base import Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.surface import CHRF
from mtqe.support.cache import Cache
from mtqe.support.progress import silent
from tests.command_line import command
from tests.faulty_metric import Faulty
from tests.neural_models import SAMPLES, write_comet, write_encoder
from tests.project import write_lines

PATIENCE = 240
"""Seconds that a process may take on a busy machine."""


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("models") / "encoder")


@pytest.fixture(scope="module")
def xcomet(encoder):
    return write_comet(
        encoder.parent / "xcomet",
        encoder,
        "xcomet_metric",
        word_layer=2,
        error_labels=["minor", "major", "critical"],
    )


@pytest.fixture(scope="module")
def workers():
    made = DeviceWorkers(("cpu", "cpu"), 2, None)
    yield made
    made.close()


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks so small that both workers get some."""
    monkeypatch.setattr(Comet, "block_tokens", 30)
    monkeypatch.setattr(BERTScore, "block_tokens", 30)


def samples():
    return [s for s in SAMPLES if len(s.hypothesis) < 100] * 3 + [
        Sample(f"Satz {n}", f"dog {n} " * (n % 7), (f"dog {n}",)) for n in range(40)
    ]


def matrix(executor, metric, given):
    found = np.full((len(given), len(metric.statistic_names)), np.nan)
    spans = [()] * len(given)
    for indices, rows, details in executor.stream(metric, given):
        assert np.isnan(found[indices]).all(), "a sample was scored twice"
        found[indices] = rows
        for index, more in zip(indices, details, strict=False):
            spans[index] = more.spans
    return found, spans


@pytest.mark.usefixtures("one_thread", "small_blocks")
@pytest.mark.parametrize("kind", ["comet", "bertscore"])
def test_two_workers_give_the_numbers_of_one_to_the_bit(workers, encoder, xcomet, kind):
    metric = Comet(model=str(xcomet)) if kind == "comet" else BERTScore(str(encoder), layer=2)
    given = samples()
    assert len(list(metric.blocks(given))) > 4
    one, spans = matrix(Local(), metric, given)
    two, same_spans = matrix(workers, metric, given)
    np.testing.assert_array_equal(two, one)
    assert same_spans == spans
    assert kind == "bertscore" or any(spans)


@pytest.mark.usefixtures("small_blocks")
def test_results_are_in_order_cached_and_counted(workers, encoder, tmp_path):
    texts = [f"Satz {n} {'dog ' * (n % 5)}" for n in range(30)]
    segments = tuple(Segment(f"s{n}", text, (text,)) for n, text in enumerate(texts))
    corpus = Corpus("x", LanguagePair("de", "en"), segments)
    systems = [
        Translations.from_texts("one", corpus, [None, *texts[1:]]),
        Translations.from_texts("two", corpus, texts[::-1]),
    ]
    metric, cache, seen = BERTScore(str(encoder), layer=2), Cache(tmp_path), Seen()
    found = score_in_detail(
        "b", metric, corpus, systems, executor=workers, cache=cache, progress=seen
    ).statistics
    alone = score_in_detail(
        "b", metric, corpus, systems, executor=Local(), cache=None, progress=silent()
    ).statistics
    np.testing.assert_allclose(found, alone, atol=1e-6)
    assert np.isnan(found[0, 0]).all()
    assert (seen.total, seen.done_amount) == (59, 59)
    assert cache.info().entries["statistics"] >= 58
    cache.close()


class Seen:
    """Progress that remembers."""

    total = done_amount = 0.0

    def task(self, label, total):
        self.total = total
        return self

    def advance(self, amount):
        self.done_amount += amount

    def done(self): ...


def test_metrics_without_a_model_are_computed_here(workers):
    given = [Sample("", "a dog", ("a cat",))] * 3
    np.testing.assert_array_equal(
        matrix(workers, CHRF(), given)[0], matrix(Local(), CHRF(), given)[0]
    )


def test_an_error_in_a_worker_is_raised_here_with_its_traceback_and_ends_the_workers():
    with closing(DeviceWorkers(("cpu",), 1, None)) as executor:
        with pytest.raises(MetricError, match=r"one sentence; do this\.") as caught:
            matrix(executor, Faulty("refuse"), SAMPLES)
        assert "in a worker process" in caught.value.__notes__[0]
        assert executor._workers == []
        np.testing.assert_array_equal(matrix(executor, Faulty(), SAMPLES)[0], 1)
        (worker,) = executor._workers
        assert worker._process.poll() is None
    assert worker._process.poll() is not None


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_worker_that_is_killed_ends_the_work_in_a_sentence():
    with (
        closing(DeviceWorkers(("cpu",), 1, None)) as executor,
        pytest.raises(MetricError, match=r"for the device cpu has ended by SIGKILL, as .* memory"),
    ):
        matrix(executor, Faulty("die"), SAMPLES)


def test_what_can_t_be_sent_is_an_error_here():
    class Here(Faulty): ...

    with (
        closing(DeviceWorkers(("cpu",), 1, None)) as executor,
        pytest.raises(MetricError, match=r"local object.*module of its own.*or name one device"),
    ):
        matrix(executor, Here(), SAMPLES)


def test_what_a_notebook_defines_is_not_sent(monkeypatch):
    monkeypatch.setattr(Faulty, "__module__", "__main__")
    with (
        closing(DeviceWorkers(("cpu",), 1, None)) as executor,
        pytest.raises(MetricError, match=r"defined in a notebook or script\); define it in a mod"),
    ):
        matrix(executor, Faulty("talk"), SAMPLES)


def test_what_a_worker_logs_is_logged_here_and_what_it_prints_does_no_harm(workers, caplog):
    np.testing.assert_array_equal(matrix(workers, Faulty("talk"), SAMPLES)[0], 1)
    said = [(record.name, record.getMessage()) for record in caplog.records]
    assert said == [("mtqe.x", "this is said")] * len(SAMPLES)


def test_python_scores_on_several_devices(encoder):
    texts = (["a house", "b"], ["a home", "b"])
    model = {"bertscore": {"model": str(encoder), "layer": 2}}
    options: dict[str, Any] = {"metrics": "bertscore", "options": model, "use_cache": False}
    usual = mtqe.score(texts[0], texts[1], **options).segments["bertscore"]
    found = mtqe.score(texts[0], texts[1], **options, device="cpu,cpu", batch_tokens=64)
    np.testing.assert_allclose(found.segments["bertscore"], usual, atol=1e-6)
    with pytest.raises(ConfigError, match="there is no device 'gpu'"):
        mtqe.score(texts[0], texts[1], **options, device="gpu")


def project(folder: Path) -> list[str]:
    """A command that takes long, in a folder of its own."""
    encoder = write_encoder(folder / "encoder")
    model = write_comet(folder / "model", encoder, "regression_metric")
    lines = [f"Satz {n} " + "Hund " * (n % 90) for n in range(9000)]
    write_lines(folder / "text.txt", lines)
    files = ["--source", "text.txt", "--reference", "text.txt", "--hypothesis", "text.txt"]
    languages = ["--source-language", "de", "--target-language", "en"]
    return command(
        "score", *files, *languages, "-m", "comet", "--model", f"comet={model}", "-o",
        folder / "run", "--device", "cpu,cpu",
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_program_leaves_no_process_and_keeps_what_is_done(tmp_path, how):
    words = project(tmp_path)
    environment = {**os.environ, "MTQE_HOME": str(tmp_path / "home"), "OMP_NUM_THREADS": "1"}
    running = subprocess.Popen(
        words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        workers = _wait_for(lambda: children(running.pid) if entries(tmp_path) else [])
        assert len(workers) == 2
        running.send_signal(how)
        _, errors = running.communicate(timeout=PATIENCE)
    finally:
        running.kill()
    assert running.returncode != 0
    assert "Traceback" not in errors
    assert how != signal.SIGINT or "mtqe: interrupted" in errors
    _wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    assert 0 < entries(tmp_path) < 9000


def children(pid: int) -> list[int]:
    """Processes that a process has started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(word) for word in found]


def entries(folder: Path) -> int:
    """Scores in the cache."""
    cache = Cache(folder / "home" / "cache")
    try:
        return cache.info().entries.get("statistics", 0) if cache.path.exists() else 0
    finally:
        cache.close()


def _wait_for(look):
    ends = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < ends
        time.sleep(0.05)
    return found


def test_a_worker_ends_when_nobody_is_left_to_ask():
    program = (
        "import os\n"
        "from mtqe.evaluation.executors.devices import _Worker\n"
        "from mtqe.evaluation.executors.worker import Settings\n"
        "print(_Worker(Settings('cpu', 1, 0, None, 30))._process.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    pid = int(done.stdout)
    _wait_for(lambda: not _is_running(pid))


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")  # where nobody reaps orphans, a dead one stays as a zombie
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
