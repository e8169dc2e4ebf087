"""What a judge asks and what it makes of answers, against strict servers on loopback."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from mtqe.errors import ConfigError, MetricError
from mtqe.metrics.base import Earlier, Sample
from mtqe.metrics.judge.asking import batches
from mtqe.metrics.judge.metric import Judge
from mtqe.metrics.terms import Terms
from tests import judge_servers as servers
from tests.judge_servers import PAIR, judge, judged, one, samples, texts
from tests.service_protocols import KEY, set_keys
from tests.services import Loopback, Reply, closed_port, json_reply

TEXTS = ("good", "a bad word", "bad and bad")
SERVERS: dict[str, Any] = {
    "openai": (servers.openai, "", {"key_variable": "TEST_KEY"}, 3),
    "no schema": (servers.without_schema, "", {}, 5),
    "llama-cpp-python": (servers.llama_cpp_python, "", {}, 4),
    "llama.cpp": (servers.llama_server, "/v1", {}, 3),
    "anthropic": (servers.anthropic, "", {"api": "anthropic", "key_variable": "TEST_KEY"}, 3),
}
"""Each server, where it is, what it needs, and the requests for three texts one by one."""


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    set_keys(monkeypatch)


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize(
    ("kind", "scores"), [("esa", [100, 90, 80]), ("da", [100, 90, 80]), ("mqm", [0, -5, -10])]
)
def test_every_documented_server(name, kind, scores):
    answer, path, needed, requests = SERVERS[name]
    with Loopback(answer()) as loopback:
        metric = judge(loopback.url + path, kind=kind, concurrency=1, **needed)
        found = judged(metric, samples(*TEXTS))
    assert loopback.complaints == []
    assert [found[n][0] for n in range(3)] == scores
    assert len(loopback.received) == requests, "a form that the server takes is found once"
    assert metric.usage.requests == 3
    assert (metric.usage.input_tokens, metric.usage.output_tokens) == (300, 60)
    spans = found[2][1].spans
    assert [(s.start, s.end, s.text) for s in spans] == (
        [] if kind == "da" else [(0, 3, "bad"), (8, 11, "bad")]
    )
    if spans:
        assert spans[1].explanation == "bad number 2"
        assert spans[1].severity == "major"
        assert spans[1].category == ("Style/Awkward" if kind == "mqm" else None)
        assert metric.score_range == ((-math.inf, 0.0) if kind == "mqm" else (0.0, 100.0))


def test_what_is_shown_is_what_was_asked_for():
    """Source, references and context are shown only where the options say so."""
    sample = Sample("s", "h", ("r", None, "r2"), (Earlier("s0", "h0"), Earlier("s1", None)))
    seen = {}
    cases: dict[str, dict[str, Any]] = {
        "plain": {},
        "without source": {"source": False},
        "reference": {"reference": True},
        "context": {"context": 2},
        "context without source": {"context": 2, "source": False},
    }
    for name, options in cases.items():
        with Loopback(servers.openai(lambda data: json.dumps(one(data)))) as loopback:
            judged(judge(loopback.url, **options), [sample])
        seen[name] = servers.shown(loopback.received[0].json["messages"][1]["content"])
        system = loopback.received[0].json["messages"][0]["content"]
        assert ('"references"' in system) == (name == "reference")
        assert ('"before"' in system) == name.startswith("context")
        assert ('"side"' in system) == ("without source" not in name)
    assert seen["plain"] == {"source": "s", "translation": "h"}
    assert seen["without source"] == {"translation": "h"}
    assert seen["reference"] == {"source": "s", "references": ["r", "r2"], "translation": "h"}
    before = [{"source": "s0", "translation": "h0"}, {"source": "s1", "translation": None}]
    assert seen["context"] == {"before": before, "source": "s", "translation": "h"}
    alone = [{"translation": "h0"}, {"translation": None}]
    assert seen["context without source"] == {"before": alone, "translation": "h"}


def test_an_error_may_be_in_the_source():
    def omission(data):
        error = {
            "side": "source",
            "text": "source",
            "occurrence": 1,
            "category": "Accuracy/Omission",
            "severity": "critical",
            "explanation": "left out",
        }
        return json.dumps({"errors": [error], "score": 5})

    with Loopback(servers.openai(omission)) as loopback:
        score, said = judged(judge(loopback.url, kind="mqm"), samples("x"))[0]
    assert score == -25
    assert [(s.side, s.start, s.end, s.text) for s in said.spans] == [("source", 0, 6, "source")]


def judgement(**changes):
    base = {"errors": [], "score": 50}
    return json.dumps({**base, **changes})


def error(**changes):
    base = {"text": "word", "occurrence": 1, "severity": "minor", "explanation": "e"}
    return {"errors": [{**base, **changes}], "score": 50}


def content(**changes):
    """Changes to the message or the choice of a reply."""

    def spoil(reply: Reply) -> Reply:
        data = json.loads(reply.body)
        choice = data["choices"][0]
        for key, value in changes.items():
            (choice if key == "finish_reason" else choice["message"])[key] = value
        return json_reply(data)

    return spoil


def choices(number):
    def spoil(reply: Reply) -> Reply:
        data = json.loads(reply.body)
        return json_reply({**data, "choices": data["choices"] * number})

    return spoil


HOSTILE = {
    "a refusal": ("I'm sorry, but I can't help with that.", "a refusal: I'm sorry"),
    "prose before": (f"Here you are: {judgement()}", "not the JSON alone"),
    "prose after": (f"{judgement()}\nI hope this helps.", "not the JSON alone"),
    "a fence in prose": (f"Sure:\n```json\n{judgement()}\n```\nBye", "not the JSON alone"),
    "two answers": (f"{judgement()}\n{judgement(score=90)}", "not the JSON alone"),
    "nothing": ("", "an empty answer"),
    "blanks": (" \n\t ", "an empty answer"),
    "thoughts alone": ("<think>Let me see.</think>", "an empty answer"),
    "half an answer": (judgement()[:-8], "not the JSON alone"),
    "a list": (f"[{judgement()}]", "the answer: not an object"),
    "a number": ("95", "the answer: not an object"),
    "NaN": ('{"errors": [], "score": NaN}', "NaN is not a number of JSON"),
    "infinity": ('{"errors": [], "score": -Infinity}', "is not a number of JSON"),
    "beyond all floats": ('{"errors": [], "score": 1e999}', "a score outside 0 to 100"),
    "more than all": (judgement(score=101), "a score outside 0 to 100: 101"),
    "less than nothing": (judgement(score=-0.5), "a score outside 0 to 100: -0.5"),
    "a boolean": (judgement(score=True), "a score that is not a number: True"),
    "a string for a number": (judgement(score="95"), "a score that is not a number: '95'"),
    "a list for a number": (judgement(score=[95]), "a score that is not a number"),
    "no score": ('{"errors": []}', "a score that is not a number: None"),
    "two scores": ('{"errors": [], "score": 5, "score": 95}', "stands there twice"),
    "no errors": ('{"score": 95}', "errors is not a list"),
    "errors by name": (judgement(errors={"a": 1}), "errors is not a list"),
    "an error in words": (judgement(errors=["wrong"]), "errors: not an object: 'wrong'"),
    "a quote of nothing": (json.dumps(error(text="")), "1 of 1 errors quote what"),
    "a quote of something else": (
        json.dumps(error(text="words")),
        "1 of 1 errors quote what the translation does not have (the first: 'words')",
    ),
    "a quote in other letters": (json.dumps(error(text="Word")), "quote what the translation"),
    "the second of one": (json.dumps(error(occurrence=2)), "quote what the translation"),
    "the zeroth": (json.dumps(error(occurrence=0)), "an occurrence that is not a number from 1"),
    "an occurrence yes": (json.dumps(error(occurrence=True)), "an occurrence that is not"),
    "a severity of its own": (json.dumps(error(severity="horrible")), "a severity that was not"),
    "a severity of another kind": (json.dumps(error(severity="critical")), "a severity that was"),
    "no severity": (json.dumps(error(severity=None)), "severity is not a text"),
    "nothing quoted": (
        '{"errors": [{"severity": "minor"}], "score": 5}',
        "an error without 'text'",
    ),
    "another side": (json.dumps(error(side="reference")), "an error on a side that was not shown"),
    "half a character": (json.dumps(error(text="\ud83d")), "text has half a character"),
    "the same twice": (
        json.dumps({"errors": error()["errors"] * 2, "score": 5}),
        "the same error twice",
    ),
    "errors without end": (
        json.dumps({"errors": error()["errors"] * 201, "score": 5}),
        "201 errors in one translation",
    ),
    "nested without end": ("[" * 100_000, "not the JSON alone"),
    "no content": (content(content=None), "an empty answer"),
    "a refusal apart": (content(refusal="I won't."), "a refusal: I won't."),
    "cut off": (content(finish_reason="length"), "the answer ended early (length)"),
    "filtered": (content(finish_reason="content_filter"), "ended early (content_filter)"),
    "a call of a tool": (content(finish_reason="tool_calls"), "ended early (tool_calls)"),
    "content in parts": (content(content=[{"type": "text"}]), "an unexpected answer"),
    "several choices": (choices(2), "2 choices for one request"),
    "no choice": (choices(0), "an answer without choices"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_is_asked_again_and_then_unscored(name):
    """It costs only its own translation, and the reason says what was wrong."""
    answer, reason = HOSTILE[name]

    def words(data):
        hostile = data["translation"] == "word"
        return answer if hostile and isinstance(answer, str) else servers.obedient(data)

    good = servers.openai(words)

    def serve(request):
        reply = good(request)
        mine = servers.shown(request.json["messages"][1]["content"])["translation"] == "word"
        return answer(reply) if mine and callable(answer) else reply

    with Loopback(serve) as loopback:
        found = judged(judge(loopback.url), samples("fine", "word", "bad"))
    assert loopback.complaints == []
    assert math.isnan(found[1][0])
    assert reason in found[1][1].failure
    assert [found[0][0], found[2][0]] == [100, 90]
    asked = [r.json["messages"][1]["content"] for r in loopback.received]
    again = [user for user in asked if '"translation": "word"' in user.split("\n")[1]]
    assert len(again) == 3
    assert ["could not be used" in user for user in again] == [False, True, True]


def test_there_are_thirty_hostile_answers_at_least():
    assert len(HOSTILE) >= 30


@pytest.mark.parametrize(
    "answer",
    [
        f"```json\n{judgement()}\n```",
        f"```\n{judgement()}\n```\n",
        f"<think>\nIs it 60 or {{}}?\n</think>\n\n{judgement()}",
        f"  {judgement()}\n",
        judgement(score=50.0),
        judgement(reason="a further field"),
    ],
)
def test_what_needs_no_guessing_is_taken(answer):
    with Loopback(servers.openai(lambda _: answer)) as loopback:
        assert judged(judge(loopback.url), samples("x"))[0][0] == 50
    assert len(loopback.received) == 1


@pytest.mark.parametrize(
    ("given", "category", "score"),
    [
        ("accuracy/mistranslation", "Accuracy/Mistranslation", -1),
        ("Mistranslation", "Accuracy/Mistranslation", -1),
        ("Fluency/Punctuation", "Fluency/Punctuation", -0.1),
        ("Non-translation", "Non-translation", -1),
        ("Accuracy", None, None),
        ("Nonsense", None, None),
    ],
)
def test_categories_are_those_of_mqm(given, category, score):
    text = json.dumps(error(category=given))
    with Loopback(servers.openai(lambda _: text)) as loopback:
        value, said = judged(judge(loopback.url, kind="mqm"), samples("a word"))[0]
    if category is None:
        assert "a category that was not asked for" in said.failure
    else:
        assert (value, said.spans[0].category) == (score, category)
        whole = category == "Non-translation"
        assert (said.spans[0].start, said.spans[0].end) == ((0, 6) if whole else (2, 6))


def said(text, data):
    """A model that always says the same."""
    return text


def test_weights_are_those_of_mqm():
    severities = ("critical", "major", "minor")
    cases = [("Accuracy/Addition", name) for name in severities] + [("Non-translation", "major")]
    for (category, severity), cost in zip(cases, (25, 5, 1, 25), strict=True):
        text = json.dumps(error(category=category, severity=severity))
        with Loopback(servers.openai(partial(said, text))) as loopback:
            assert judged(judge(loopback.url, kind="mqm"), samples("word"))[0][0] == -cost


def test_errors_that_quote_nothing_may_be_left_out_but_are_counted():
    """With misquoted = "drop", after the answer was asked for again; the mark is not moved."""
    two = json.dumps({"errors": error()["errors"] + error(text="else")["errors"], "score": 40})
    with Loopback(servers.openai(lambda _: two)) as loopback:
        score, said = judged(judge(loopback.url, misquoted="drop"), samples("a word"))[0]
    assert score == 40
    assert [(s.start, s.end, s.text) for s in said.spans] == [(2, 6, "word"), (-1, -1, "else")]
    assert len(loopback.received) == 3


def test_an_answer_that_is_mended_counts():
    answers = iter(["nonsense", judgement(score=70)])
    with Loopback(servers.openai(lambda _: next(answers))) as loopback:
        assert judged(judge(loopback.url), samples("x"))[0][0] == 70
    assert len(loopback.received) == 2


@pytest.mark.parametrize("trouble", ["none", "missing", "twice", "unknown", "off by one", "empty"])
def test_translations_of_one_request_are_never_mixed_up(trouble):
    """What the ids don't settle is asked again alone."""

    def words(data):
        if "translations" not in data:
            return servers.obedient(data)
        answer = json.loads(servers.obedient(data))
        entries = answer["judgements"]
        if trouble == "missing":
            del entries[0]
        elif trouble == "twice":
            entries.append({**entries[0], "score": 1})
        elif trouble == "unknown":
            entries[0]["id"] = "feedbeef"
        elif trouble == "off by one":
            for number, entry in enumerate(entries):
                entry["id"] = str(number)
        elif trouble == "empty":
            entries.clear()
        return json.dumps(answer)

    hypotheses = ["bad " * number for number in range(10)]
    with Loopback(servers.openai(words)) as loopback:
        found = judged(judge(loopback.url, batch_size=5), samples(*hypotheses))
    assert loopback.complaints == []
    assert [found[n][0] for n in range(10)] == [100 - 10 * n for n in range(10)]
    held = [len(texts(servers.shown(r.json["messages"][1]["content"]))) for r in loopback.received]
    alone = {"none": 0, "missing": 2, "twice": 2, "unknown": 2}.get(trouble, 10)
    assert held.count(1) == alone
    limits = {r.json["max_tokens"] for r in loopback.received}
    assert limits <= {2048 * size for size in held}


