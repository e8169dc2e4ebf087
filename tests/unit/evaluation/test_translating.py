"""Translations from a backend and the cache: each segment one outcome, each source once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import mtqe.evaluation.evaluate as evaluate_module
from mtqe.backends.base import BackendContext
from mtqe.backends.existing.file import FileBackend
from mtqe.backends.prepared import backend as prepared
from mtqe.backends.prepared.protection import ProtectOptions
from mtqe.backends.prepared.splitting import SplitOptions
from mtqe.backends.prepared.splitting import split as plain
from mtqe.config import NamedMetric, System
from mtqe.corpus.base import Corpus, Failure, LanguagePair, Segment, Translation
from mtqe.errors import BackendError
from mtqe.evaluation.evaluate import evaluate
from mtqe.evaluation.plan import plan_translation, plan_translations
from mtqe.evaluation.translate import translate
from mtqe.metrics.surface import CHRF
from mtqe.support.cache import Cache
from mtqe.support.progress import silent
from tests.engines import PAIR, UPPER, Engine, corpus


@pytest.fixture
def cache(tmp_path):
    made = Cache(tmp_path / "cache")
    yield made
    made.close()


def run(engine, sources, cache=None, **options):
    backend = engine.backend(**options)
    return translate(plan_translation("engine", backend, corpus(sources), cache), cache, silent())


def test_equal_sources_are_translated_once_in_the_corpus_order(tmp_path):
    log = tmp_path / "asked"
    engine = Engine(tmp_path, f"open({str(log)!r}, 'a').write(data)\n{UPPER}")
    result = run(engine, ["b", "a", "b", "", "a"])
    assert result.translations.hypotheses == ("B", "A", "B", "", "A")
    assert log.read_text() == "b\na\n\n"
    assert result.newly_translated == 3


def test_what_the_cache_has_is_not_asked_for_again(tmp_path, cache):
    engine = Engine(tmp_path, UPPER)
    first = run(engine, ["a", "b"], cache)
    second = run(engine, ["b", "a"], cache)
    assert second.translations.hypotheses == ("B", "A")
    assert (first.newly_translated, second.newly_translated, engine.starts) == (2, 0, 1)


def test_another_version_or_direction_is_asked_anew(tmp_path, cache):
    engine = Engine(tmp_path, UPPER)
    run(engine, ["a"], cache)
    assert run(engine, ["a"], cache, version="2").newly_translated == 1
    reverse = Corpus("sample", LanguagePair("es", "en"), (Segment("1", "a"),))
    again = translate(plan_translation("x", engine.backend(), reverse, cache), cache, silent())
    assert again.newly_translated == 1


def test_failures_are_not_kept(tmp_path, cache):
    flag = tmp_path / "mended"
    engine = Engine(tmp_path, f"if not os.path.exists({str(flag)!r}): sys.exit('broken')\n{UPPER}")
    failed = run(engine, ["a", "b"], cache)
    assert len(failed.translations.failures) == 2
    flag.touch()
    assert run(engine, ["a", "b"], cache).translations.hypotheses == ("A", "B")


def test_what_came_before_the_engine_broke_is_kept(tmp_path, cache):
    engine = Engine(tmp_path, "if '3' in lines: time.sleep(60)\n" + UPPER)
    sources = ["1", "2", "3", "3 ", "3  ", "4"]
    engine.program.write_text(engine.program.read_text().replace("'3' in lines", "'3' in data"))
    result = run(engine, sources, cache, batch_size=1, timeout=0.5)
    assert result.translations.hypotheses == ("1", "2", None, None, None, None)
    reasons = {failure.reason for failure in result.translations.failures}
    assert all("no answer within 0.5 s" in reason for reason in reasons)
    again = run(engine, sources[:2], cache, batch_size=1)
    assert again.newly_translated == 0


class Faulty(FileBackend):
    """What another package might do wrong."""

    cacheable = True

    def __init__(self, outcomes):
        self._outcomes = outcomes

    def identity(self):
        return {"backend": "faulty"}

    def translate(self, segments):
        for outcome in self._outcomes:
            if isinstance(outcome, Exception):
                raise outcome
            yield outcome


@pytest.mark.parametrize(
    ("outcomes", "reason"),
    [
        ([Translation("s1", "x")], "the backend gave nothing for this segment"),
        ([Translation("s1", "x"), Translation("s1", "y")], "gave a segment twice"),
        ([Translation("s1", "x"), Translation("s9", "y")], "one that it was not asked for"),
        ([Translation("s1", "x"), BackendError("out of credit")], "out of credit"),
    ],
)
@pytest.mark.parametrize("cacheable", [True, False])
def test_a_backend_that_breaks_its_contract_costs_the_segments_at_fault(
    outcomes, reason, cacheable, monkeypatch
):
    backend = Faulty(outcomes)
    monkeypatch.setattr(Faulty, "cacheable", cacheable)
    plan = plan_translation("x", backend, corpus(["a", "b"]), None)
    result = translate(plan, None, silent())
    kept, failed = result.translations.outcomes
    assert kept == Translation("s1", "x")
    assert isinstance(failed, Failure)
    assert reason in failed.reason


class Watcher:
    """Progress that adds up."""

    def __init__(self):
        self.total = self.seen = 0.0
        self.ended = 0

    def task(self, label, total):
        self.total += total
        return self

    def advance(self, amount):
        self.seen += amount

    def done(self):
        self.ended += 1


def test_progress_reaches_its_total(tmp_path, cache):
    engine = Engine(tmp_path, UPPER)
    for _ in range(2):
        watcher = Watcher()
        backend = engine.backend()
        translate(plan_translation("x", backend, corpus(["a", "b", "a"]), cache), cache, watcher)
        assert (watcher.seen, watcher.total, watcher.ended) == (3, 3, 1)


def test_the_speed_is_that_of_the_run_with_most_to_translate(tmp_path, cache):
    engine = Engine(tmp_path, UPPER)
    first = run(engine, ["a", "b", "c"], cache)
    assert first.speed == pytest.approx(3 / first.seconds, rel=0.05)
    assert run(engine, ["a", "b", "c"], cache).speed == first.speed
    assert run(engine, ["a", "d"], cache).speed == first.speed, "one segment says little"
    more = run(engine, ["e", "f", "g", "h"], cache)
    assert more.speed == pytest.approx(4 / more.seconds, rel=0.05)
    assert run(engine, ["a", "b"]).speed != first.speed


def test_the_speed_counts_distinct_sources_alone_and_not_those_that_failed(tmp_path):
    """Six segments, three distinct sources, of which one fails in three segments."""
    engine = Engine(tmp_path, "if 'bad' in data: sys.exit('broken')\n" + UPPER)
    result = run(engine, ["a", "bad", "b", "bad", "bad", "a"], batch_size=1)
    assert len(result.translations.failures) == 3
    assert result.speed == pytest.approx(2 / result.seconds, rel=0.05)


class Counting(FileBackend):
    """Counts what it is asked."""

    cacheable = True

    def __init__(self):
        self.calls = Counter()

    def identity(self):
        self.calls["identity"] += 1
        return {"backend": "counting"}

    def check(self, corpus):
        self.calls["check"] += 1

    def inputs(self, corpus):
        self.calls["inputs"] += 1
        return super().inputs(corpus)

    def estimate(self, segments):
        self.calls["estimate"] += 1
        return super().estimate(segments)

    def translate(self, segments):
        self.calls["translate"] += 1
        return (Translation(segment.id, segment.source) for segment in segments)


def evaluated(texts, systems, cache, monkeypatch):
    """Evaluate, and count what the run asks the metric, the output and the cache."""
    calls = Counter()

    def counted(owner, name):
        plain = getattr(owner, name)

        def call(*args, **options):
            calls[name] += 1
            return plain(*args, **options)

        monkeypatch.setattr(owner, name, call)

    counted(CHRF, "check")
    counted(evaluate_module, "check_output")
    gets = []
    get = cache.get

    def noted(keys):
        gets.append(tuple(keys))
        return get(keys)

    monkeypatch.setattr(cache, "get", noted)
    output = cache.path.parent.parent / "run"
    evaluate(texts, systems, [NamedMetric("chrf", CHRF())], output, cache=cache)
    return calls, gets


def test_a_run_asks_for_everything_once(cache, monkeypatch):
    """Of a system: its identity, its inputs, its estimate, and what the cache has."""
    texts, backend = corpus(["a", "b", "a"]), Counting()
    calls, gets = evaluated(texts, [System("x", backend)], cache, monkeypatch)
    once = dict.fromkeys(["identity", "check", "inputs", "estimate", "translate"], 1)
    assert backend.calls == once
    assert calls == {"check": 1, "check_output": 1}
    plan = plan_translation("x", Counting(), texts, None)
    wanted = set(plan.keys.values())
    assert sum(bool(wanted & set(keys)) for keys in gets) == 1
    assert sum(plan.pace_key in keys for keys in gets) == 1


def test_two_systems_with_one_engine_translate_once(cache):
    first, second = Counting(), Counting()
    plans = plan_translations(corpus(["a", "b"]), [System("x", first), System("y", second)], cache)
    done = [translate(plan, cache, silent()) for plan in plans]
    assert [item.newly_translated for item in done] == [2, 0]
    assert done[0].translations.hypotheses == done[1].translations.hypotheses


def test_sources_are_prepared_once_in_a_run(cache, monkeypatch):
    """Check, keys, both estimates and translation share what was split and masked."""
    split = Counter()
    monkeypatch.setattr(
        prepared, "split", lambda text, *rest: split.update([text]) or plain(text, *rest)
    )
    backend = prepared.PreparedBackend(
        Counting(), BackendContext("x", PAIR, Path()), SplitOptions(), ProtectOptions()
    )
    backend.prompts = ()
    texts = corpus(["One two. Three {x}.", "Four.", "Four."])
    run = evaluate(texts, [System("x", backend)], [NamedMetric("chrf", CHRF())], cache=cache)
    assert split == {"One two. Three __1__.": 1, "Four.": 1}
    assert run.segments["hypothesis"].tolist() == [segment.source for segment in texts]
