"""How good is a language model on a server of one's own, as a translator and as a judge?

    python benchmarks/judge.py URL MODEL FOLDER [--segments N] [--translate N] [--kinds da,esa,mqm]

URL is the address of a server that speaks OpenAI's protocol, such as http://127.0.0.1:8080/v1, and
takes JSON schemas. The segments are the first of references/en-es that have two references.

As a translator, the model is asked for JSON with its schema, for JSON without, and for plain text.

As a judge, it sees four systems whose order nobody doubts: `human` is one of the two references,
`apertium` was recorded, `careless` is the work of a hurried translator, and `shuffled` is the
translation of another segment. The other reference is for chrF alone. Printed is how often the
judge prefers `human` to each of the others on the same segment (a coin: 50%), how it agrees with
chrF, how many different scores it gives, and what of its answers could not be used. FOLDER keeps
the runs; the cache is FOLDER's own, so that each answer was given to this very command. Start it
again to continue. docs/how-to/language-model-judges.md has figures.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from byte_code import as_installed
from scipy import stats

from mtqe import Run

REFERENCES = Path(__file__).resolve().parents[1] / "references" / "en-es"
CONFIG = """\
[corpus]
name = "en-es-two-references"
source_language = "en"
target_language = "es"
path = "corpus.tsv"

{systems}
[metrics]
chrf = {{}}
"""
RECORDED = """\
[systems.{name}]
backend = "file"
path = "{name}.txt"

"""
ASKED = """\
[systems.{name}]
backend = "openai"
url = {url}
model = {model}
answer = "{answer}"
concurrency = 1
batch_size = 1
timeout = {timeout}
attempts = {attempts}
{parameters}
"""
BEST = "human"
OTHERS = ("careless", "apertium", "shuffled")


def rows_with_two_references() -> list[tuple[dict[str, str], dict[str, str]]]:
    """Rows of the corpus, and what the recorded systems gave."""
    with (REFERENCES / "corpus.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    recorded = {
        name: (REFERENCES / "hypotheses" / f"{name}.txt").read_text("utf-8").splitlines()
        for name in ("apertium", "careless")
    }
    return [
        (row, {name: texts[place] for name, texts in recorded.items()})
        for place, row in enumerate(rows)
        if row["reference_2"]
    ]


def prepare(folder: Path, segments: int, systems: str, *, recorded: bool) -> Path:
    """Write corpus, recorded systems and mtqe.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = rows_with_two_references()[:segments]
    table = ["segment_id\tsource\treference"]
    table += [f"{row['segment_id']}\t{row['source']}\t{row['reference']}" for row, _ in rows]
    _lines(folder / "corpus.tsv", table)
    if recorded:
        human = [row["reference_2"] for row, _ in rows]
        texts = {
            BEST: human,
            "shuffled": [*human[1:], human[0]],
            **{name: [given[name] for _, given in rows] for name in ("apertium", "careless")},
        }
        for name, lines in texts.items():
            _lines(folder / f"{name}.txt", lines)
            systems += RECORDED.format(name=name)
    config = folder / "mtqe.toml"
    config.write_text(CONFIG.format(systems=systems), encoding="utf-8")
    return config


