"""Language models: what they are told, and answers put back to their segments or refused."""

from __future__ import annotations

import json

import pytest

from mtqe.backends.services.alignment import align
from mtqe.corpus.base import Corpus, Failure, Segment
from mtqe.errors import BackendError, ConfigError
from mtqe.evaluation.plan import plan_translation
from mtqe.evaluation.translate import translate
from mtqe.support.cache import Cache
from mtqe.support.http.faults import BadAnswer
from mtqe.support.progress import silent
from tests.service_protocols import SERVICES, chat, obedient
from tests.services import PAIR, Reply, build, json_reply, outcomes, translation

SOURCES = ["one", "two", "three"]
GOOD = {1: "uno", 2: "dos", 3: "tres"}


def as_json(texts, **more):
    entries = [{"id": number, "text": text} for number, text in texts.items()]
    return json.dumps({"translations": entries, **more}, ensure_ascii=False)


def as_lines(texts):
    return "\n".join(f"{number}. {text}" for number, text in texts.items())


TURNED = dict(reversed(GOOD.items()))


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ("json", as_json(GOOD)),
        ("json", as_json(TURNED)),
        ("json", f"```json\n{as_json(GOOD)}\n```"),
        ("numbered", as_lines(GOOD)),
        ("numbered", as_lines(TURNED) + "\n"),
        ("numbered", "1) uno\n2) dos\n3) tres"),
    ],
)
def test_ids_decide_whose_a_translation_is(form, answer):
    assert align(form, answer, SOURCES, "es") == ["uno", "dos", "tres"]


def test_a_fence_around_blank_lines_without_end_is_read_in_one_pass():
    with pytest.raises(BadAnswer):
        align("json", "```json\n" + "\n " * 1_000_000, SOURCES, "es")


@pytest.mark.parametrize(
    ("form", "answer", "reason"),
    [
        ("json", as_json({1: "uno", 3: "tres"}), "translations of 1, 3 for segments 1 to 3"),
        ("json", as_json(GOOD | {4: "cuatro"}), "translations of 1, 2, 3, 4 for segments 1 to 3"),
        ("json", as_json(GOOD).replace('"id": 2', '"id": 1'), "translations of 1, 1, 3"),
        ("json", as_json(GOOD).replace('"id": 2', '"id": "2"'), "id: Input should be a valid int"),
        ("json", f"Here you are: {as_json(GOOD)}", "not the JSON alone"),
        ("json", f"{as_json(GOOD)}\nAnything else?", "not the JSON alone"),
        ("json", as_json(GOOD)[:-9], "not the JSON alone"),
        ("json", '["uno", "dos", "tres"]', "an unexpected answer"),
        ("json", as_json({**GOOD, 2: ""}), "an empty translation"),
        ("json", as_json({**GOOD, 2: "I'm sorry, but I can't translate this."}), "a refusal: I'm"),
        ("json", "I cannot help with that.", "not the JSON alone that was asked for: I cannot"),
        ("json", "", "not the JSON alone"),
        ("numbered", "uno\ndos\ntres", "a line without a number: uno"),
        ("numbered", as_lines(GOOD) + "\nI hope this helps!", "without a number: I hope"),
        ("numbered", "1. uno\n2. dos", "translations of 1, 2 for"),
    ],
)
def test_what_would_take_guessing_is_refused(form, answer, reason):
    with pytest.raises(BadAnswer) as refused:
        align(form, answer, SOURCES, "es")
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("source", "answer", "reason"),
    [
        ("one", "uno", None),
        ("one", " uno\n", None),
        ("a\nb", "x\ny", None),
        ("Note: one", "Translation: uno", None),
        ("one", "Sure! Here is the translation: uno", "words around"),
        ("one", "Translation: uno", "words around"),
        ("one", "uno\n\nI kept the tone.", "more lines"),
        ("one", "As an AI language model I don't.", "a refusal"),
        ("I'm sorry, I can't help.", "I'm sorry, I can't help.", None),
        ("one", "", "an empty translation"),
    ],
)
def test_a_bare_answer_has_nothing_around_it(source, answer, reason):
    if reason is None:
        assert align("text", answer, [source], "es") == [answer.strip()]
    else:
        with pytest.raises(BadAnswer, match=reason):
            align("text", answer, [source], "es")


