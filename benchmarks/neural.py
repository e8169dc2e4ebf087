"""How much faster are COMET and BERTScore than their own programs, start-up and all?

    python benchmarks/neural.py comet --systems 5        # beside comet-score --gpus 0
    python benchmarks/neural.py comet --systems 13
    python benchmarks/neural.py bertscore --systems 5    # beside bert-score, once a system
    python benchmarks/neural.py large                    # 100,000 segments x 2 systems, memory

Whole processes take turns on WMT23 de-en, with the same weights: the peer's program, then `mtqe
score` without its cache in fp32 and in bf16. Wall time and processor time are both printed, for on
a busy machine only the latter is fair. Ranking of systems must be the peer's. Needs ../shared/data.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from byte_code import as_installed

from mtqe.metrics.base import Sample
from mtqe.metrics.models.store import ModelStore
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.encoders.precision import is_fast_in_bf16
from mtqe.metrics.pool import ModelPool

DATA = Path(__file__).parents[1] / "../shared/data"
PROGRAMS = Path(sys.executable).parent
PRECISIONS = ("fp32", "bf16")
LARGE = 100_000


@dataclass(frozen=True)
class Texts:
    """Text files, one segment a line."""

    source: Path
    reference: Path
    hypotheses: tuple[Path, ...]


@dataclass(frozen=True)
class Timed:
    """Wall and processor seconds of some processes, and the score of each system."""

    wall: float
    processor: float
    scores: tuple[float, ...]


def write_texts(folder: Path, systems: int, segments: int | None) -> Texts:
    """Write the first systems of WMT23 de-en."""
    path = DATA / "systems/de-en.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        header, *rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    paths = []
    for column, name in enumerate(header[1 : 3 + systems], start=1):
        paths.append(folder / name)
        text = "".join(f"{row[column]}\n" for row in rows[:segments])
        paths[-1].write_text(text, encoding="utf-8")
    return Texts(paths[0], paths[1], tuple(paths[2:]))


def comet_score(texts: Texts) -> Timed:
    """unbabel-comet's program, on all systems at once."""
    model = str(ModelStore().path("mtqe-comet-mini"))
    files = ["-s", str(texts.source), "-r", str(texts.reference)]
    systems = ["-t", *map(str, texts.hypotheses)]
    options = ["--model", model, "--gpus", "0", "--only_system", "--quiet"]
    return timed([[str(PROGRAMS / "comet-score"), *files, *systems, *options]], comet_scores)


def comet_scores(output: str) -> tuple[float, ...]:
    """The numbers after ``score:``, a line a system."""
    return tuple(float(text) for text in re.findall(r"score: (-?[\d.]+)", output))


def bert_score(texts: Texts) -> Timed:
    """bert-score's program, once a system."""
    metric = BERTScore()
    folder = str(ModelStore().path(metric.model))
    options = ["-m", folder, "-l", str(metric.encoder_layer), "--lang", "en"]
    program = [str(PROGRAMS / "bert-score"), "-r", str(texts.reference), *options]
    commands = [[*program, "-c", str(hypothesis)] for hypothesis in texts.hypotheses]
    return timed(commands, lambda text: tuple(map(float, re.findall(r"F1: ([\d.]+)", text))))


def mtqe_score(metric: str, precision: str, texts: Texts) -> Timed:
    """`mtqe score` without its cache, run folder and report included."""
    with tempfile.TemporaryDirectory() as folder:
        files = ["--source", str(texts.source), "--reference", str(texts.reference)]
        for path in texts.hypotheses:
            files += ["--hypothesis", f"{path.name}={path}"]
        languages = ["--source-language", "de", "--target-language", "en"]
        options = ["-m", metric, "--precision", precision, "--no-cache", "--json"]
        command = [str(PROGRAMS / "mtqe"), "score", *files, *languages, *options]
        return timed([[*command, "-o", f"{folder}/run"]], json_scores)


def json_scores(output: str) -> tuple[float, ...]:
    """The scores in the output of ``mtqe score --json``."""
    return tuple(system["scores"][0]["score"] for system in json.loads(output)["systems"])