def test_a_batch_that_is_refused_is_halved_down_to_the_text_at_fault():
    def serve(request):
        if b"poison" in request.body:
            return json_reply({"error": {"message": "content policy"}}, 400)
        return servers.openai()(request)

    hypotheses = ["fine"] * 3 + ["poison"] + ["fine"] * 4
    with Loopback(serve) as loopback:
        found = judged(judge(loopback.url, batch_size=8, schema="none"), samples(*hypotheses))
    assert "content policy" in found[3][1].failure
    assert [n for n in range(8) if math.isnan(found[n][0])] == [3]


def test_no_request_holds_two_translations_of_one_source_or_two_repetitions():
    given = [Sample(f"s{n}", f"h{n} {k}", repeat=r) for n in range(7) for k in "ab" for r in (0, 1)]
    made = [[given[index] for index in batch] for batch in batches(given, 3)]
    assert Counter(sample for batch in made for sample in batch) == Counter(given)
    assert max(map(len, made)) == 3
    for batch in made:
        assert len({sample.source for sample in batch}) == len(batch)
        assert len({sample.repeat for sample in batch}) == 1
    assert list(batches([], 3)) == []
    same = [Sample("s", str(number)) for number in range(500)]
    assert all(len(batch) == 1 for batch in batches(same, 4))