def test_an_apology_may_be_a_translation_into_english():
    assert align("text", "I'm sorry, I can't help.", ["Lo siento, no puedo."], "en")


@pytest.mark.parametrize("form", ["json", "numbered", "text"])
def test_a_model_that_misbehaves_once_is_asked_again(form, service):
    answers = iter(["Certainly! Here it is: uno"])

    def moody(user):
        return next(answers, None) or obedient(user)

    with service("openai", answer=chat(moody), answer_form=form) as (loopback, backend):
        given = outcomes(backend, SOURCES)
    assert [outcome.text for outcome in given] == list(map(translation, SOURCES))
    assert backend.usage.retries == 1
    assert backend.usage.input_tokens == 100 * len(loopback.received), "a bad answer is paid for"


def test_a_segment_that_a_model_refuses_fails_alone(service):
    def prudish(user):
        return "I can't help with that." if "two" in user else obedient(user)

    with service("openai", answer=chat(prudish)) as (_, backend):
        given = outcomes(backend, SOURCES)
    assert isinstance(given[1], Failure)
    assert "I can't help with that." in given[1].reason
    assert [given[0].text, given[2].text] == ["<one>", "<three>"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"finish_reason": "length"}, "the answer ended early (length)"),
        ({"finish_reason": "content_filter"}, "the answer ended early (content_filter)"),
        ({"message": {"content": None, "refusal": "I won't."}}, "a refusal: I won't."),
        ({"message": {"content": None}}, "not the JSON alone"),
    ],
)
def test_what_openai_says_about_an_answer_counts(change, reason, service):
    def served(request):
        data = json.loads(chat()(request).body)
        data["choices"][0].update(change)
        return json_reply(data)

    with service("openai", answer=served) as (_, backend):
        assert reason in outcomes(backend, ["one"])[0].reason


@pytest.mark.parametrize(
    ("stop", "reason"), [("max_tokens", "ended early (max_tokens)"), ("refusal", "a refusal")]
)
def test_what_anthropic_says_about_an_answer_counts(stop, reason, service):
    def served(request):
        reply = SERVICES["anthropic"][0](request)
        return Reply(200, reply.body.replace(b"end_turn", stop.encode()))

    with service("anthropic", answer=served) as (_, backend):
        assert reason in outcomes(backend, ["one"])[0].reason


@pytest.mark.parametrize(
    ("temperature", "batch_size", "requests"),
    [(0.0, 1, 2), (0.0, 2, 3), (0.7, 1, 6)],
    ids=["alone", "halved", "sampled"],
)
def test_an_answer_without_end_is_not_paid_for_twice(temperature, batch_size, requests, service):
    def endless(request):
        data = json.loads(chat()(request).body)
        data["choices"][0]["finish_reason"] = "length"
        return json_reply(data)

    options = {"temperature": temperature, "batch_size": batch_size, "concurrency": 1}
    with service("openai", answer=endless, **options) as (loopback, backend):
        given = outcomes(backend, ["one", "two"])
    assert len(loopback.received) == requests
    (reason,) = {outcome.reason for outcome in given}
    assert "ended early (length) after 280 tokens; set max_tokens" in reason


@pytest.mark.parametrize(
    ("options", "sources", "tokens"),
    [
        ({}, ["one"], 256 + 12 + 4 * 3),
        ({}, ["一二", "three"], 256 + 2 * 12 + 4 * 11),
        ({}, ["x" * 3000], 4096),
        ({"max_tokens": 9000}, ["one"], 9000),
    ],
)
def test_an_answer_may_be_as_long_as_its_sources_need(options, sources, tokens, service):
    with service("openai", **options) as (loopback, backend):
        outcomes(backend, sources)
    assert [request.json["max_tokens"] for request in loopback.received] == [tokens]


