"""Servers of language models that judge: the documented requests and answers, held strictly."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import blake2b

from mtqe.corpus.base import LanguagePair
from mtqe.metrics.base import Details, Sample
from mtqe.metrics.judge.metric import Judge
from mtqe.metrics.pool import ModelPool
from tests.service_protocols import KEY
from tests.services import QUICK, Received, Reply, WrongRequestError, json_reply

PAIR = LanguagePair("en", "es")
USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}

Words = Callable[[dict], str]


def shown(user: str) -> dict:
    """The texts of a request, if they stand on one line between lines that hold its hash."""
    begin, line, end, *rest = user.split("\n")
    boundary = blake2b(line.encode(), digest_size=8).hexdigest()
    if (begin, end) != (f"TEXTS-{boundary}", f"END-{boundary}"):
        raise WrongRequestError(f"texts between {begin} and {end}")
    if rest and not (rest[0] == "" and rest[1].startswith("Your last answer could not be used: ")):
        raise WrongRequestError(f"further lines {rest}")
    return json.loads(line)


def texts(data: dict) -> list[dict]:
    """The translations of a request, one or several."""
    return data.get("translations", [data])


def one(item: dict) -> dict:
    """What an obedient model says: each "bad" is an error, and 10 points are lost for it."""
    translation = item["translation"]
    errors = [
        {
            "side": "translation",
            "text": "bad",
            "occurrence": number,
            "category": "Style/Awkward",
            "severity": "major",
            "explanation": f"bad number {number}",
        }
        for number in range(1, translation.count("bad") + 1)
    ]
    return {"errors": errors, "score": max(0, 100 - 10 * len(errors))}


def obedient(data: dict) -> str:
    if "translations" not in data:
        return json.dumps(one(data))
    entries = [{"id": item["id"], **one(item)} for item in data["translations"]]
    return json.dumps({"judgements": entries[::-1]})


def _body(request: Received, path: str, needed: set[str], optional: set[str]) -> dict:
    if (request.method, request.path) != ("POST", path):
        raise WrongRequestError(f"{request.method} {request.path}")
    body = request.json
    if not needed <= body.keys() <= needed | optional:
        raise WrongRequestError(f"fields {sorted(body)}")
    return body


def _completion(body: dict, words: str, **more: object) -> Reply:
    message = {"role": "assistant", "content": words, "refusal": None, "annotations": []}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return json_reply(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": f"{body['model']}-2024-08-06",
            "choices": [choice],
            "usage": USAGE,
            **more,
        }
    )


def _chat(request: Received, path: str) -> tuple[dict, dict]:
    optional = {"temperature", "seed", "top_p", "response_format", "max_tokens"}
    body = _body(request, path, {"model", "messages"}, optional)
    system, user = body["messages"]
    if (system["role"], user["role"]) != ("system", "user"):
        raise WrongRequestError("roles")
    if "JSON" not in system["content"]:  # which OpenAI demands for its JSON mode
        raise WrongRequestError("instructions without the word JSON")
    return body, shown(user["content"])


def _strict(schema: dict) -> None:
    """See that OpenAI's strict mode takes a schema: closed objects, everything required."""
    allowed = {
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "maxItems",
    }
    if not schema.keys() <= allowed:
        raise WrongRequestError(f"schema with {sorted(schema)}")
    if schema["type"] == "object":
        if schema["additionalProperties"] is not False:
            raise WrongRequestError("an open object")
        if list(schema["properties"]) != schema["required"]:
            raise WrongRequestError("a property that is not required")
        for inner in schema["properties"].values():
            _strict(inner)
    if schema["type"] == "array":
        _strict(schema["items"])


