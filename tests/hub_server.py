"""A model hub on loopback: the part of the Hugging Face hub's protocol that downloads use.

Large files are redirected to ``/cdn/SHA256``, as git-lfs files are on the real hub. `Fault` makes
one file, or all of a model, misbehave.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import pytest
from huggingface_hub import file_download

LARGE = (".ckpt", ".bin", ".safetensors", ".model")

FaultKind = Literal[
    "stalled", "dripping", "dropped", "truncated", "corrupt", "pointer", "page", "status", "silent"
]


@dataclass
class Fault:
    """What goes wrong with the content of a file.

    Attributes:
        kind: ``stalled`` sends no more after `after` bytes, ``dripping`` a byte each 0.1 s,
            ``dropped`` closes the connection, ``truncated`` announces less than it should,
            ``corrupt`` flips a byte, ``pointer`` sends the git-lfs pointer, ``page`` a web page,
            ``status`` only that status, ``silent`` never answers at all.
        after: bytes that are sent first.
        status: of the answer, for ``status``.
        times: how often it happens before the file is sound.
    """

    kind: FaultKind
    after: int = 0
    status: int = 503
    times: int = 10**9


@dataclass
class HubModel:
    """One repository: its files, and who may have them."""

    files: Mapping[str, bytes]
    gated: bool = False
    faults: dict[str, Fault] = field(default_factory=dict)

    @property
    def commit(self) -> str:
        """Stands for the content, as a git commit does."""
        digest = hashlib.sha1(usedforsecurity=False)
        for name in sorted(self.files):
            digest.update(name.encode() + b"\0" + self.files[name])
        return digest.hexdigest()


class LoopbackHub:
    """The hub; a context manager. `requests` lists what was asked: method and path."""

    def __init__(self) -> None:
        self.models: dict[str, HubModel] = {}
        self.moved: dict[str, str] = {}
        self.requests: list[tuple[str, str]] = []
        self.sent = 0
        self.silent = False
        self.token: str | None = None
        self.captive = False
        self.listing: bytes | None = None
        """What is said of any model, instead of what is true."""
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> LoopbackHub:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def use(self, patch: pytest.MonkeyPatch, cache: Path) -> None:
        """Let the hub's library, in this process, ask here and store there."""
        template = self.url + "/{repo_id}/resolve/{revision}/{filename}"
        settings = {
            "ENDPOINT": self.url, "HUGGINGFACE_CO_URL_TEMPLATE": template,
            "HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": False,
        }  # fmt: skip
        for key, value in settings.items():
            patch.setattr(f"huggingface_hub.constants.{key}", value)
        if hasattr(file_download, "HUGGINGFACE_CO_URL_TEMPLATE"):  # before version 1.28
            patch.setattr(file_download, "HUGGINGFACE_CO_URL_TEMPLATE", template)

    def add(self, name: str, folder: Path, **options: Any) -> HubModel:
        """Publish all files of a folder."""
        paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        self.models[name] = HubModel(files, **options)
        return self.models[name]


def is_large(name: str) -> bool:
    """Whether git-lfs holds a file."""
    return name.endswith(LARGE)


def etag(name: str, content: bytes) -> str:
    """SHA-256 of large files, git's own hash of others."""
    if is_large(name):
        return hashlib.sha256(content).hexdigest()
    return git_hash(content)