TYPES = {"json_schema": 0, "json_object": 1, None: 2}


def taking(lowest, forms):
    """A server that refuses stricter forms than `lowest`, and keeps all that it sees."""

    def serve(request):
        form = request.json.get("response_format")
        forms.append(form and form["type"])
        if TYPES[forms[-1]] < TYPES[lowest]:
            return json_reply({"error": {"message": f"no {forms[-1]}"}}, 400)
        return chat()(request)

    return serve


@pytest.mark.parametrize("lowest", TYPES)
@pytest.mark.parametrize(
    "options", [{}, {"schema": "json_schema"}, {"schema": "none"}, {"answer_form": "text"}]
)
def test_the_strictest_form_that_a_server_takes(options, lowest, service):
    forms = []
    options = {"batch_size": 1, "concurrency": 1, **options}
    with service("openai", answer=taking(lowest, forms), **options) as (_, backend):
        given = outcomes(backend, SOURCES)
    if options.get("schema") == "json_schema" and lowest != "json_schema":
        assert "no json_schema" in given[0].reason
        return
    assert [outcome.text for outcome in given] == list(map(translation, SOURCES))
    plain = options.get("schema") == "none" or "answer_form" in options
    tried = [None] if plain else list(TYPES)[: TYPES[lowest] + 1]
    assert forms == [*tried, tried[-1], tried[-1]], "a form that the server takes is found once"


def test_a_schema_asks_for_as_many_translations_as_segments(service):
    with service("openai") as (loopback, backend):
        outcomes(backend, SOURCES)
        before = backend.identity()
    asked = loopback.received[0].json["response_format"]["json_schema"]
    assert asked["strict"] is True
    wanted = asked["schema"]["properties"]["translations"]
    assert (wanted["minItems"], wanted["maxItems"]) == (3, 3)
    assert wanted["items"]["properties"]["id"]["enum"] == [1, 2, 3]
    with service("openai", schema="none") as (_, changed):
        assert changed.identity()["schema"] != before["schema"]


def test_a_response_format_of_the_user_is_sent_as_it_is(service):
    own = {"response_format": {"type": "json_object"}}
    with service("openai", parameters=own) as (loopback, backend):
        outcomes(backend, SOURCES)
    assert [r.json["response_format"] for r in loopback.received] == [own["response_format"]]


def test_thoughts_before_an_answer_are_taken_off():
    answer = f"<think>\nOne is uno.\n</think>\n\n{as_json(GOOD)}"
    assert align("json", answer, SOURCES, "es") == ["uno", "dos", "tres"]
    assert align("text", "<think>a\nb</think> uno", ["one"], "es") == ["uno"]
    assert align("text", "<think>a</think> uno", ["<think>a</think> one"], "es") == [
        "<think>a</think> uno"
    ]
    data = ["<think>a</think> one", "two", "three"]
    assert align("json", answer, data, "es") == ["uno", "dos", "tres"]


def test_thoughts_whose_begin_is_not_in_the_answer_are_taken_off():
    assert align("text", "One: uno, not </think>.\n</think>\n\nuno", ["one"], "es") == ["uno"]
    answer = f"Hm.\n</think>\n{as_json(GOOD)}"
    assert align("json", answer, SOURCES, "es") == ["uno", "dos", "tres"]
    assert align("text", "a </think> uno", ["a </think> one"], "es") == ["a </think> uno"]


