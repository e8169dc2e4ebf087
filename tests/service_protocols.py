"""The services' documented requests and answers, checked field by field."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Set
from contextlib import contextmanager

from tests.services import (
    QUICK,
    Loopback,
    Received,
    Reply,
    WrongRequestError,
    build,
    json_reply,
    translation,
)

KEY = "k3y-0123456789"


def _posted(request: Received, path: str) -> None:
    if (request.method, request.path) != ("POST", path):
        raise WrongRequestError(f"{request.method} {request.path} instead of POST {path}")
    length = request.headers.get("content-length")
    if length != str(len(request.body)):
        raise WrongRequestError(f"Content-Length {length}")


def _json(request: Received, path: str, fields: Set[str], optional: Set[str] = frozenset()):
    _posted(request, path)
    if request.headers.get("content-type") != "application/json":
        raise WrongRequestError(f"Content-Type {request.headers.get('content-type')}")
    body = request.json
    if not fields <= body.keys() <= fields | optional:
        raise WrongRequestError(f"fields {sorted(body)}")
    return body


def libretranslate(request: Received) -> Reply:
    body = _json(request, "/translate", {"q", "source", "target", "format"}, {"api_key"})
    if (body["source"], body["target"], body["format"]) != ("en", "es", "text"):
        raise WrongRequestError("languages or format")
    if body.get("api_key", KEY) != KEY:
        return json_reply({"error": f"Invalid API key {body['api_key']}"}, 403)
    return json_reply({"translatedText": [translation(text) for text in body["q"]]})


def chat(answer=None):
    """A server of chat completions; `answer` makes the model's words of its messages."""

    def serve(request: Received) -> Reply:
        fields = {"model", "messages", "max_tokens"}
        optional = {"temperature", "seed", "top_p", "response_format"}
        body = _json(request, "/chat/completions", fields, optional)
        system, user = body["messages"]
        if (system["role"], user["role"]) != ("system", "user"):
            raise WrongRequestError("roles")
        if request.headers.get("authorization", f"Bearer {KEY}") != f"Bearer {KEY}":
            return json_reply({"error": {"message": "Incorrect API key", "code": "x"}}, 401)
        message = {"role": "assistant", "content": (answer or obedient)(user["content"])}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
        return json_reply(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1,
                "model": f"{body['model']}-2024-07-18",
                "choices": [choice],
                "usage": usage,
            }
        )

    return serve


def obedient(user: str) -> str:
    """A model that answers as it was asked to."""
    if user.startswith("{"):
        entries = json.loads(user)["segments"]
        texts = [{"id": entry["id"], "text": translation(entry["text"])} for entry in entries]
        return json.dumps({"translations": texts}, ensure_ascii=False)
    lines = [line.partition(". ") for line in user.splitlines()]
    if all(number.isdigit() for number, _, _ in lines):
        return "\n".join(f"{number}. {translation(text)}" for number, _, text in lines)
    return translation(user.rpartition("---\n")[2])


def apy(request: Received) -> Reply:
    _posted(request, "/translate")
    if request.headers.get("content-type") != "application/x-www-form-urlencoded":
        raise WrongRequestError(f"Content-Type {request.headers.get('content-type')}")
    form = request.form
    if form.keys() != {"langpair", "q", "markUnknown", "format"}:
        raise WrongRequestError(f"fields {sorted(form)}")
    if (form["langpair"], form["markUnknown"], form["format"]) != ("eng|spa", "no", "txt"):
        raise WrongRequestError("langpair, markUnknown or format")
    data = {"translatedText": translation(form["q"])}
    return json_reply({"responseData": data, "responseDetails": None, "responseStatus": 200})


def deepl(request: Received) -> Reply:
    optional = {"formality", "glossary_id", "model_type", "context"}
    body = _json(request, "/v2/translate", {"text", "source_lang", "target_lang"}, optional)
    if request.headers.get("authorization") != f"DeepL-Auth-Key {KEY}":
        return Reply(403, b"")
    if (body["source_lang"], body["target_lang"]) != ("EN", "ES") or len(body["text"]) > 50:
        raise WrongRequestError("languages, or more than 50 texts")
    if len(request.body) > 128 * 1024:
        return json_reply({"message": "Request entity too large"}, 413)
    texts = [{"detected_source_language": "EN", "text": translation(text)} for text in body["text"]]
    return json_reply({"translations": texts})


def google(request: Received) -> Reply:
    parent = "projects/p-1/locations/global"
    fields = {"contents", "mimeType", "sourceLanguageCode", "targetLanguageCode", "model"}
    body = _json(request, f"/v3/{parent}:translateText", fields, {"glossaryConfig"})
    if request.headers.get("authorization") != f"Bearer {KEY}":
        error = {"code": 401, "message": "Invalid credentials", "status": "UNAUTHENTICATED"}
        return json_reply({"error": error}, 401)
    if request.headers.get("x-goog-user-project") != "p-1":
        raise WrongRequestError("project")
    if body["mimeType"] != "text/plain" or body["model"] != f"{parent}/models/general/nmt":
        raise WrongRequestError("mimeType or model")
    if len(body["contents"]) > 1024:
        raise WrongRequestError("more than 1024 texts")
    texts: list[dict[str, object]]
    texts = [{"translatedText": translation(text)} for text in body["contents"]]
    answer = {"translations": texts}
    if "glossaryConfig" in body:
        answer["translations"] = [{"translatedText": "without glossary"} for _ in texts]
        answer["glossaryTranslations"] = [text | {"glossaryConfig": {}} for text in texts]
    return json_reply(answer)