def _lines(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def mtqe(folder: Path, *arguments: str) -> tuple[str, float]:
    """Run a command of mtqe with a cache of its own; its output, and the seconds it took."""
    environment = {**as_installed(), "MTQE_HOME": str(folder / "home")}
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "mtqe", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
    return done.stdout + done.stderr, time.monotonic() - started


def translated(options: argparse.Namespace) -> None:
    """The model as a translator, by the form in which it is asked."""
    forms = {
        "schema": ("json", 'schema = "json_schema"'),
        "json": ("json", 'schema = "none"'),
        "text": ("text", ""),
    }
    systems = "".join(
        ASKED.format(
            name=name, url=json.dumps(options.url), model=json.dumps(options.model), answer=answer,
            timeout=options.timeout, attempts=options.attempts, parameters=parameters,
        )
        for name, (answer, parameters) in forms.items()
    )  # fmt: skip
    folder = options.folder / "translator"
    config = prepare(folder, options.translate, systems, recorded=False)
    output = str(folder / "run")
    mtqe(folder, "run", str(config), "--output", output, "--yes", "--allow-untranslated")
    run = Run.read(output)
    print("| asked for | translated | chrF | seconds a segment | tokens written | why not |")
    print("|---|---:|---:|---:|---:|---|")
    for system in run.systems:
        mine = run.segments[run.segments["system"] == system]
        usage = run.manifest.systems[run.systems.index(system)].usage
        done = int(mine["hypothesis"].notna().sum())
        reasons = Counter(str(reason)[:60] for reason in mine["failure"].dropna() if reason)
        score = f"{mine['chrf'].mean():.1f}" if done else "none"
        seconds = f"{usage.latency:.1f}" if usage and usage.latency else "none"
        tokens = usage.output_tokens if usage else 0
        why = "; ".join(f"{count} × {reason}" for reason, count in reasons.most_common(2))
        print(f"| {system} | {done} of {len(mine)} | {score} | {seconds} | {tokens} | {why} |")


def judged(options: argparse.Namespace) -> None:
    """The model as a judge, by the kind of judgement."""
    folder = options.folder / "judge"
    config = prepare(folder, options.segments, "", recorded=True)
    output = str(folder / "run")
    mtqe(folder, "run", str(config), "--output", output)
    for kind in options.kinds.split(","):
        said, seconds = mtqe(
            folder, "judge", output, "--url", options.url, "--model", options.model,
            "--kind", kind, "--name", kind, "--yes", "--set", "concurrency=1",
            "--set", f"timeout={options.timeout}", "--set", f"max_tokens={options.tokens}",
            "--set", "misquoted=drop", "--set", f"attempts={options.attempts}",
        )  # fmt: skip
        (folder / f"{kind}.txt").write_text(said, encoding="utf-8")
        run = Run.read(output)
        if kind not in run.segments:
            print(f"{kind}: no score at all: {said.strip().splitlines()[-1]}")
            continue
        report(run, kind, seconds)


def report(run: Run, kind: str, seconds: float) -> None:
    """What a judge's scores are worth."""
    frame = run.segments
    scored = frame[frame[kind].notna()]
    print(f"\n{kind}: {len(scored)} of {len(frame)} scored in {seconds:.0f} s")
    print(f"different scores: {scored[kind].nunique()}, most often {_often(scored[kind])}")
    print(
        "means: "
        + ", ".join(f"{s} {v:.1f}" for s, v in scored.groupby("system")[kind].mean().items())
    )
    wide = frame.pivot(index="segment_id", columns="system", values=kind)
    chrf = frame.pivot(index="segment_id", columns="system", values="chrf")
    for name in OTHERS:
        print(f"{BEST} before {name}: judge {_prefers(wide, name)}, chrF {_prefers(chrf, name)}")
    if scored[kind].nunique() > 1:
        tau = stats.kendalltau(scored[kind], scored["chrf"]).statistic
        print(f"Kendall's tau with chrF over all translations: {tau:.2f}")
    spans = run.spans
    mine = spans[spans["origin"] == f"judge:{kind}"]
    print(f"errors: {len(mine)} in the texts, by system {mine['system'].value_counts().to_dict()}")


def _often(scores: pd.Series[float]) -> str:
    value, count = Counter(scores).most_common(1)[0]
    return f"{value:g} ({count} times)"


def _prefers(wide: pd.DataFrame, name: str) -> str:
    """How often the best system's score is higher than another's; a tie is half."""
    pairs = wide[[BEST, name]].dropna()
    if pairs.empty:
        return "none"
    wins = np.sign(pairs[BEST] - pairs[name])
    return f"{float((wins / 2 + 0.5).mean()):.0%} of {len(pairs)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("model")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--segments", type=int, default=40, help="judged, of each system")
    parser.add_argument("--translate", type=int, default=20, help="segments to translate")
    parser.add_argument("--kinds", default="da,esa,mqm")
    parser.add_argument("--timeout", type=float, default=300.0)
    parser.add_argument("--tokens", type=int, default=400, help="that a judgement may have")
    parser.add_argument("--attempts", type=int, default=3)
    options = parser.parse_args()
    if options.translate:
        translated(options)
    if options.segments:
        judged(options)


if __name__ == "__main__":
    main()
