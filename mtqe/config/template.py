"""A commented first configuration."""

from __future__ import annotations

import json
from pathlib import Path

from mtqe.errors import ConfigError
from mtqe.support.files import write_whole
from mtqe.support.languages import language
from mtqe.support.options import suggestion

SYSTEMS = {
    "apertium": """\
[systems.apertium]
backend = "apertium"           # Debian's packages; `mtqe doctor` names the one for your languages
# pair = "eng-spa"             # as `apertium -l` lists it
""",
    "command": """\
[systems.my-engine]
backend = "command"            # any program: one source a line in, one translation a line out
command = ["my-engine", "--from", "{source}", "--to", "{target}"]
version = "1"                  # change it with the engine: it keys the cache
# timeout = 600                # seconds a batch
# batch_size = 10000           # segments a process
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
backend = "file"               # existing translations: one a line, or a table with segment ids
path = "hypotheses/my-system.txt"
# column = "hypothesis"        # for a table
""",
}

TEMPLATE = """\
# mtqe.toml: what to translate, who translates and how it is scored.
# Relative paths are relative to this file. Run it with: mtqe run {path}
# Every key: docs/configuration.md. Is it sound? mtqe validate {path}

[corpus]
source_language = {source_language}
target_language = {target_language}
path = {corpus}                # TSV, CSV, JSONL or Parquet, gzip'd if you like
# columns = {{ id = "segment_id", source = "source", references = ["reference"] }}
# Line-aligned text instead of a table: source = "source.txt", references = ["reference.txt"]

{systems}
# One table a system; all backends: docs/configuration.md.
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
"""


def write_config(
    path: Path,
    *,
    corpus: str,
    source_language: str,
    target_language: str,
    backend: str,
    force: bool = False,
) -> None:
    """Write a configuration with one system.

    Args:
        path: the file to write.
        corpus: a table with sources and references.
        source_language: a language tag.
        target_language: a language tag.
        backend: ``apertium``, ``command``, ``transformers`` or ``file``.
        force: replace an existing file.

    Raises:
        ConfigError: the file exists, can't be written, or an answer can't be used.
    """
    if backend not in SYSTEMS:
        raise ConfigError(f"no template for backend {backend!r}; {suggestion(backend, SYSTEMS)}")
    text = TEMPLATE.format(
        path=path,
        corpus=json.dumps(corpus, ensure_ascii=False),
        source_language=json.dumps(language(source_language, "source language")),
        target_language=json.dumps(language(target_language, "target language")),
        systems=SYSTEMS[backend],
    )
    if path.exists() and not force:
        raise ConfigError(f"{path} exists; name another file or give --force.")
    try:
        write_whole(path, text)
    except OSError as error:
        raise ConfigError(f"{path} can't be written ({error.strerror}).") from error