def git_hash(content: bytes) -> str:
    """The name that git gives a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def pointer(content: bytes) -> bytes:
    """What git holds in place of a large file."""
    digest = hashlib.sha256(content).hexdigest()
    lines = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}"
    return lines.encode() + b"\n"


def _handler(hub: LoopbackHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def log_message(self, *args: object) -> None:
            pass

        def _answer(self) -> None:
            path = unquote(urlsplit(self.path).path)
            hub.requests.append((self.command, path))
            if hub.silent:
                hub.closing.wait(600)
                self.close_connection = True
            elif hub.captive:
                self._send(200, b"<html>Log in to the network</html>")
            elif hub.token and self.headers.get("Authorization") != f"Bearer {hub.token}":
                self._fail(401, "", "Invalid credentials in Authorization header")
            elif match := re.fullmatch(r"/api/models/(.+?)(?:/revision/([^/]+))?", path):
                self._info(*match.groups())
            elif match := re.fullmatch(r"/(.+?)/resolve/([^/]+)/(.+)", path):
                self._file(*match.groups())
            elif match := re.fullmatch(r"/cdn/(.+?)/at/(.+)", path):
                self._content(*match.groups())
            else:
                self._fail(404, "", "no such page")

        def _model(self, name: str) -> HubModel | None:
            if name not in hub.models:
                self._fail(401, "RepoNotFound", "Repository not found")
            return hub.models.get(name)

        def _info(self, name: str, revision: str | None) -> None:
            if name in hub.moved:
                target = self.path.replace(f"/api/models/{name}", f"/api/models/{hub.moved[name]}")
                self._send(307, b"", {"Location": target})
                return
            model = self._model(name)
            if model is None:
                return
            if revision not in (None, "main", model.commit):
                self._fail(404, "RevisionNotFound", "Invalid rev id")
                return
            siblings = [_sibling(path, content) for path, content in model.files.items()]
            info: dict[str, Any] = {
                "id": name,
                "modelId": name,
                "sha": model.commit,
                "siblings": siblings,
            }
            info |= {"private": False, "gated": "auto" if model.gated else False, "tags": [],
            }  # fmt: skip
            data = json.dumps(info).encode() if hub.listing is None else hub.listing
            self._send(200, data, {"Content-Type": "application/json"})

        def _file(self, name: str, revision: str, path: str) -> None:
            if name in hub.moved:
                target = self.path.replace(f"/{name}/resolve", f"/{hub.moved[name]}/resolve")
                self._send(307, b"", {"Location": target})
                return
            model = self._model(name)
            if model is None:
                return
            if model.gated and "Authorization" not in self.headers:
                self._fail(401, "GatedRepo", f"Access to model {name} is restricted.")
            elif revision not in ("main", model.commit):
                self._fail(404, "RevisionNotFound", "Invalid rev id")
            elif path not in model.files:
                commit = {"X-Repo-Commit": model.commit}
                self._fail(404, "EntryNotFound", "Entry not found", **commit)
            elif is_large(path):
                content = model.files[path]
                self._send(302, b"", {
                    "Location": f"{hub.url}/cdn/{name}/at/{path}", "X-Repo-Commit": model.commit,
                    "X-Linked-Size": str(len(content)), "X-Linked-ETag": f'"{etag(path, content)}"',
                })  # fmt: skip
            else:
                self._content(name, path)

        def _content(self, name: str, path: str) -> None:
            model = hub.models[name]
            content, fault = model.files[path], self._fault(model, path)
            headers = {"ETag": f'"{etag(path, content)}"', "X-Repo-Commit": model.commit}
            headers["Accept-Ranges"] = "bytes"
            start, status = 0, 200
            if match := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")):
                start, status = int(match[1]), 206
                headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            if start > len(content):
                self._fail(416, "", "out of range")
            elif fault is None or self.command == "HEAD":
                self._send(status, content[start:], headers)
            else:
                self._misbehave(fault, content[start:], status, headers)

        def _fault(self, model: HubModel, path: str) -> Fault | None:
            fault = model.faults.get(path) or model.faults.get("*")
            if fault is None or self.command == "HEAD" or fault.times <= 0:
                return None
            fault.times -= 1
            return fault

        def _misbehave(
            self, fault: Fault, content: bytes, status: int, headers: dict[str, str]
        ) -> None:
            if fault.kind == "silent":
                hub.closing.wait(600)
                self.close_connection = True
            elif fault.kind == "status":
                self._fail(fault.status, "", "the hub is ill")
            elif fault.kind == "truncated":
                self._send(status, content[: fault.after], headers)
            elif fault.kind == "corrupt":
                wrong = bytearray(content)
                wrong[len(wrong) // 2] ^= 1
                self._send(status, bytes(wrong), headers)
            elif fault.kind == "pointer":
                self._send(200, pointer(content), headers)
            elif fault.kind == "page":
                self._send(200, b"<html>Log in to the network</html>")
            else:
                self._send(status, content, headers, only=fault.after)
                self._after(fault, content)

        def _after(self, fault: Fault, content: bytes) -> None:
            self.close_connection = True
            if fault.kind == "stalled":
                hub.closing.wait(600)
            elif fault.kind == "dripping":
                for byte in content[fault.after :]:
                    if hub.closing.is_set():
                        return
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.1)

        def _send(
            self,
            status: int,
            content: bytes,
            headers: Mapping[str, str] | None = None,
            only: int | None = None,
        ) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                body = content if only is None else content[:only]
                hub.sent += len(body)
                self.wfile.write(body)
                self.wfile.flush()

        def _fail(self, status: int, code: str, message: str, **headers: str) -> None:
            data = json.dumps({"error": message}).encode()
            extra = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
            self._send(status, data, {"Content-Type": "application/json", **extra, **headers})

        def handle(self) -> None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                super().handle()

    return Handler


def _sibling(name: str, content: bytes) -> dict[str, object]:
    found: dict[str, object] = {"rfilename": name, "size": len(content)}
    found["blobId"] = git_hash(content)
    if is_large(name):
        digest = hashlib.sha256(content).hexdigest()
        found["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 134}
    return found