def openai(words: Words = obedient) -> Callable[[Received], Reply]:
    """OpenAI's own server: a key, and a schema in strict mode."""

    def serve(request: Received) -> Reply:
        if request.headers.get("authorization", f"Bearer {KEY}") != f"Bearer {KEY}":
            return json_reply({"error": {"message": "Incorrect API key", "code": "x"}}, 401)
        body, data = _chat(request, "/chat/completions")
        if (form := body.get("response_format")) is not None:
            if form["type"] != "json_schema" or form["json_schema"].keys() != {
                "name",
                "strict",
                "schema",
            }:
                raise WrongRequestError(f"response_format {form}")
            _strict(form["json_schema"]["schema"])
        return _completion(body, words(data), system_fingerprint="fp_1", service_tier="default")

    return serve


def without_schema(words: Words = obedient) -> Callable[[Received], Reply]:
    """A server of the same protocol that knows no `response_format`."""

    def serve(request: Received) -> Reply:
        body, data = _chat(request, "/chat/completions")
        if "response_format" in body:
            error = {"message": "Unrecognized request argument supplied: response_format"}
            return json_reply({"error": error}, 400)
        return _completion(body, words(data))

    return serve


def llama_cpp_python(words: Words = obedient) -> Callable[[Received], Reply]:
    """llama-cpp-python: a schema beside ``json_object``; other types are a validation error."""

    def serve(request: Received) -> Reply:
        body, data = _chat(request, "/chat/completions")
        form = body.get("response_format")
        if form is not None and form["type"] == "json_schema":
            detail = {
                "type": "literal_error",
                "loc": ["body", "response_format", "type"],
                "msg": "Input should be 'text' or 'json_object'",
            }
            error = {"message": json.dumps([detail]), "type": "internal_server_error"}
            return json_reply({"error": error}, 422)
        if form is not None:
            _strict(form["schema"])
        return _completion(body, words(data))

    return serve


def llama_server(words: Words = obedient) -> Callable[[Received], Reply]:
    """llama.cpp's own server: timings, and a model by the file's name."""

    def serve(request: Received) -> Reply:
        body, data = _chat(request, "/v1/chat/completions")
        timings = {"prompt_n": 1, "prompt_ms": 3.5, "predicted_per_second": 40.25}
        return _completion(body, words(data), timings=timings, model="gemma-3-270m-Q4_K_M.gguf")

    return serve


def anthropic(words: Words = obedient) -> Callable[[Received], Reply]:
    """Anthropic's server; what a model thought comes before what it says."""

    def serve(request: Received) -> Reply:
        needed = {"model", "system", "messages", "max_tokens"}
        body = _body(request, "/v1/messages", needed, {"temperature"})
        if request.headers.get("anthropic-version") != "2023-06-01":
            raise WrongRequestError("anthropic-version")
        if request.headers.get("x-api-key") != KEY:
            error = {"type": "authentication_error", "message": "invalid x-api-key"}
            return json_reply({"type": "error", "error": error}, 401)
        (message,) = body["messages"]
        thought = {"type": "thinking", "thinking": "hm", "signature": "s"}
        return json_reply(
            {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": body["model"],
                "content": [
                    thought,
                    {"type": "text", "text": words(shown(message["content"]))},
                ],
                "stop_reason": "end_turn",
                "stop_sequence": None,
                "usage": {"input_tokens": 100, "output_tokens": 20},
            }
        )

    return serve


def judge(url: str, **options: object) -> Judge:
    """A judge of translations from English into Spanish by a server on loopback."""
    return Judge.for_languages({"url": url, "model": "m", **QUICK, **options}, PAIR)


def samples(*hypotheses: str) -> list[Sample]:
    """Samples with sources of their own."""
    return [Sample(f"source {n}", text, (f"reference {n}",)) for n, text in enumerate(hypotheses)]


def judged(metric: Judge, given: list[Sample]) -> Mapping[int, tuple[float, Details]]:
    """Score and details of each sample, by its place; each exactly once."""
    found: dict[int, tuple[float, Details]] = {}
    for chunk in metric.stream_details(given, ModelPool()):
        for index, row, said in zip(chunk.indices, chunk.statistics, chunk.details, strict=True):
            assert int(index) not in found
            found[int(index)] = (float(row[0]), said)
    assert sorted(found) == list(range(len(given)))
    return found
