"""Whatever stands in an `mtqe.toml`, it is used or refused in one sentence."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from mtqe.config import load_config
from mtqe.errors import MtqeError
from mtqe.gate import parse_gate
from tests.project import write_lines

TRIES = 300
DOCS = Path(__file__).parents[3] / "docs"
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


@pytest.mark.parametrize("example", range(len(EXAMPLES)))
def test_a_mutated_configuration_is_used_or_refused_in_a_sentence(tmp_path, example):
    write_lines(tmp_path / "corpus.tsv", ["source\treference", "one\tuno"])
    for name in ("terms.tsv", "examples.tsv"):
        write_lines(tmp_path / name, ["one\tuno"])
    chance = random.Random(example)
    path = tmp_path / "mtqe.toml"
    refused = 0
    for number in range(TRIES // len(EXAMPLES) + 1):
        text = mutated(CORPUS + EXAMPLES[example], chance)
        path.write_text(text, encoding="utf-8", newline="")
        try:
            config = load_config(path)
            for system in config.build_systems():
                system.backend.inputs(config.read_corpus())
            config.build_metrics()
            config.build_checks()
            parse_gate(config.gate or {}, str(path))
        except (MtqeError, OSError) as error:  # the command line makes a sentence of both
            refused += 1
            shown = str(error)
        except Exception as error:
            pytest.fail(f"mutation {number}: {error!r} of\n{text}")
        else:
            continue
        if "\n" in shown:
            pytest.fail(f"mutation {number}: {shown}")
    assert refused
