"""Whatever a service answers ends in outcomes with reasons, never in an exception."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from mtqe.backends.services.faults import Fault
from mtqe.backends.services.messages import Reply
from mtqe.corpus.base import Failure, Segment, Translation
from tests.service_protocols import SERVICES
from tests.services import outcomes

TRIES = 300
"""Mutations of the answers of each service."""
SOURCES = ["one", "two"]
VALUES = [
    None,
    True,
    0,
    -1,
    1e308,
    10**400,
    "",
    "\ud800",
    [],
    {},
    [[]],
    ["x"],
    {"text": 1},
    "x" * 999,
]


def damaged(data, chance):
    """JSON of which one value is another, or is missing."""
    places = list(_places(data))
    way = chance.choice(places)
    if not way:
        return chance.choice(VALUES)
    changed = json.loads(json.dumps(data))
    part = changed
    for key in way[:-1]:
        part = part[key]
    if chance.random() < 0.3:
        del part[way[-1]]
    else:
        part[way[-1]] = chance.choice(VALUES)
    return changed


def _places(data, way=()):
    yield way
    items = (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    )
    for key, value in items:
        yield from _places(value, (*way, key))


def spoilt(body, chance):
    """Bytes that a service might send: changed values, or changed bytes."""
    if chance.random() < 0.7:
        return json.dumps(damaged(json.loads(body), chance)).encode()
    place = chance.randrange(len(body))
    rest = chance.choice([b"", b"\xff", b"[" * 3000, b"<html>", b"\\u", b'{"', body])
    return body[:place] + rest + body[place + chance.choice([0, 1, 5]) :]


@pytest.mark.parametrize("name", SERVICES)
def test_an_answer_is_read_or_is_a_fault(service, name):
    """Read as they come from the network, without it."""
    chance = random.Random(name)
    replies = []
    segments = [Segment(str(number), source) for number, source in enumerate(SOURCES)]
    with service(name) as (loopback, backend):
        outcomes(backend, SOURCES)
        asked = segments[: len(SOURCES) // len(loopback.received)]
        replies = [loopback.reply(request) for request in list(loopback.received)]
    for number in range(TRIES):
        body = spoilt(chance.choice(replies).body, chance)
        reply = Reply(chance.choice([400, 401, 429, 500]), {"Retry-After": "x"}, body)
        assert isinstance(backend.fault(reply), Fault), number
        try:
            data = reply.json()
        except ValueError:  # the client repeats the request
            continue
        try:
            texts = backend.read(data, asked)
            backend.tokens_used(data)
        except Fault:
            continue
        assert all(isinstance(text, str) for text in texts), number


@pytest.mark.parametrize("name", SERVICES)
def test_mutated_answers_over_the_network(service, name):
    """A dozen of them in one translation: one outcome a segment, whatever came."""
    chance = random.Random(f"{name} over the network")
    faults = [lambda reply: replace(reply, body=spoilt(reply.body, chance)) for _ in range(12)]
    with service(name, faults, attempts=2) as (_, backend):
        found = outcomes(backend, [f"source {number}" for number in range(8)])
    assert all(isinstance(outcome, Translation | Failure) for outcome in found)
