"""How fast are BLEU, chrF and TER, and how much memory do they take?

    python benchmarks/surface.py peer    # beside sacreBLEU, WMT23 de-en and en-zh
    python benchmarks/surface.py large   # 100,000 segments x 2 systems, memory too
    python benchmarks/surface.py grow 10000 5   # any number of segments and systems

``peer`` lets mtqe and sacreBLEU take turns, five times, in one process, on texts in memory: corpus
and segment scores of all systems by BLEU and chrF. sacreBLEU gets its faster ways: reference
n-grams counted once for all systems, and tokenized sentences kept from the corpus level to the
sentence level; both are forgotten between rounds, as between two runs of its program. TER is
compared on the first 40 segments. mtqe's kernels are compiled and loaded before the first round.
Both need ../shared/data.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import platform
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
import sacrebleu
import sacrebleu.metrics
from neural import Timed
from numpy.typing import NDArray
from sacrebleu.metrics.base import Metric as SacrebleuMetric
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from sacrebleu.tokenizers.tokenizer_re import TokenizerRegexp
from sacrebleu.tokenizers.tokenizer_ter import TercomTokenizer
from sacrebleu.tokenizers.tokenizer_zh import TokenizerZh

from mtqe.metrics.base import Sample
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import BLEU, CHRF, TER
from mtqe.metrics.surface.base import SurfaceMetric

DATA = Path(__file__).parents[1] / "../shared/data"
ROUNDS = 5
TER_SEGMENTS = 40
LARGE = 100_000

Scores = tuple[list[float], NDArray[np.float64]]


@dataclass(frozen=True)
class Systems:
    """One test set with the translations of several systems."""

    sources: Sequence[str]
    references: Sequence[str]
    hypotheses: Sequence[Sequence[str]]

    def head(self, segments: int) -> Systems:
        """The first segments alone."""
        shorter = [texts[:segments] for texts in self.hypotheses]
        return Systems(self.sources[:segments], self.references[:segments], shorter)


def read_systems(pair: str) -> Systems:
    """Read ``systems/PAIR.tsv.gz``: identifier, source, reference, then a column a system."""
    with gzip.open(DATA / f"systems/{pair}.tsv.gz", "rt", encoding="utf-8", newline="\n") as lines:
        _, *rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    _, sources, references, *hypotheses = zip(*rows, strict=True)
    return Systems(sources, references, hypotheses)


def ours(metric: SurfaceMetric, systems: Systems) -> Scores:
    """Corpus scores and segment scores [systems, segments] by mtqe."""
    samples = [
        Sample(source, texts[index], (reference,))
        for index, (source, reference) in enumerate(
            zip(systems.sources, systems.references, strict=True)
        )
        for texts in systems.hypotheses
    ]
    statistics = metric.statistics(samples, ModelPool())
    segments = metric.segment_scores(statistics).reshape(-1, len(systems.hypotheses)).T
    sums = statistics.reshape(len(systems.sources), len(systems.hypotheses), -1).sum(axis=0)
    return metric.corpus_scores(sums).tolist(), segments


def peers(
    corpus_score: Callable[[Sequence[str]], float],
    segment_score: Callable[[str, list[str]], float],
    systems: Systems,
) -> Scores:
    """The same by sacreBLEU."""
    corpus = [corpus_score(texts) for texts in systems.hypotheses]
    segments = [
        [segment_score(text, [ref]) for text, ref in zip(texts, systems.references, strict=True)]
        for texts in systems.hypotheses
    ]
    return corpus, np.array(segments)


def peer_of(name: str, language: str, systems: Systems) -> Callable[[], Scores]:
    """What sacreBLEU does for one metric, from the reference n-grams on."""

    def bleu() -> Scores:
        fast = sacrebleu.metrics.BLEU(trg_lang=language, references=[systems.references])
        sentence = sacrebleu.metrics.BLEU(trg_lang=language, effective_order=True)
        return scores(fast, sentence)

    def chrf() -> Scores:
        return scores(
            sacrebleu.metrics.CHRF(references=[systems.references]), sacrebleu.metrics.CHRF()
        )

    def ter() -> Scores:
        return scores(
            sacrebleu.metrics.TER(references=[systems.references]), sacrebleu.metrics.TER()
        )

    def scores(corpus: SacrebleuMetric, sentence: SacrebleuMetric) -> Scores:
        return peers(
            lambda texts: corpus.corpus_score(texts, None).score,
            lambda text, references: sentence.sentence_score(text, references).score,
            systems,
        )

    return {"bleu": bleu, "chrf": chrf, "ter": ter}[name]


def forget_tokenized() -> None:
    """Empty sacreBLEU's caches of tokenized sentences."""
    for tokenizer in (Tokenizer13a, TokenizerRegexp, TokenizerZh, TercomTokenizer):
        tokenizer.__call__.cache_clear()


def timed(work: Callable[[], Scores]) -> tuple[float, Scores]:
    """Wall seconds, and what was computed."""
    start = perf_counter()
    scores = work()
    return perf_counter() - start, scores