def test_seeds_differ_between_repetitions():
    given = [Sample("s", "h", repeat=number) for number in range(3)]
    with Loopback(servers.openai()) as loopback:
        metric = judge(loopback.url, temperature=0.5, parameters={"seed": 7, "top_p": 0.9})
        judged(metric, given)
    assert {r.json["seed"] for r in loopback.received} == {7, 8, 9}
    assert {r.json["top_p"] for r in loopback.received} == {0.9}


def test_fields_that_later_models_refuse_can_be_left_out():
    """A temperature below 0, and another name for the length of an answer."""
    body = {}

    def serve(request):
        body.update(request.json)
        renamed = {k: v for k, v in request.json.items() if k != "max_completion_tokens"}
        return servers.openai()(replace(request, body=json.dumps(renamed).encode()))

    with Loopback(serve) as loopback:
        length = {"max_completion_tokens": 9000}
        judged(judge(loopback.url, temperature=-1.0, parameters=length), samples("x"))
    assert loopback.complaints == []
    assert body["max_completion_tokens"] == 9000
    assert not {"max_tokens", "temperature"} & body.keys()


def test_a_server_that_is_down_leaves_every_translation_with_the_reason():
    with closed_port() as url:
        found = judged(judge(url, attempts=1, concurrency=2), samples(*map(str, range(40))))
    reasons = {said.failure for _, said in found.values()}
    assert any("given up after 8 failed requests in a row" in reason for reason in reasons)
    assert all("can't be reached" in reason for reason in reasons)


