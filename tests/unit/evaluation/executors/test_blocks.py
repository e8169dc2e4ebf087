"""Blocks that go to other machines: what they give together is what the whole work gives."""

from __future__ import annotations

import pickle
import random
import sys
from functools import cached_property
from types import SimpleNamespace

import pytest

from mtqe.backends.base import Backend, BackendContext
from mtqe.backends.local.neural import NeuralBackend
from mtqe.backends.prepared import build_backend
from mtqe.checks import run_checks
from mtqe.config import default_checks
from mtqe.corpus.base import Failure, LanguagePair, Segment, Translation
from mtqe.errors import BackendError, ConfigError
from mtqe.evaluation.executors.cluster import blocks
from mtqe.evaluation.executors.cluster.blocks import TranslationBlock, check_blocks
from mtqe.evaluation.executors.cluster.executor import RayExecutor
from mtqe.metrics.pool import Compute, ModelPool
from tests.unit.checks.test_texts import PAIRS, made_test_set

CONTEXT = BackendContext("engine", LanguagePair("en", "es"), None)


class Shouting(Backend):
    """Gives sources in capitals, two at a time; stops at the word "stop"."""

    name = "shouting"
    portable = True

    def __init__(self, options=None, context=None):
        self.version = "1"

    def identity(self):
        return {"backend": self.name, "version": self.version}

    def check(self, corpus): ...

    @cached_property
    def engine(self):
        return lambda text: text.upper()

    def blocks(self, segments):
        for start in range(0, len(segments), 2):
            yield segments[start : start + 2]

    def translate(self, segments):
        for segment in segments:
            if segment.source == "stop":
                raise BackendError("the engine is hoarse")
            yield Translation(segment.id, self.engine(segment.source))


@pytest.mark.parametrize("languages", PAIRS, ids="-".join)
def test_checks_find_in_blocks_what_they_find_in_the_whole(languages, monkeypatch):
    monkeypatch.setattr(blocks, "CHECKED", 37)
    corpus, systems = made_test_set(languages, seed=sum(map(ord, "".join(languages))))
    checks = [check for check in default_checks(corpus.languages) if check.by_segment]
    whole = run_checks(checks, corpus, systems)

    def in_blocks(given, texts, _):
        parts = list(check_blocks(pickle.dumps(tuple(given)), corpus, systems))
        assert len(parts) == 7
        found = [pickle.loads(pickle.dumps(part)).compute(ModelPool()) for part in parts]
        for place in range(len(given)):
            yield place, [finding for part in found for finding in part[place]]

    assert run_checks(checks, corpus, systems, look=in_blocks) == whole
    assert len({finding.check for finding in whole}) > 8


def test_checks_that_compare_segments_are_not_cut():
    apart = {check.name for check in default_checks(LanguagePair("en", "es")) if check.by_segment}
    assert {"numbers", "language", "characters", "urls", "prompt-injection"} <= apart
    together = {"length", "duplicates", "capitalisation", "untranslated", "repeated-output"}
    assert not apart & {*together, "empty", "misalignment", "reference-output", "leakage"}


class Letters(NeuralBackend):
    """Gives sources backwards, a token per letter, and counts those of a single letter."""

    name = "letters"
    weights = ()
    codec, limit, load = SimpleNamespace(encode=list), 20, None

    def __init__(self):
        super().__init__("none", 24, CONTEXT)
        self.batches = []

    def identity(self):
        return {"backend": self.name}

    @cached_property
    def engine(self):
        return Reversing(self.batches)


class Reversing:
    def __init__(self, batches):
        self.cut, self._batches = 0, batches

    def generate(self, sources):
        self._batches.append(tuple(map("".join, sources)))
        self.cut += sum(len(source) == 1 for source in sources)
        return ["".join(reversed(source)) for source in sources]


def test_a_neural_engine_translates_the_same_batches_in_blocks():
    chance = random.Random(1)
    texts = [chance.choice("abc") * chance.randint(1, 22) for _ in range(300)]
    given = segments(*texts, "", "  ")
    whole, apart = Letters(), Letters()
    expected = {outcome.segment_id: outcome for outcome in whole.translate(given)}
    blocks_ = list(apart.blocks(given))
    assert len(blocks_) > 5
    found, counted = {}, 0
    content = pickle.dumps(apart)
    for block in blocks_:
        given_out = TranslationBlock(content, apart.identity(), tuple(block))
        outcomes, error, more = given_out.compute(ModelPool())
        assert error is None
        found |= {outcome.segment_id: outcome for outcome in outcomes}
        counted += more
    assert found == expected
    assert any(isinstance(outcome, Failure) for outcome in found.values())
    assert blocks._unpickled(content).batches == whole.batches
    apart.note(counted)
    assert counted == whole.counted > 0
    assert apart.notes == whole.notes


def test_a_backend_is_sent_without_what_it_has_loaded():
    backend = Shouting()
    backend.engine("loaded")
    assert "engine" in vars(backend)
    sent = pickle.loads(pickle.dumps(backend))
    assert vars(sent) == {"version": "1"}


def segments(*texts):
    return tuple(Segment(str(number), text) for number, text in enumerate(texts))


def test_a_block_has_the_outcomes_before_an_engine_stops_and_why_it_did():
    backend = Shouting()
    block = TranslationBlock(pickle.dumps(backend), backend.identity(), segments("a", "stop", "c"))
    found = pickle.loads(pickle.dumps(block)).compute(ModelPool())
    assert found.outcomes == (Translation("0", "A"),)
    assert found.error == "the engine is hoarse"


def test_another_engine_is_refused_with_what_differs():
    block = TranslationBlock(
        pickle.dumps(Shouting()), {"backend": "shouting", "version": "2"}, segments("a")
    )
    with pytest.raises(ConfigError, match=r"version is '1' there, and '2' where mtqe was started"):
        block.compute(ModelPool())


def test_pieces_are_sent_and_put_together_here():
    backend = build_backend(Shouting, {"split": {"by": "lines"}}, CONTEXT)
    asked = []

    def elsewhere(engine, pieces):
        assert engine.name == "shouting"
        for block in engine.blocks(pieces):
            asked.append([piece.source for piece in block])
            yield from engine.translate(block)

    given = segments("a\nb\nc", "d")
    found = list(backend.translate_by(elsewhere, given))
    assert found == list(backend.translate(given))
    assert found == [Translation("0", "A\nB\nC"), Translation("1", "D")]
    assert asked == [["a", "b"], ["c", "d"]]
    assert not any(isinstance(outcome, Failure) for outcome in found)


@pytest.mark.parametrize("name", ["rays", "ray:", "cluster"])
def test_an_executor_that_there_is_not_is_named(name):
    with pytest.raises(ConfigError, match=f"no executor '{name}'.*local, ray or ray://HOST:PORT"):
        Compute(executor=name).check_executor()


def test_a_cluster_without_ray_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ConfigError, match=r"pip install 'mtqe\[ray\]'"):
        RayExecutor("ray", "cpu", None, None)