def timed(commands: Sequence[list[str]], read: Callable[[str], tuple[float, ...]]) -> Timed:
    """Run programs one after the other."""
    before, start = processor_seconds(), perf_counter()
    outputs = [
        subprocess.run(
            command, check=True, capture_output=True, text=True, env=as_installed()
        ).stdout
        for command in commands
    ]
    wall = perf_counter() - start
    scores = tuple(score for output in outputs for score in read(output))
    return Timed(wall, processor_seconds() - before, scores)


def processor_seconds() -> float:
    """Of all child processes so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ranking(scores: Sequence[float]) -> list[int]:
    """Systems from best to worst."""
    return sorted(range(len(scores)), key=lambda i: -scores[i])


def beside_peer(metric: str, texts: Texts, rounds: int) -> None:
    """Take turns, then print medians, ratios and their spread."""
    peer = {"comet": comet_score, "bertscore": bert_score}[metric]
    theirs: list[Timed] = []
    ours: dict[str, list[Timed]] = {precision: [] for precision in taken_precisions()}
    for number in range(rounds):
        theirs.append(peer(texts))
        report(f"round {number + 1}: peer", theirs[-1])
        for precision in ours:
            ours[precision].append(mtqe_score(metric, precision, texts))
            report(f"round {number + 1}: mtqe {precision}", ours[precision][-1])
    for precision in ours:
        summarize(
            f"{metric}, {len(texts.hypotheses)} systems, {precision}", theirs, ours[precision]
        )


def taken_precisions() -> tuple[str, ...]:
    """Those that this machine multiplies itself; bf16 elsewhere takes a hundred times as long."""
    return PRECISIONS if is_fast_in_bf16() else ("fp32",)


def report(label: str, run: Timed) -> None:
    """One line for one process or series of processes."""
    scores = " ".join(f"{score:.4f}" for score in run.scores)
    print(
        f"{label:22} {run.wall:7.1f} s wall {run.processor:7.1f} s processor  {scores}", flush=True
    )


def summarize(label: str, theirs: Sequence[Timed], ours: Sequence[Timed]) -> None:
    """Medians of the ratios, with the smallest and the largest."""
    pairs = list(zip(theirs, ours, strict=True))
    wall = sorted(peer.wall / our.wall for peer, our in pairs)
    processor = sorted(peer.processor / our.processor for peer, our in pairs)
    same = all(ranking(peer.scores) == ranking(our.scores) for peer, our in pairs)
    print(
        f"{label:28} wall {median(wall):5.1f}x ({wall[0]:.1f}-{wall[-1]:.1f}), "
        f"processor {median(processor):5.1f}x ({processor[0]:.1f}-{processor[-1]:.1f}), "
        f"ranking {'the same' if same else 'DIFFERS'}"
    )


def large(segments: int, precision: str) -> None:
    """Print time and peak memory of BERTScore on rated segments and two systems, as JSON."""
    path = DATA / "human-ratings/train_full.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = [(row["mt"], row["ref"]) for row in islice(reader, segments)]
    both = [(text, " ".join(reversed(text.split())), ref) for text, ref in rows]
    samples = [Sample("", text, (ref,)) for *texts, ref in both for text in texts]
    pool, metric = ModelPool(), BERTScore(precision=precision)
    metric.statistics(samples[:2], pool)
    used, start = process_time(), perf_counter()
    metric.statistics(samples, pool)
    found = {
        "wall": {metric.name: perf_counter() - start},
        "processor": {metric.name: process_time() - used},
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }
    print(json.dumps(found))


def main() -> None:
    """Read the command line and run one comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("comet", "bertscore", "large"))
    parser.add_argument("--systems", type=int, default=5)
    parser.add_argument("--segments", type=int, help="fewer, for a quick look")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--precision", choices=PRECISIONS, default="fp32", help="of large")
    options = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    if options.what == "large":
        large(options.segments or LARGE, options.precision)
        return
    with tempfile.TemporaryDirectory() as folder:
        texts = write_texts(Path(folder), options.systems, options.segments)
        beside_peer(options.what, texts, options.rounds)


if __name__ == "__main__":
    main()