def test_a_wrong_key_stops_at_once(monkeypatch):
    monkeypatch.setenv("TEST_KEY", "wrong-0123456789")
    with Loopback(servers.openai()) as loopback:
        metric = judge(loopback.url, key_variable="TEST_KEY", concurrency=1)
        found = judged(metric, samples(*map(str, range(20))))
    assert len(loopback.received) == 1
    assert all("check the key in TEST_KEY" in said.failure for _, said in found.values())


@pytest.mark.parametrize("form", [str.lower, str.upper, lambda key: key.encode().hex()])
def test_an_answer_that_repeats_the_key_is_not_kept(form, monkeypatch):
    secret = "abcdef-0123456789-ghijkl"

    def words(data):
        return json.dumps({**one(data), "explanation": f"your key is {form(secret)}"})

    monkeypatch.setenv("TEST_KEY", secret)
    with Loopback(lambda request: servers.openai(words)(_unkeyed(request))) as loopback:
        metric = judge(loopback.url, key_variable="TEST_KEY")
        _, said = judged(metric, samples("x"))[0]
    assert "repeats the key" in said.failure
    assert form(secret) not in said.failure


def _unkeyed(request):
    headers = {name: v for name, v in request.headers.items() if name != "authorization"}
    return replace(request, headers=headers)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": None}, "model should be"),
        ({"kind": "sqm"}, "kind should be 'esa', 'mqm' or 'da'"),
        ({"repeats": 3}, "at temperature 0 a model says the same each time"),
        ({"max_cost": 1.0}, "max_cost needs prices"),
        ({"api": "anthropic", "schema": "json_schema"}, 'anthropic has none; write "auto"'),
        ({"url": "ftp://host"}, "must be an http or https address"),
        ({"key_variable": "sk-" + "a1" * 30}, "must be the name of an environment variable"),
        ({"parameters": {"api_key": "sk-" + "a1" * 30}}, "holds what looks like a key"),
        ({"prompt": "no/such/file"}, "can't be read"),
        ({"temperatur": 1}, "did you mean 'temperature'"),
        ({"batch_size": 0}, "batch_size should be"),
    ],
)
def test_options_that_cannot_be_meant(options, message):
    with pytest.raises(ConfigError) as refused:
        Judge.for_languages({"url": "http://localhost:1", "model": "m", **options}, PAIR)
    assert message in str(refused.value)
    assert "a1a1a1" not in str(refused.value)


