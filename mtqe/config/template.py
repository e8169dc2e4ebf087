"""A commented first configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mtqe.corpus.readers.columns import ColumnMapping
from mtqe.errors import ConfigError
from mtqe.support.files import write_whole
from mtqe.support.languages import language
from mtqe.support.options import suggestion

BARE = re.compile(r"[A-Za-z0-9_-]+")
"""Names that TOML takes as keys without quotation marks."""
SYSTEMS = {
    "apertium": """\
[systems.apertium]
backend = "apertium"           # Debian's packages; `mtqe doctor` names the one for your languages
# pair = "eng-spa"             # as `apertium -l` lists it
""",
    "command": """\
[systems.my-engine]
backend = "command"            # any program: reads one source per line, prints one translation
command = ["my-engine", "--from", "{source}", "--to", "{target}"]
version = "1"                  # change it with the engine, or the cache gives old translations
# timeout = 600                # seconds per batch
# batch_size = 10000           # segments per process
""",
    "transformers": """\
[systems.opus]
backend = "transformers"       # OPUS-MT, NLLB, M2M100, MADLAD, T5: a folder, or a hub name
model = "Helsinki-NLP/opus-mt-en-es"   # one of your languages
# beams = 4                    # 1 is greedy
# split = true                 # every sentence alone; works before any backend
# protect = true               # tags and placeholders masked; works before any backend
""",
    "file": """\
[systems.my-system]
backend = "file"               # existing translations: one per line, or a table with segment ids
path = "hypotheses/my-system.txt"
# column = "hypothesis"        # for a table
""",
}

TEMPLATE = """\
# mtqe.toml: what to translate, who translates and how it is scored.
# Relative paths are relative to this file. Run it with: mtqe run {path}
# Every key: https://mtqe.github.io/mtqe/reference/configuration/
# Is it sound? mtqe validate {path}

[corpus]
source_language = {source_language}
target_language = {target_language}
{corpus}

{systems}
# One table per system; all backends: https://mtqe.github.io/mtqe/reference/configuration/
# enabled = false keeps a system for `--system NAME` alone.

[metrics]                      # without this table: bleu, chrf, comet and bertscore
bleu = {{}}
chrf = {{}}
# "chrf++" = {{}}
# ter = {{}}
bertscore = {{}}

[metrics.comet]
# mtqe's own small model works offline. The published one needs a model hub once:
# model = "Unbabel/wmt22-comet-da"

[checks]                       # pitfalls that scores hide; all are on unless you switch one off
# numbers = false              # all names: https://mtqe.github.io/mtqe/reference/checks/
# [checks.glossary]
# path = "glossary.tsv"

[gate]                         # rules for CI: mtqe run {path} --gate --baseline OLD_RUN
# All rules: https://mtqe.github.io/mtqe/reference/gate-rules/
# level = 0.95                 # confidence of each decision

[[gate.rules]]
metric = "chrf"
max_drop = 1.0                 # fail if chrF is significantly more than 1 point below the baseline

[[gate.rules]]
max_unscored = 0               # fail if a segment has no translation
"""

TABLE = """\
path = {path}                # TSV, CSV, JSONL, Parquet, Excel, TMX, XLIFF, PO, …; may be gzip'd
{columns}
# Line-aligned text instead of one file: source = "source.txt", references = ["reference.txt"]"""

COLUMNS = '# columns = { id = "segment_id", source = "source", references = ["reference"] }'

PARALLEL = """\
source = {source}            # one segment per line
references = {references}"""

RECORDED = "# The corpus's own file holds systems: {names}. They take part in every run.\n"


@dataclass(frozen=True)
class Answers:
    """What a first configuration says; paths are relative to it.

    Attributes:
        source_language: a language tag.
        target_language: a language tag.
        backend: one of `SYSTEMS`; None where only `hypotheses` and the corpus's own systems run.
        corpus: one file with sources and references.
        source: a file with one source per line, instead of `corpus`.
        references: files with one reference per line.
        hypotheses: files with existing translations, by system.
        recorded: systems in the corpus's own file.
        columns: of `corpus`, where they don't have the usual names.
    """

    source_language: str
    target_language: str
    backend: str | None
    corpus: str | None = None
    source: str | None = None
    references: tuple[str, ...] = ()
    hypotheses: Mapping[str, str] = field(default_factory=dict)
    recorded: tuple[str, ...] = ()
    columns: ColumnMapping = field(default_factory=ColumnMapping)

    @property
    def example(self) -> bool:
        """Whether the first system is an example that its user has to correct before a run."""
        return self.backend not in (None, "apertium") and not (
            self.backend == "file" and self.hypotheses
        )


def write_config(path: Path, answers: Answers, *, force: bool = False) -> None:
    """Write a configuration.

    Args:
        path: the file to write.
        answers: what it says.
        force: replace an existing file.

    Raises:
        ConfigError: the file exists, can't be written, or an answer can't be used.
    """
    text = TEMPLATE.format(
        path=path,
        corpus=_corpus(answers),
        source_language=_quoted(language(answers.source_language, "source language")),
        target_language=_quoted(language(answers.target_language, "target language")),
        systems="\n".join(_systems(answers)),
    )
    if path.exists() and not force:
        raise ConfigError(f"{path} exists; name another file or give --force.")
    try:
        write_whole(path, text)
    except OSError as error:
        raise ConfigError(f"{path} can't be written ({error.strerror}).") from error


def _corpus(answers: Answers) -> str:
    if answers.corpus is not None:
        return TABLE.format(path=_quoted(answers.corpus), columns=_columns(answers.columns))
    references = ", ".join(map(_quoted, answers.references))
    return PARALLEL.format(source=_quoted(answers.source), references=f"[{references}]")


def _columns(columns: ColumnMapping) -> str:
    """The columns that are named, or an example of how they are."""
    roles = ("id", "source", "references", "document", "metadata")
    named = {role: value for role in roles if (value := getattr(columns, role)) is not None}
    if not named:
        return COLUMNS
    return f"columns = {{ {', '.join(f'{role} = {_value(one)}' for role, one in named.items())} }}"


def _value(given: str | tuple[str, ...]) -> str:
    return _quoted(given) if isinstance(given, str) else f"[{', '.join(map(_quoted, given))}]"


def _systems(answers: Answers) -> Iterator[str]:
    backend = answers.backend
    if backend is not None and backend not in SYSTEMS:
        raise ConfigError(f"no template for backend {backend!r}; {suggestion(backend, SYSTEMS)}")
    if answers.recorded:
        yield RECORDED.format(names=", ".join(answers.recorded))
    if backend is not None and not (backend == "file" and answers.hypotheses):
        yield SYSTEMS[backend]
    for name, file in answers.hypotheses.items():
        key = name if BARE.fullmatch(name) else _quoted(name)
        yield f'[systems.{key}]\nbackend = "file"\npath = {_quoted(file)}\n'


def _quoted(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)
