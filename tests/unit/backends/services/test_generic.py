"""Services that only their users know: any request and answer in JSON that a table describes."""

from __future__ import annotations

import pytest

from mtqe.corpus.base import Failure
from mtqe.errors import ConfigError
from tests.services import Loopback, build, json_reply, outcomes, translation

HOSTILE = [
    "a&b=c+d",
    "100% {key} {texts} {target}",
    "ñ 你好 👩‍👩‍👧",
    'quote " and \\',
    "a\nb",
    "#?/",
]


def one_by_one(read):
    def serve(request):
        return json_reply({"out": translation(read(request))})

    return serve


@pytest.mark.parametrize(
    ("options", "read"),
    [
        (
            {"method": "GET", "query": {"q": "{text}", "to": "{target}"}},
            lambda request: request.query["q"][0],
        ),
        ({"form": True, "body": {"q": "{text}", "n": 3}}, lambda request: request.form["q"]),
        ({"body": {"deep": [{"q": "{text}"}]}}, lambda request: request.json["deep"][0]["q"]),
        ({"method": "PUT", "body": {"q": "{text}"}}, lambda request: request.json["q"]),
    ],
)
def test_a_source_reaches_the_service_as_it_is_wherever_it_is_put(options, read):
    with Loopback(one_by_one(read)) as service:
        backend = build("http", service.url, translations="out", **options)
        given = outcomes(backend, HOSTILE)
    assert service.complaints == []
    assert [outcome.text for outcome in given] == list(map(translation, HOSTILE))


def test_a_list_in_a_form_is_a_field_for_each_source():
    def serve(request):
        lines = request.body.decode().split("&")
        assert all(line.startswith("q=") for line in lines)
        return json_reply([{"t": translation(line[2:])} for line in lines])

    with Loopback(serve) as service:
        options = {"form": True, "body": {"q": "{texts}"}, "batch_size": 3}
        backend = build("http", service.url, None, translations="[].t", **options)
        given = outcomes(backend, ["a", "b", "c", "d"])
    assert [outcome.text for outcome in given] == ["<a>", "<b>", "<c>", "<d>"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"out": 5}, "no text at 'out'"),
        ({"other": "x"}, "no text at 'out'"),
        ({"out": ["x", "y"]}, "ids None for 1 segments"),
        ({"out": ["x"], "n": [2]}, "ids 2 for 1 segments"),
        ({"out": ["x"], "n": [1, 1]}, "ids 1, 1 for 1 segments"),
    ],
)
def test_an_answer_that_the_table_does_not_describe_is_a_failure(answer, reason):
    with Loopback(lambda _: json_reply(answer)) as service:
        options = {"translations": "out", "ids": "n", "body": {"q": "{texts}"}, "backoff": 0.01}
        backend = build("http", service.url, None, **options)
        assert outcomes(backend, ["a"]) == [Failure("0", reason)]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"translations": "t"}, "no source is sent"),
        ({"translations": "t[", "body": {"q": "{text}"}}, "is no JMESPath expression"),
        ({"translations": "t", "body": {"q": "{text}", "k": "{key}"}}, "{key} needs key_variable"),
        ({"translations": "t", "body": {"q": "{text}"}, "batch_size": 2}, "batch_size needs"),
        ({"body": {"q": "{text}"}}, "'translations' is missing"),
    ],
)
def test_tables_that_can_t_be_meant(options, reason):
    with pytest.raises(ConfigError) as error:
        build("http", "http://127.0.0.1:1", **options)
    assert reason in str(error.value)


def test_without_an_address_there_is_no_service():
    with pytest.raises(ConfigError, match="`url` is missing"):
        build("http", translations="t", body={"q": "{text}"})