def azure(request: Received) -> Reply:
    _posted(request, "/translate")
    if request.headers.get("ocp-apim-subscription-key") != KEY:
        error = {"code": 401000, "message": "The request is not authorized"}
        return json_reply({"error": error}, 401)
    wanted = {"api-version": "3.0", "from": "en", "to": "es", "textType": "plain"}
    query = {name: value for name, (value,) in request.query.items()}
    if query != {**wanted, "category": "general"}:
        raise WrongRequestError(f"query {query}")
    items = request.json
    if not all(item.keys() == {"Text"} for item in items) or len(items) > 1000:
        raise WrongRequestError("items")
    return json_reply(
        [{"translations": [{"text": translation(item["Text"]), "to": "es"}]} for item in items]
    )


def amazon(request: Received) -> Reply:
    _posted(request, "/")
    if request.headers.get("content-type") != "application/x-amz-json-1.1":
        raise WrongRequestError("Content-Type")
    if request.headers.get("x-amz-target") != "AWSShineFrontendService_20170701.TranslateText":
        raise WrongRequestError("X-Amz-Target")
    if not _signed_by_botocore(request):
        return json_reply({"__type": "InvalidSignatureException", "message": "no match"}, 400)
    body = request.json
    if not {"Text", "SourceLanguageCode", "TargetLanguageCode"} <= body.keys():
        raise WrongRequestError("fields")
    if not 1 <= len(body["Text"].encode()) <= 10_000:
        return json_reply({"__type": "TextSizeLimitExceededException", "message": "long"}, 400)
    answer = {"TranslatedText": translation(body["Text"])}
    return json_reply({**answer, "SourceLanguageCode": "en", "TargetLanguageCode": "es"})


def _signed_by_botocore(request: Received) -> bool:
    """Whether the signature is what the secret gives for what arrived."""
    given = request.headers["authorization"]
    scheme, _, rest = given.partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    date = request.headers["x-amz-date"]
    names = fields["SignedHeaders"].split(";")
    signed = "".join(f"{name}:{request.headers[name]}\n" for name in names)
    digest = hashlib.sha256(request.body).hexdigest()
    canonical = f"POST\n{request.path}\n\n{signed}\n{';'.join(names)}\n{digest}"
    scope = f"{date[:8]}/eu-west-1/translate/aws4_request"
    text = f"{scheme}\n{date}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"AWS4" + KEY.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return fields["Credential"] == f"{KEY}/{scope}" and signature == fields["Signature"]


def anthropic(request: Received) -> Reply:
    fields = {"model", "system", "messages", "max_tokens"}
    body = _json(request, "/v1/messages", fields, {"temperature"})
    if request.headers.get("anthropic-version") != "2023-06-01":
        raise WrongRequestError("anthropic-version")
    if request.headers.get("x-api-key") != KEY:
        error = {"type": "authentication_error", "message": "invalid x-api-key"}
        return json_reply({"type": "error", "error": error}, 401)
    (message,) = body["messages"]
    text = obedient(message["content"])
    return json_reply(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 100, "output_tokens": 20},
        }
    )


def inhouse(request: Received) -> Reply:
    """A service that only its own users know; it answers in an order of its own."""
    body = _json(request, "/mt", {"lines", "pair"})
    if request.headers.get("x-token") != f"t {KEY}" or request.query != {"v": ["2"]}:
        raise WrongRequestError("header or query")
    if body["pair"] != {"from": "en", "to": ["es"]}:
        raise WrongRequestError("pair")
    items = [{"n": n, "t": translation(t)} for n, t in enumerate(body["lines"], start=1)]
    return json_reply({"result": {"items": items[::-1]}})


SERVICES: dict[str, tuple[Callable[[Received], Reply], dict[str, object]]] = {
    "amazon": (amazon, {"region": "eu-west-1"}),
    "anthropic": (anthropic, {"model": "m", "input_price": 3.0, "output_price": 15.0}),
    "apertium-apy": (apy, {}),
    "azure": (azure, {}),
    "deepl": (deepl, {}),
    "google": (google, {"project": "p-1"}),
    "http": (
        inhouse,
        {
            "body": {"lines": "{texts}", "pair": {"from": "{source}", "to": ["{target}"]}},
            "query": {"v": "2"},
            "headers": {"X-Token": "t {key}"},
            "translations": "result.items[].t",
            "ids": "result.items[].n",
            "batch_size": 10,
        },
    ),
    "libretranslate": (libretranslate, {}),
    "openai": (chat(), {"model": "m", "input_price": 1.0, "output_price": 2.0}),
}
"""Each backend's service, and the options that its requests are checked against."""
KEYLESS = ("apertium-apy",)


def set_keys(patch):
    """Put a key for each service into the environment."""
    patch.setenv("TEST_KEY", KEY)
    patch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    patch.delenv("AWS_SESSION_TOKEN", raising=False)


@contextmanager
def running(name, faults=(), folder=None, **options):
    """A running service and its backend; every request must have been as documented."""
    answer, needed = SERVICES[name]
    key = {} if name in KEYLESS else {"key_variable": "TEST_KEY"}
    path = "/mt" if name == "http" else ""
    with Loopback(options.pop("answer", answer), faults) as loopback:
        form = {"answer": options.pop("answer_form")} if "answer_form" in options else {}
        given = {**QUICK, **needed, **key, **options, **form}
        yield loopback, build(name, loopback.url + path, folder, **given)
        assert loopback.complaints == []
