"""Whatever a model or its server says ends in a judgement or in a reason, never in an exception."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.metrics.base import Sample
from mtqe.metrics.judge.answers import Judgement, Reader
from mtqe.metrics.judge.options import JudgeOptions, Kind
from mtqe.metrics.pool import ModelPool
from mtqe.support.http.faults import BadAnswer
from tests import judge_servers as servers
from tests.fuzz.answers import damaged, spoilt
from tests.judge_servers import judge, judged, one, samples
from tests.service_protocols import set_keys
from tests.services import Loopback, Reply, json_reply

SAMPLE = Sample("a source", "a bad word and a bad end")
KINDS: tuple[Kind, ...] = ("esa", "mqm", "da")
KEYS = st.sampled_from(
    ["errors", "score", "text", "side", "occurrence", "severity", "category", "explanation",
     "judgements", "id"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["bad", "a", "source", "translation", "minor", "major", "critical", "Other"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)


def check(judgement):
    """See that a judgement is one: within its scale, with spans where the text has them."""
    assert isinstance(judgement, Judgement)
    assert math.isfinite(judgement.score)
    for span in judgement.spans:
        text = SAMPLE.source if span.side == "source" else SAMPLE.hypothesis
        assert text[span.start : span.end] == span.text
        assert span.end > span.start


def read(kind, answer, several):
    """How many judgements an answer gives; each is one."""
    reader = Reader(JudgeOptions(model="m", kind=kind))
    held = {"x1": SAMPLE, "x2": SAMPLE} if several else {"x1": SAMPLE}
    try:
        found = reader.read(answer, held)
    except BadAnswer:
        return 0
    assert list(found) == list(held)
    judgements = [said for said in found.values() if not isinstance(said, BadAnswer)]
    for judgement in judgements:
        check(judgement)
    return len(judgements)


@given(VALUES, st.sampled_from(KINDS), st.booleans())
def test_any_json(value, kind, several):
    read(kind, json.dumps(value), several)


@given(st.text(max_size=80), st.sampled_from(KINDS), st.booleans())
def test_any_text(text, kind, several):
    read(kind, text, several)
    read(kind, f'{{"errors": [], "score": {text}}}', several)


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_answers(kind):
    """What an obedient model would say, with values changed, dropped and put in again."""
    chance = random.Random(f"damaged {kind}")
    good = one({"translation": SAMPLE.hypothesis})
    assert read(kind, json.dumps(good), several=False) == 1
    several = {"judgements": [{"id": name, **good} for name in ("x1", "x2")]}
    assert read(kind, json.dumps(several), several=True) == 2
    given = []
    for number in range(1000):
        data = damaged(several if number % 2 else good, chance)
        given.append(read(kind, json.dumps(data), several=bool(number % 2)))
    assert set(given) == {0, 1, 2}, "some are spoilt, some are half spoilt, some are sound"


@pytest.mark.parametrize("name", ["openai", "anthropic"])
@pytest.mark.parametrize("batch_size", [1, 4])
def test_mutated_answers_over_the_network(name, batch_size, monkeypatch):
    """Bytes of the reply and words of the model: one outcome for each sample, whatever came."""
    set_keys(monkeypatch)
    chance = random.Random(f"{name} {batch_size}")

    def spoil(reply: Reply) -> Reply:
        if chance.random() < 0.5:
            return replace(reply, body=spoilt(reply.body, chance), headers={})
        data = json.loads(reply.body)
        message = data["content"][1] if name == "anthropic" else data["choices"][0]["message"]
        key = "text" if name == "anthropic" else "content"
        message[key] = spoilt(message[key].encode(), chance).decode("utf-8", "replace")
        return json_reply(data)

    server = servers.anthropic() if name == "anthropic" else servers.openai()
    with Loopback(server, [spoil] * 30) as loopback:
        options = {"attempts": 2, "batch_size": batch_size, "key_variable": "TEST_KEY"}
        metric = judge(loopback.url, api=name, **options)
        found = judged(metric, samples(*(f"bad {n}" for n in range(12))))
    assert all(said.failure or score <= 100 for score, said in found.values())


def test_statistics_alone_are_of_all_repetitions():
    """As metaeval asks for them, without cache and details."""
    scores = iter([10, 20, 30, "no", "no", "no", 50, 60])

    def words(_):
        score = next(scores)
        return score if score == "no" else json.dumps({"score": score})

    with Loopback(servers.openai(words)) as loopback:
        metric = judge(loopback.url, kind="da", repeats=2, temperature=1.0, concurrency=1)
        rows = metric.statistics(samples("a"), ModelPool())
        assert rows.tolist() == [[15.0, 1.0, 10.0, 20.0]]
        assert np.isnan(metric.statistics(samples("b"), ModelPool())).all()
        assert metric.statistics([], ModelPool()).shape == (0, 4)