def test_prompt_glossary_examples_and_parameters_are_sent_and_identified(service, tmp_path):
    (tmp_path / "terms.tsv").write_text("house\tcasa\n", encoding="utf-8")
    (tmp_path / "examples.tsv").write_text("Good day.\tBuenos días.\n", encoding="utf-8")
    files = {"glossary": "terms.tsv", "examples": "examples.tsv"}
    options = {"prompt": "From {source} to {target}, {domain}.", "domain": "law", **files}
    with service("openai", folder=tmp_path, **options, parameters={"seed": 7}) as (
        loopback,
        backend,
    ):
        outcomes(backend, ["one"])
        first = backend.identity()
    body = loopback.received[0].json
    system = body["messages"][0]["content"]
    assert system.startswith("From en to es, law.")
    assert '["house", "casa"]' in system
    assert '["Good day.", "Buenos días."]' in system
    assert (body["seed"], body["temperature"]) == (7, 0.0)
    assert {"Good day.", "Buenos días.", "house", "casa"} < set(backend.prompts)
    assert backend.notes == ("answered by m-2024-07-18",)
    (tmp_path / "terms.tsv").write_text("house\thogar\n", encoding="utf-8")
    with service("openai", folder=tmp_path, **options, parameters={"seed": 7}) as (_, changed):
        assert changed.identity()["prompt"] != first["prompt"]


def test_a_model_sees_the_sentences_before_and_the_cache_knows(service, tmp_path):
    rows = [("d1", "a"), ("d1", "b"), ("d1", "c"), ("d2", "c"), ("d2", "d")]
    segments = tuple(Segment(str(n), text, (), doc) for n, (doc, text) in enumerate(rows))
    corpus = Corpus("sample", PAIR, segments)
    cache = Cache(tmp_path)
    with service("openai", context=2) as (loopback, backend):
        result = translate(plan_translation("x", backend, corpus, cache), cache, silent())
        again = translate(plan_translation("x", backend, corpus, cache), cache, silent())
    cache.close()
    assert result.translations.hypotheses == ("<a>", "<b>", "<c>", "<c>", "<d>")
    assert (result.newly_translated, again.newly_translated) == (5, 0), (
        "the two c stand after different sentences"
    )
    asked = [json.loads(request.json["messages"][1]["content"]) for request in loopback.received]
    together = {tuple(s["text"] for s in request["segments"]) for request in asked}
    assert together == {("a", "b", "c"), ("c", "d")}  # sent at once, so in any order
    assert len(asked) == 2
    with service("openai", context=2, batch_size=1) as (loopback, backend):
        translate(plan_translation("x", backend, corpus, None), None, silent())
    asked = [json.loads(request.json["messages"][1]["content"]) for request in loopback.received]
    contexts = {(r["segments"][0]["text"], tuple(r.get("context", ()))) for r in asked}
    assert contexts == {
        ("a", ()),
        ("b", ("a",)),
        ("c", ("a", "b")),
        ("c", ()),
        ("d", ("c",)),
    }


def test_a_line_break_is_no_matter_but_for_numbered_lines(service):
    with service("openai") as (_, backend):
        assert outcomes(backend, ["a\nb"])[0].text == translation("a\nb")
    with service("openai", answer_form="numbered") as (_, backend):
        assert "line break" in outcomes(backend, ["a\nb"])[0].reason


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"answer": "text", "batch_size": 5}, 'answer = "text" takes one segment'),
        ({"answer": "yaml"}, "answer should be"),
        ({"examples": "none.tsv"}, "none.tsv can't be read"),
        ({"glossary": "bad.tsv"}, "bad.tsv, line 2, is not two texts"),
        ({"schema": "xml"}, "schema should be"),
        ({"context": -1}, "context should be greater than or equal to 0"),
        ({"max_cost": 1.0, "input_price": None, "output_price": None}, "max_cost needs a price"),
    ],
)
def test_options_that_can_t_be_meant(options, reason, tmp_path):
    (tmp_path / "bad.tsv").write_text("a\tb\nc\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=reason):
        build("openai", "http://127.0.0.1:1", tmp_path, model="m", **options)


def test_anthropic_takes_no_schema(tmp_path):
    with pytest.raises(ConfigError, match=r"schema: anthropic has none; write \"auto\""):
        build("anthropic", "http://127.0.0.1:1", tmp_path, model="m", schema="json_schema")


def test_a_model_of_openai_needs_its_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(BackendError, match="set the environment variable OPENAI_API_KEY"):
        build("openai", model="m").check(Corpus("c", PAIR, ()))
