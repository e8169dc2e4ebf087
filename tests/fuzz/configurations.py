"""Whatever stands in an `mtqe.toml`, it is used or refused in one sentence."""

from __future__ import annotations

import random
import re
from contextlib import ExitStack
from pathlib import Path

from mtqe.config import load_config
from mtqe.errors import MtqeError
from mtqe.gate import parse_gate
from mtqe.support.toml import read_toml
from tests.fuzz.case import Case, Kind, Kinds
from tests.project import write_lines

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = [
    block
    for name in ("how-to/services.md", "how-to/local-engines.md")
    for block in re.findall(r"```toml\n(.*?)```", (DOCS / name).read_text("utf-8"), re.DOTALL)
]
CORPUS = """\
[corpus]
source_language = "en"
target_language = "es"
path = "corpus.tsv"

[metrics]
bleu = {}
chrf = { word_order = 2 }

[checks]
numbers = { severity = "major" }

[compute]
device = "cpu"
threads = 1
batch_tokens = 512

[gate]
baseline = "baseline.jsonl"
[[gate.rules]]
metric = "chrf"
max_drop = 1.0

"""
PIECES = [
    "[", "]", "{", "}", '"', "'", "=", ".", "\n", "-1", "1e308", "inf", "nan", "9" * 400, "true",
    "[]", '""', "{}", "[[1]]", "1979-05-27", "{a.b.c = 1}", '"\\ud800"', '"\\u0000"', "é", "\x00",
    "[[",    '"sk-LITERAL-abcdefghijabcdefghij"', "{text}", "a" * 300, "[" * 2000, "a." * 2000,
]  # fmt: skip


def mutated(text, chance):
    """A few values replaced, pieces put in, or parts cut out or written twice."""
    for _ in range(chance.choice([1, 1, 2, 5])):
        values = [match.span(1) for match in re.finditer(r"= (.+)", text)]
        kind = chance.randrange(4)
        place = chance.randrange(len(text) + 1)
        start, end = chance.choice(values) if kind == 0 and values else (place, place)
        if kind == 2:
            end = start + chance.choice([1, 3, 30])
        piece = text[start : start + 40] if kind == 3 else chance.choice(PIECES)
        text = text[:start] + ("" if kind == 2 else piece) + text[end:]
    return text


def configurations() -> Kinds:
    """An `mtqe.toml` with each example of the documentation in turn, and TOML by itself."""
    return {"mtqe.toml": Kind(_prepare), "toml": Kind(_toml)}


def _prepare(folder: Path, stack: ExitStack) -> Case:
    write_lines(folder / "corpus.tsv", ["source\treference", "one\tuno"])
    for name in ("terms.tsv", "examples.tsv"):
        write_lines(folder / name, ["one\tuno"])
    path = folder / "mtqe.toml"
    seeds = tuple((CORPUS + example).encode() for example in EXAMPLES)

    def read(changed: bytes, number: int) -> None:
        path.write_bytes(changed)
        try:
            config = load_config(path)
            for system in config.build_systems():
                system.backend.inputs(config.read_corpus())
            config.build_metrics()
            config.build_checks()
            config.compute.check()
            parse_gate(config.gate or {}, str(path))
        except OSError as error:  # the command line makes a sentence of it
            raise MtqeError(str(error)) from error

    return Case("mtqe.toml", seeds[0], read, _mutated_bytes, seeds[1:])


def _mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    return mutated(data.decode(), chance).encode("utf-8", "surrogatepass")


def _toml(folder: Path, stack: ExitStack) -> Case:
    path = folder / "a.toml"
    text = '[corpus]\nsource_language = "en"\ntarget_language = "de"\n[a.b]\nc = {d = 1}\n'

    def read(changed: bytes, number: int) -> None:
        path.write_bytes(changed)
        read_toml(path, "correct it")

    return Case("a.toml", text.encode(), read)
