"""The services' documented requests and answers, checked field by field."""

from __future__ import annotations

import json

from tests.services import Received, Reply, Wrong, json_reply, translation

KEY = "k3y-0123456789"


def _posted(request: Received, path: str) -> None:
    if (request.method, request.path) != ("POST", path):
        raise Wrong(f"{request.method} {request.path} instead of POST {path}")
    length = request.headers.get("content-length")
    if length != str(len(request.body)):
        raise Wrong(f"Content-Length {length}")


def _json(request: Received, path: str, fields: set[str], optional: set[str] = frozenset()):
    _posted(request, path)
    if request.headers.get("content-type") != "application/json":
        raise Wrong(f"Content-Type {request.headers.get('content-type')}")
    body = request.json
    if not fields <= body.keys() <= fields | optional:
        raise Wrong(f"fields {sorted(body)}")
    return body


def libretranslate(request: Received) -> Reply:
    body = _json(request, "/translate", {"q", "source", "target", "format"}, {"api_key"})
    if (body["source"], body["target"], body["format"]) != ("en", "es", "text"):
        raise Wrong("languages or format")
    if body.get("api_key", KEY) != KEY:
        return json_reply({"error": f"Invalid API key {body['api_key']}"}, 403)
    return json_reply({"translatedText": [translation(text) for text in body["q"]]})


def chat(answer=None):
    """A server of chat completions; `answer` makes the model's words of its messages."""

    def serve(request: Received) -> Reply:
        fields = {"model", "messages", "max_tokens"}
        body = _json(request, "/chat/completions", fields, {"temperature", "seed", "top_p"})
        system, user = body["messages"]
        if (system["role"], user["role"]) != ("system", "user"):
            raise Wrong("roles")
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
