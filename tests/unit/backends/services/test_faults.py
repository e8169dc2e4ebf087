"""The fault matrix: whatever service or network do, no segment is lost, doubled or moved."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from mtqe.corpus.base import Failure, Segment, Translation
from mtqe.errors import BackendError
from mtqe.support.http.messages import Reply as Answer
from tests.service_protocols import SERVICES
from tests.services import QUICK, Reply, build, closed_port, json_reply, outcomes, translation
from tests.wording import mentions

SOURCES = [f"sentence {number}" for number in range(6)]
TRANSLATED = [translation(source) for source in SOURCES]
HTML = Reply(200, b"<html><body><h1>Proxy error</h1></body></html>")
MANNERS = ("reset", "slow", "slow head", "cut")
ERRORS = {
    "429 with Retry-After": json_reply({"error": "slow down"}, 429, **{"Retry-After": "0"}),
    "408": Reply(408),
    "500": json_reply({"error": "oops"}, 500),
    "503 without a body": Reply(503),
    "HTML instead of JSON": HTML,
    "no UTF-8": Reply(200, b"\xff\xfe{}"),
    "nothing": Reply(200),
    "a hundred thousand brackets": Reply(200, b"[" * 100_000),
    "another shape": json_reply({"translatedText": {"q": 1}}),
    "a number among texts": json_reply({"translatedText": ["a", 1]}),
    "too few texts": json_reply({"translatedText": ["only one"]}),
    "too many texts": json_reply({"translatedText": ["a", "b", "c"]}),
    "half a character": json_reply({"translatedText": ["a", "\ud83d"]}),
}


def manner(name):
    return lambda answer: replace(answer, manner=name)


def truncated(answer):
    return replace(answer, body=answer.body[:-7])


FAULTS = {name: manner(name) for name in MANNERS} | ERRORS | {"truncated JSON": truncated}


def texts(given):
    return [outcome.text for outcome in given]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_passing_fault_costs_one_repetition(fault, service):
    options = {"batch_size": 2, "timeout": 1.0 if fault.startswith("slow") else 20.0}
    with service("libretranslate", [FAULTS[fault]], **options) as (loopback, backend):
        given = outcomes(backend, SOURCES)
    assert texts(given) == TRANSLATED
    assert (len(loopback.received), backend.usage.retries) == (4, 1)


@pytest.mark.parametrize("name", SERVICES)
def test_a_burst_of_faults_passes_by_every_service(name, service):
    burst = [ERRORS["500"], manner("reset"), HTML, ERRORS["429 with Retry-After"], truncated]
    with service(name, burst) as (_, backend):
        assert texts(outcomes(backend, SOURCES)) == TRANSLATED


@pytest.mark.parametrize("fault", ["reset", "slow", "500", "HTML instead of JSON"])
def test_a_lasting_fault_is_a_failure_with_its_reason(fault, service):
    options = {"batch_size": 3, "attempts": 3, "timeout": 0.2 if fault == "slow" else 20.0}
    with service("libretranslate", [FAULTS[fault]] * 99, **options) as (loopback, backend):
        given = outcomes(backend, SOURCES)
    reasons = {
        "reset": "can't be reached",
        "slow": "no whole answer from 127.0.0.1",
        "500": "the service answered 500 (oops)",
        "HTML instead of JSON": "an answer that is not JSON: Proxy error",
    }
    assert all(isinstance(outcome, Failure) for outcome in given)
    assert all(reasons[fault] in outcome.reason for outcome in given)
    assert len(loopback.received) == 2 * 3


def test_a_refused_connection_stops_after_a_few_tries():
    sources = [f"sentence {number}" for number in range(500)]
    with closed_port() as url:
        backend = build("libretranslate", url, None, attempts=2, **QUICK, batch_size=1)
        segments = [Segment(str(number), source) for number, source in enumerate(sources)]
        given = []
        with pytest.raises(BackendError, match=r"can't be reached \(.*efused.*\); given up after"):
            given.extend(backend.translate(segments))
    assert backend.usage.requests == 0
    assert len(given) < 60


def test_unusable_answers_are_halved_until_the_segment_at_fault_is_alone(service):
    def spoilt(request):
        reply = SERVICES["libretranslate"][0](request)
        if "sentence 3" in request.json["q"]:
            return json_reply({"translatedText": []})
        return reply

    with service("libretranslate", answer=spoilt) as (_, backend):
        given = outcomes(backend, SOURCES)
    assert given[3] == Failure("3", "0 translations for 1 segments")
    assert texts(given[:3] + given[4:]) == TRANSLATED[:3] + TRANSLATED[4:]


def test_a_request_that_is_refused_is_not_repeated_but_halved(service):
    def picky(request):
        reply = SERVICES["libretranslate"][0](request)
        if any("4" in text for text in request.json["q"]):
            return json_reply({"error": "I don't like 4"}, 400)
        return reply

    with service("libretranslate", answer=picky) as (loopback, backend):
        given = outcomes(backend, SOURCES)
    assert isinstance(given[4], Failure)
    assert mentions(given[4].reason, "400", "I don't like 4")
    assert texts(given[:4] + given[5:]) == TRANSLATED[:4] + TRANSLATED[5:]
    assert backend.usage.retries == 0
    assert Counter(len(request.json["q"]) for request in loopback.received)[6] == 1


STOPS = {
    "expired key": (
        "libretranslate",
        json_reply({"error": "Invalid API key"}, 403),
        "403 (Invalid API key); check the key in TEST_KEY",
    ),
    "no such address": (
        "libretranslate",
        Reply(404, b"<h1>Not found</h1>"),
        "404 (Not found); check `url`",
    ),
    "redirection": (
        "libretranslate",
        Reply(302, headers={"Location": "http://elsewhere.invalid/"}),
        "answered 302; check `url`",
    ),
    "DeepL's quota": ("deepl", Reply(456), "DeepL's quota is used up"),
    "DeepL's key": ("deepl", Reply(403), "check the key in TEST_KEY"),
    "Azure's quota": (
        "azure",
        json_reply({"error": {"code": 403001, "message": "Out of quota"}}, 403),
        "Azure's free quota is used up",
    ),
    "OpenAI's credit": (
        "openai",
        json_reply({"error": {"message": "No credit", "code": "insufficient_quota"}}, 429),
        "(No credit); see to your plan and billing",
    ),
    "Anthropic's credit": (
        "anthropic",
        json_reply({"error": {"message": "Your credit balance is too low"}}, 400),
        "credit balance is too low); see to your plan",
    ),
    "Amazon's expired token": (
        "amazon",
        json_reply({"__type": "com.amazon#ExpiredTokenException", "message": "old"}, 400),
        "ExpiredTokenException: old; see to keys",
    ),
    "an hour to wait": (
        "libretranslate",
        Reply(429, headers={"Retry-After": "3600"}),
        "asks to wait 3600 s",
    ),
}


@pytest.mark.parametrize("case", STOPS)
def test_what_concerns_every_request_stops_the_system_at_once(case, service):
    name, fault, reason = STOPS[case]
    options = {"batch_size": 1, "concurrency": 2}
    sources = [f"sentence {number}" for number in range(40)]
    segments = [Segment(str(number), source) for number, source in enumerate(sources)]
    with service(name, [None, None, *[fault] * 99], **options) as (loopback, backend):
        given = []
        with pytest.raises(BackendError) as stopped:
            given.extend(backend.translate(segments))
    assert reason in str(stopped.value)
    assert len(loopback.received) <= 2 + 2 * options["concurrency"]
    expected = {segment.id: translation(segment.source) for segment in segments}
    assert len(given) >= 2
    assert all(outcome == Translation(i := outcome.segment_id, expected[i]) for outcome in given)


def test_amazon_names_throttling_with_status_400(service):
    busy = json_reply({"__type": "ThrottlingException", "message": "slow"}, 400)
    with service("amazon", [busy]) as (_, backend):
        assert texts(outcomes(backend, SOURCES)) == TRANSLATED


def test_all_requests_wait_as_long_as_the_service_asks(service):
    asked = Reply(429, headers={"Retry-After": "1"})
    with service("libretranslate", [asked], batch_size=1, concurrency=1) as (_, backend):
        started = time.monotonic()
        assert texts(outcomes(backend, SOURCES)) == TRANSLATED
    assert time.monotonic() - started >= 1


def test_a_wait_may_be_given_as_a_date():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 28 < Answer(429, {"Retry-After": soon}, b"").retry_after <= 30
    past = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    assert Answer(429, {"Retry-After": past}, b"").retry_after == 0
    assert Answer(429, {"Retry-After": "soon"}, b"").retry_after is None


def test_a_reply_without_end_is_cut_off(service, monkeypatch):
    monkeypatch.setattr("mtqe.support.http.client.LARGEST_REPLY", 1000)
    endless = Reply(200, b"x" * 5000)
    with service("libretranslate", [endless]) as (_, backend):
        assert texts(outcomes(backend, SOURCES)) == TRANSLATED


@pytest.mark.parametrize(
    ("name", "limit"), [("amazon", "10,000"), ("azure", "50,000"), ("deepl", "102,400")]
)
def test_a_source_that_no_request_takes_fails_unsent(name, limit, service):
    long = "ab " * 50_000
    with service(name) as (loopback, backend):
        given = outcomes(backend, ["a", long, "b"])
    assert texts([given[0], given[2]]) == [translation("a"), translation("b")]
    assert f"and a request takes {limit}; set split = true" in given[1].reason
    assert not any(b"ab ab" in request.body for request in loopback.received)


def test_a_source_of_50_000_characters_is_translated_where_it_may_be(service):
    long = "x" * 50_000
    with service("libretranslate") as (_, backend):
        assert texts(outcomes(backend, ["a", long])) == [translation("a"), translation(long)]
    with service("azure") as (loopback, backend):
        assert texts(outcomes(backend, [long, "a"])) == [translation(long), translation("a")]
    assert len(loopback.received) == 2


def test_never_more_requests_at_once_than_allowed_nor_faster(service):
    with service("libretranslate", batch_size=1, concurrency=3) as (loopback, backend):
        loopback.delay = 0.03
        outcomes(backend, [f"sentence {number}" for number in range(30)])
    assert loopback.most_at_once == 3
    with service("libretranslate", batch_size=1, requests_per_second=20.0) as (_, backend):
        started = time.monotonic()
        outcomes(backend, SOURCES)
    assert time.monotonic() - started >= 5 / 20


def test_a_loop_that_runs_already_is_no_obstacle(service):
    """As in notebooks."""

    async def cell():
        with service("libretranslate") as (_, backend):
            return texts(outcomes(backend, SOURCES))

    # In a thread of its own: the browser's tests leave a loop running in this one.
    with ThreadPoolExecutor(1) as other:
        assert other.submit(asyncio.run, cell()).result() == TRANSLATED


def test_closing_early_ends_the_requests(service):
    with service("libretranslate", batch_size=1, concurrency=1) as (loopback, backend):
        loopback.delay = 0.05
        segments = [Segment(str(number), f"s {number}") for number in range(50)]
        results = backend.translate(segments)
        next(results)
        results.close()
        time.sleep(0.1)  # a request that was on its way arrives
        seen = len(loopback.received)
        time.sleep(0.2)
    assert len(loopback.received) == seen < 10