def compare(label: str, metrics: Sequence[SurfaceMetric], language: str, systems: Systems) -> None:
    """Take turns and print medians, ratio and spread; scores must be equal to the last bit."""
    ours_seconds, peer_seconds = [], []
    for _ in range(ROUNDS):
        forget_tokenized()
        peer_total = our_total = 0.0
        for metric in metrics:
            seconds, theirs = timed(peer_of(metric.name, language, systems))
            peer_total += seconds
            seconds, mine = timed(lambda metric=metric: ours(metric, systems))
            our_total += seconds
            if theirs[0] != mine[0] or not np.array_equal(theirs[1], mine[1]):
                raise SystemExit(f"{label}: {metric.name} differs from sacreBLEU's")
        ours_seconds.append(our_total)
        peer_seconds.append(peer_total)
    ratios = [peer / our for peer, our in zip(peer_seconds, ours_seconds, strict=True)]
    samples = len(systems.sources) * len(systems.hypotheses)
    print(
        f"{label:24} {samples:>7,} {median(peer_seconds):>9.2f} {median(ours_seconds):>8.2f}"
        f" {median(ratios):>7.1f}x {min(ratios):>7.1f}-{max(ratios):.1f}",
        flush=True,
    )


def one_round(pair: str, language: str, segments: int | None = None) -> dict[str, Timed]:
    """BLEU and chrF of all systems, by sacreBLEU and by mtqe with its kernels loaded."""
    systems = read_systems(pair).head(segments or LARGE)
    metrics: tuple[SurfaceMetric, ...] = (BLEU.from_options({}, language), CHRF())
    totals = {"peer": [0.0, 0.0], "mtqe": [0.0, 0.0]}
    forget_tokenized()
    for metric in metrics:
        ours(metric, systems.head(200))
        works = {
            "peer": peer_of(metric.name, language, systems),
            "mtqe": lambda metric=metric: ours(metric, systems),
        }
        for side, work in works.items():
            used, start = process_time(), perf_counter()
            work()
            totals[side][0] += perf_counter() - start
            totals[side][1] += process_time() - used
    return {side: Timed(wall, processor, ()) for side, (wall, processor) in totals.items()}


def grow(segments: int, systems: int) -> None:
    """Print time and peak memory of BLEU, chrF and TER on rated segments, as JSON."""
    path = DATA / "human-ratings/train_full.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = [(row["src"], row["mt"], row["ref"]) for row in islice(reader, segments)]
    sources, hypotheses, references = zip(*rows, strict=True)
    others = [[f"{text} {number}" for text in hypotheses] for number in range(systems)]
    texts = Systems(sources, references, others)
    found: dict[str, object] = {"wall": {}, "processor": {}}
    for metric in (BLEU(), CHRF(), TER()):
        ours(metric, texts.head(500))
        used, start = process_time(), perf_counter()
        ours(metric, texts)
        found["wall"][metric.name] = perf_counter() - start
        found["processor"][metric.name] = process_time() - used
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps(found))


def beside_peer() -> None:
    """Print a table of mtqe beside sacreBLEU."""
    print(f"sacreBLEU {sacrebleu.__version__}, {machine()}; medians of {ROUNDS} rounds, seconds")
    print(f"{'work':24} {'samples':>7} {'sacreBLEU':>9} {'mtqe':>8} {'ratio':>8} {'spread':>12}")
    for pair, language in (("de-en", "en"), ("en-zh", "zh")):
        systems = read_systems(pair)
        bleu, chrf, ter = BLEU.from_options({}, language), CHRF(), TER()
        for metric in (bleu, chrf, ter):
            ours(metric, systems.head(200))
        compare(f"{pair} bleu + chrf", (bleu, chrf), language, systems)
        compare(f"{pair} ter", (ter,), language, systems.head(TER_SEGMENTS))


def large() -> None:
    """Print time and peak memory of two systems on 100,000 rated segments."""
    path = DATA / "human-ratings/train_full.tsv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = [(row["src"], row["mt"], row["ref"]) for row in islice(reader, LARGE)]
    sources, hypotheses, references = zip(*rows, strict=True)
    others = [" ".join(reversed(text.split())) for text in hypotheses]
    systems = Systems(sources, references, (hypotheses, others))
    print(f"{len(rows):,} segments x 2 systems (the second is the first, reversed), {machine()}")
    for metric in (BLEU(), CHRF(), TER()):
        ours(metric, systems.head(500))
        seconds, _ = timed(lambda metric=metric: ours(metric, systems))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"{metric.name:6} {seconds:7.1f} s, peak memory so far {peak:.2f} GB", flush=True)


def machine() -> str:
    """The processor and its number of threads, as Linux names them."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [line.partition(":")[2].strip() for line in info.splitlines() if "model name" in line]
    return f"{len(models)} x {models[0]}, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("peer")
    commands.add_parser("large")
    sizes = commands.add_parser("grow")
    sizes.add_argument("segments", type=int)
    sizes.add_argument("systems", type=int)
    options = parser.parse_args()
    if options.what == "grow":
        grow(options.segments, options.systems)
    else:
        {"peer": beside_peer, "large": large}[options.what]()


if __name__ == "__main__":
    main()
