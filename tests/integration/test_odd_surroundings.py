"""Closed and full streams, odd arguments, links to themselves: a sentence, never a traceback."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.command_line import command, mtqe
from tests.project import write_lines

CONFIG = """\
[corpus]
name = "odd"
source_language = "en"
target_language = "es"
path = "corpus.tsv"

[systems.engine]
backend = "{backend}"
{options}

[metrics]
chrf = {{}}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    write_lines(tmp_path / "corpus.tsv", ["source\treference", "one\tuno", "two\tdos"])
    return tmp_path


def configure(folder, backend="command", **options):
    lines = "\n".join(f"{name} = {value}" for name, value in options.items())
    text = CONFIG.format(backend=backend, options=lines)
    (folder / "mtqe.toml").write_text(text, encoding="utf-8")


def shell(words, ending):
    """Run the program with redirections; its exit code and what it said on standard error."""
    line = " ".join(map(str, words))
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line} {ending}"], capture_output=True, check=False
    )
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize(
    ("ending", "codes", "says"),
    [
        (">&-", {0}, ""),
        ("2>&-", {0}, ""),
        (">&- 2>&- <&-", {0}, ""),
        ("> /dev/full", {1}, "No space left on device"),
        ("| true", {0, 1}, ""),
    ],
)
def test_streams_that_are_closed_or_full(project, ending, codes, says):
    configure(project, command='["cat"]')
    code, err = shell(command("run", "mtqe.toml", "-o", "out"), ending)
    assert code in codes
    assert says in err
    assert "Traceback" not in err
    assert "Exception ignored" not in err
    assert (project / "out" / "run.json").is_file()


def test_arguments_that_are_not_utf_8(project):
    words = [*map(os.fsencode, command("score", "--name")), b"caf\xe9"]
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.decode().startswith(r"mtqe: the argument caf\xe9 is not UTF-8")


@pytest.mark.parametrize("output", ["/", "loop", "loop/below", "."])
def test_folders_that_no_run_can_be_written_to(project, output):
    configure(project, command='["cat"]')
    (project / "loop").symlink_to("loop")
    result = mtqe("run", "mtqe.toml", "-o", output)
    assert result.code == 1
    assert result.err.count("\n") == 1
    assert not (project / "home").exists(), "nothing was done before"


@pytest.mark.parametrize("words", [("run",), ("validate",), ("check",), ("report",), ("gate",)])
def test_files_that_are_links_to_themselves(project, words):
    (project / "loop.toml").symlink_to("loop.toml")
    (project / "loop").symlink_to("loop")
    for path in ("loop.toml", "loop", "loop/run.json"):
        result = mtqe(*words, path)
        assert result.code == 1, result
        assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://host:99999",
        "http://host:0",
        "http://host:port",
        "http://[::1",
        "http://ho st",
        "http://",
        "https://host\\u0007/",
        "host:80",
    ],
)
def test_addresses_that_are_none(project, url):
    configure(project, "libretranslate", url=f'"{url}"')
    result = mtqe("run", "mtqe.toml")
    assert result.code == 1
    assert "systems.engine.url must be an http or https address" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("url", ["http://[::1]:1/", "http://localhost:1/path", "http://a..b/"])
def test_a_service_that_is_not_there_fails_the_run(project, url):
    configure(project, "libretranslate", url=f'"{url}"', attempts=1)
    result = mtqe("run", "mtqe.toml", "-o", "out")
    assert result.code == 1
    assert "system 'engine' has no translation at all (2 segments failed" in result.err
    assert "--allow-untranslated" in result.err
    assert (project / "out" / "report.html").is_file()
    assert mtqe("run", "mtqe.toml", "-o", "out", "--allow-untranslated").code == 0
    assert mtqe("translate", "mtqe.toml").code == 1
    assert mtqe("translate", "mtqe.toml", "--allow-untranslated").code == 0


def test_a_proxy_that_is_no_address(project, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://[oops")
    configure(project, "libretranslate", url='"http://example.com"', attempts=1)
    result = mtqe("run", "mtqe.toml", "-o", "out")
    assert result.code == 1
    assert "HTTPS_PROXY" in result.err


def test_a_system_with_some_translations_is_no_error(project):
    body = "import sys\nfor line in sys.stdin: print('uno') if 'one' in line else sys.exit(1)"
    (project / "engine.py").write_text(body)
    configure(project, command='["python3", "engine.py"]', batch_size=1)
    assert mtqe("run", "mtqe.toml", "-o", "out").code == 0


@pytest.mark.parametrize("timeout", ["0.0", "-1.0", "1e308", "inf", "nan"])
@pytest.mark.parametrize("backend", ["command", "libretranslate"])
def test_time_limits_that_nobody_can_wait_for(project, backend, timeout):
    where = {"command": '["cat"]'} if backend == "command" else {"url": '"http://localhost:1"'}
    configure(project, backend, timeout=timeout, **where)
    result = mtqe("run", "mtqe.toml")
    assert result.code == 1
    assert "timeout" in result.err
    assert result.err.count("\n") == 1
