"""A small project on disk: a corpus, two sets of translations, a configuration."""

from __future__ import annotations

from pathlib import Path

SOURCES = ["The house is red.", "The cat drinks milk.", "Good morning, {name}!"]
REFERENCES = ["La casa es roja.", "El gato bebe leche.", "¡Buenos días, {name}!"]
GOOD = ["La casa es roja.", "El gato toma leche.", "¡Buenos días, {name}!"]
BAD = ["Casa roja.", "Gato leche bebe el.", "Bueno mañana."]

CONFIG = """\
[corpus]
source_language = "en"
target_language = "es"
path = "corpus.tsv"

[systems.good]
backend = "file"
path = "good.txt"

[systems.bad]
backend = "file"
path = "bad.txt"

[metrics]
bleu = {}
chrf = {}
"""


def write_lines(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def write_project(folder: Path) -> Path:
    """Give the path of the configuration."""
    write_lines(folder / "source.txt", SOURCES)
    write_lines(folder / "reference.txt", REFERENCES)
    write_lines(folder / "good.txt", GOOD)
    write_lines(folder / "bad.txt", BAD)
    rows = [
        f"s{number}\t{source}\t{reference}\t{'greeting' if number == 3 else 'fact'}"
        for number, (source, reference) in enumerate(zip(SOURCES, REFERENCES, strict=True), start=1)
    ]
    write_lines(folder / "corpus.tsv", ["id\tsource\treference\tdomain", *rows])
    config = folder / "mtqe.toml"
    config.write_text(CONFIG, encoding="utf-8")
    return config