def test_a_judge_without_a_model_says_what_to_write():
    with pytest.raises(ConfigError, match="'model' is missing; name the model"):
        Judge.from_options({}, "es")


def test_a_misspelt_key_is_named_before_a_missing_one():
    with pytest.raises(ConfigError, match="unknown key 'modle'; did you mean 'model'"):
        Judge.from_options({"modle": "x"}, "es")
    with pytest.raises(ConfigError, match="unknown key 'pth'; did you mean 'path'"):
        Terms.from_options({"pth": "terms.csv"}, "es")


def test_a_key_that_is_missing_is_named(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    metric = Judge.from_options({"model": "m"}, "es")
    with pytest.raises(MetricError, match="set the environment variable OPENAI_API_KEY"):
        metric.check()
    judge("http://localhost:1").check()
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    metric.check()
    assert "key in OPENAI_API_KEY" in Judge.readiness("es")


@pytest.mark.parametrize("kind", ["esa", "da"])
def test_a_server_that_keeps_to_the_schema_can_only_give_scores_of_the_scale(kind):
    """llama.cpp's grammar lets a model write any number; a small one writes 1000000000000000."""
    with Loopback(servers.openai()) as loopback:
        judged(judge(loopback.url, kind=kind), samples("x"))
    schema = loopback.received[0].json["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["score"]["enum"] == list(range(101))


def test_a_signature_tells_all_temperatures_apart():
    written = [
        dict(judge("http://localhost:1", temperature=value).signature("1").fields)["temperature"]
        for value in (0.0, 0.7, 0.1234567, 0.12345671)
    ]
    assert written == ["0", "0.7", "0.1234567", "0.12345671"]


@pytest.mark.parametrize(("length", "most"), [(0, 8), (128, 8), (129, 16), (500, 32), (10**6, 128)])
def test_a_schema_bounds_the_list_of_errors_by_the_text(length, most):
    with Loopback(servers.openai()) as loopback:
        judged(judge(loopback.url), samples("x" * length))
    schema = loopback.received[0].json["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["errors"]["maxItems"] == most


@pytest.mark.parametrize(("others", "said"), [(1, True), (2, False)])
def test_a_judge_that_says_nearly_always_the_same_is_told(others, said):
    scores = np.array([[100.0, 1.0]] * (10 - others) + [[float(n), 1.0] for n in range(others)])
    remarks = judge("http://localhost:1").remarks(np.vstack([scores, [[np.nan, np.nan]]]))
    expected = "9 of 10 translations have the same score, 100: this judge hardly tells"
    assert any(expected in text for text in remarks) == said
    assert judge("http://localhost:1").remarks(scores[:5]) == ()
