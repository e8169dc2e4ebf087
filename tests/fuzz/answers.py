"""Whatever a service answers ends in outcomes with reasons, never in an exception."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from math import inf
from pathlib import Path
from urllib.request import urlopen

import pytest

from mtqe.corpus.base import Segment
from mtqe.corpus.spans import fit
from mtqe.errors import MtqeError
from mtqe.metrics.base import Sample
from mtqe.metrics.judge.answers import Judgement, Reader
from mtqe.metrics.judge.options import JudgeOptions
from mtqe.metrics.judge.options import Kind as JudgeKind
from mtqe.support.http.faults import BadAnswer, Fault
from mtqe.support.http.messages import Reply
from mtqe.support.hub import HubFailed, download
from tests import judge_servers
from tests.fuzz.case import Case, Kind, Kinds
from tests.hub_server import LoopbackHub
from tests.service_protocols import SERVICES, running, set_keys
from tests.services import outcomes

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


def answers() -> Kinds:
    """What translation services and model hubs send."""
    services = {f"service-{name}": Kind(_service(name)) for name in SERVICES}
    judges = {f"judge-{kind}": Kind(_judge(kind)) for kind in ("esa", "mqm", "da")}
    return services | judges | {"hub-listing": Kind(_listing, cost=2)}


def _service(name: str) -> Callable[[Path, ExitStack], Case]:
    """Answers of a service, read as they come from the network, without it."""

    def prepare(folder: Path, stack: ExitStack) -> Case:
        segments = [Segment(str(number), source) for number, source in enumerate(SOURCES)]
        set_keys(stack.enter_context(pytest.MonkeyPatch.context()))
        with running(name) as (loopback, backend):
            outcomes(backend, SOURCES)
            received = list(loopback.received)
            bodies = [loopback.reply(request).body for request in received]
        asked = segments[: len(SOURCES) // len(received)]

        def read(changed: bytes, number: int) -> None:
            reply = Reply((400, 401, 429, 500)[number % 4], {"Retry-After": "x"}, changed)
            assert isinstance(backend.fault(reply), Fault)
            try:
                data = reply.json()
            except ValueError:  # the client repeats the request
                return
            try:
                texts = backend.read(data, asked)
                backend.tokens_used(data)
            except Fault:
                return
            assert all(isinstance(text, str) for text in texts), texts

        return Case("answer.json", bodies[0], read, spoilt, tuple(bodies[1:]))

    return prepare


def _judge(kind: JudgeKind) -> Callable[[Path, ExitStack], Case]:
    """What a model that judges says, alone and in a batch."""
    sample = Sample("a source", "a bad word and a bad end")
    reader = Reader(JudgeOptions(model="m", kind=kind))
    good = judge_servers.one({"translation": sample.hypothesis})
    batch = {"judgements": [{"id": name, **good} for name in ("x1", "x2")]}

    def prepare(folder: Path, stack: ExitStack) -> Case:
        def read(changed: bytes, number: int) -> None:
            held = dict.fromkeys(("x1", "x2")[: 1 + number % 2], sample)
            try:
                found = reader.read(changed.decode("utf-8", "replace"), held)
            except BadAnswer:
                return
            assert list(found) == list(held)
            for judged in found.values():
                if isinstance(judged, Judgement):
                    low, high = (-inf, 0) if kind == "mqm" else (0, 100)
                    assert low <= judged.score <= high
                    assert all(
                        fit(span, sample.hypothesis) == "exact" or span.side == "source"
                        for span in judged.spans
                    )

        bodies = [json.dumps(answer).encode() for answer in (good, batch)]
        return Case("judgement.json", bodies[0], read, spoilt, tuple(bodies[1:]))

    return prepare


def _listing(folder: Path, stack: ExitStack) -> Case:
    """What a hub says of a model, and the headers of its files, over HTTP."""
    patch = stack.enter_context(pytest.MonkeyPatch.context())
    hub = stack.enter_context(LoopbackHub())
    hub.use(patch, folder / "cache")
    (folder / "model").mkdir()
    for file in ("config.json", "tokenizer.json", "model.safetensors"):
        (folder / "model" / file).write_text("{}")
    hub.add("owner/model", folder / "model")
    with urlopen(f"{hub.url}/api/models/owner/model") as answer:
        sound = answer.read()

    def read(changed: bytes, number: int) -> None:
        hub.listing = changed
        shutil.rmtree(folder / "cache", ignore_errors=True)
        try:
            download("owner/model", list)
        except HubFailed as error:
            raise MtqeError(str(error)) from error

    return Case("listing.json", sound, read, spoilt)
