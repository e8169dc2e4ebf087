"""Runs with services that repeat keys, and a search for the keys in all that they leave behind.

python -m tests.leaks   # prints the table of docs/why/security.md
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mtqe.report.page.data import report_data
from mtqe.run import Run
from tests.command_line import mtqe
from tests.echoes import echoes
from tests.project import write_lines
from tests.service_protocols import KEYLESS, SERVICES
from tests.services import Loopback, Reply, json_reply

KEY = "k3y/LITERAL+0123456789&aBcDeFgHiJkLmN=="
BEGINNING = 12
"""Characters of a form that are too many to be seen."""
FORMS = echoes(KEY)
PLAIN = {name: form for name, form in FORMS.items() if not set(form) & set('\n\r\\"<>')}
"""Forms that are the same inside JSON inside JSON."""
PADDING = "the service says no to this. " * 6
"""Longer than what is shown of an explanation, less a few characters of a key."""

CONFIG = """\
[corpus]
name = "leaks"
source_language = "en"
target_language = "es"
path = "corpus.tsv"

[systems.vendor]
backend = "{backend}"
url = "{url}"
key_variable = "VENDOR"
attempts = 2
backoff = 0.01
{options}

[metrics]
chrf = {{}}
"""


def told(reply: Reply) -> Reply:
    """An error that has every form, one after the other."""
    return json_reply({"error": {"message": " ; ".join(FORMS.values())}}, 401)


def cut(reply: Reply) -> Reply:
    """A page of an error that mtqe cuts short in the middle of a form."""
    forms = "".join(
        f"<p>{PADDING[: number * 7]}{form}" for number, form in enumerate(FORMS.values())
    )
    return Reply(400, f"<html>{PADDING[:180]}{KEY}</p>{forms}</html>".encode())


def garbled(reply: Reply) -> Reply:
    """An answer that is not JSON."""
    return Reply(200, f"{PADDING[:170]}{' '.join(FORMS.values())}".encode())


def repeated(reply: Reply) -> Reply:
    """Translations, and the names of models, that have the key in them."""
    written = json.dumps(" ".join(PLAIN.values()))[1:-1].encode()
    body = reply.body.replace(b"<one>", b"one " + written).replace(b'"m-2024', b'"' + written)
    return replace(reply, body=body)


def redirected(reply: Reply) -> Reply:
    """A redirection to an address with the key, and cookies that have it."""
    headers = {"Location": f"/?key={FORMS['percent-encoded']}", "Set-Cookie": f"k={KEY}"}
    return Reply(302, KEY.encode(), headers)


def written_options(options: Mapping[str, object]) -> str:
    def value(thing: object) -> str:
        if isinstance(thing, dict):
            return "{" + ", ".join(f"{name} = {value(part)}" for name, part in thing.items()) + "}"
        return json.dumps(thing)

    return "\n".join(f"{name} = {value(thing)}" for name, thing in options.items())


ECHOES: Mapping[str, Callable[[Reply], Reply]] = {
    "an error with every form": told,
    "a page that is cut": cut,
    "an answer that is not JSON": garbled,
    "translations with the key": repeated,
    "a redirection and cookies": redirected,
}
"""Ways in which a service repeats the key."""
NAMES = tuple(name for name in SERVICES if name not in KEYLESS)


@dataclass(frozen=True)
class Searched:
    """What was found in all that one run left behind.

    Attributes:
        requests: that the service got, and answered with the key.
        places: files, streams, and what databases and tables hold, unpacked.
        size: their bytes.
        found: places and forms of the key in them.
    """

    requests: int
    places: tuple[str, ...]
    size: int
    found: tuple[tuple[str, str], ...]


def search(name: str, echo: str, folder: Path, patch: pytest.MonkeyPatch) -> Searched:
    """Run with a service that repeats its key in one way, and look for the key in every form.

    Args:
        name: the service.
        echo: one of `ECHOES`.
        folder: an empty one; the run's cache is put into it too.
        patch: takes back what is set of the environment.
    """
    patch.setattr("tests.service_protocols.KEY", KEY)
    patch.setenv("VENDOR", KEY)
    patch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    patch.delenv("AWS_SESSION_TOKEN", raising=False)
    patch.setenv("MTQE_HOME", str(folder / "home"))
    patch.chdir(folder)
    write_lines(folder / "corpus.tsv", ["source\treference", "one\tuno", "two\tdos"])
    answer, needed = SERVICES[name]
    with Loopback(answer, [ECHOES[echo]] * 40) as loopback:
        url = loopback.url + ("/mt" if name == "http" else "")
        text = CONFIG.format(backend=name, url=url, options=written_options(needed))
        (folder / "mtqe.toml").write_text(text, encoding="utf-8")
        result = mtqe("--debug", "run", folder / "mtqe.toml", "-o", folder / "out")
    assert loopback.complaints == []
    assert loopback.received
    assert any(KEY in str(request) or name == "amazon" for request in loopback.received)
    streams = {"standard output": result.out.encode(), "standard error": result.err.encode()}
    left = {**dict(everything(folder)), **streams}
    found = [
        (place, form)
        for place, data in left.items()
        for form, written in FORMS.items()
        if written.encode() in data or written[:BEGINNING].encode() in data
    ]
    size = sum(map(len, left.values()))
    return Searched(len(loopback.received), tuple(left), size, tuple(found))


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All that a run left in its folders, unpacked, by what it is."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
    run = Run.read(folder / "out")
    yield "segments.parquet, unpacked", run.segments.to_json().encode()
    yield "findings.parquet, unpacked", run.findings.to_json().encode()
    yield "the report's data", report_data(run).model_dump_json().encode()
    connection = sqlite3.connect(next(folder.rglob("cache-v*.sqlite")))
    entries = connection.execute("SELECT value FROM entries").fetchall()
    connection.close()
    yield "the cache's entries", b"\n".join(value for (value,) in entries)


def table() -> Iterator[str]:
    """A row for each service: runs, answers with the key, places, searches, what was found."""
    yield "| service | runs | answers with the key | files and streams | searches | bytes | found |"
    yield "|---|---|---|---|---|---|---|"
    runs: list[Searched] = []
    for name in NAMES:
        of_service = []
        for echo in ECHOES:
            with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
                of_service.append(search(name, echo, Path(folder), patch))
        yield _row(name, of_service)
        runs += of_service
    yield _row("all", runs)


def _row(name: str, runs: list[Searched]) -> str:
    places = sum(len(run.places) for run in runs)
    numbers = (
        len(runs),
        sum(run.requests for run in runs),
        places,
        places * len(FORMS),
        sum(run.size for run in runs),
        sum(len(run.found) for run in runs),
    )
    return f"| {name} | {' | '.join(f'{number:,}' for number in numbers)} |"


def main() -> None:
    """Print the table."""
    print(f"{len(ECHOES)} ways to repeat a key in {len(FORMS)} forms: {', '.join(FORMS)}\n")
    for line in table():
        print(line, flush=True)


if __name__ == "__main__":
    main()
