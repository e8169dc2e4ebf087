"""A server that speaks OpenAI's chat completions and translates with a local model."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NUMBERED = re.compile(r"(\d+)\. (.*)")

Translator = Callable[[Sequence[str]], Sequence[str]]


class ModelServer:
    """``/v1/chat/completions`` on loopback; a context manager.

    The last message holds segments as JSON, as numbered lines or as one text, and so does the
    answer. A real model would be asked to; this one can only translate.
    """

    def __init__(self, translate: Translator) -> None:
        self.requests = 0
        self._translate = translate
        self._one_at_a_time = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def complete(self, request: dict) -> dict:
        """The answer to a request."""
        content = request["messages"][-1]["content"]
        with self._one_at_a_time:
            self.requests += 1
            answer = self._answer(content)
        return {
            "object": "chat.completion",
            "model": request["model"],
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": answer},
                    "finish_reason": "stop",
                }
            ],
            "usage": {
                "prompt_tokens": len(content.split()),
                "completion_tokens": len(answer.split()),
            },
        }

    def _answer(self, content: str) -> str:
        if content.lstrip().startswith("{"):
            segments = json.loads(content)["segments"]
            texts = self._translate([segment["text"] for segment in segments])
            pairs = zip(segments, texts, strict=True)
            found = [{"id": segment["id"], "text": text} for segment, text in pairs]
            return json.dumps({"translations": found})
        if numbered := NUMBERED.findall(content):
            texts = self._translate([text for _, text in numbered])
            return "\n".join(f"{n}. {text}" for (n, _), text in zip(numbered, texts, strict=True))
        return self._translate([content])[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                known = self.path == "/v1/chat/completions"
                answer = server.complete(json.loads(body)) if known else {"error": "no such path"}
                data = json.dumps(answer).encode()
                self.send_response(200 if known else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        return Handler
