"""Do the tests of mtqe.stats reject as often as they say, and do the intervals cover?

Simulates many corpora scored by corpus BLEU and prints the figures of docs/why/statistics.md:

    python benchmarks/calibration.py

Two systems draw n-gram matches from one distribution, so that no difference is true and every
rejection is false; or the second is worse by a known amount, to see whether intervals cover it.
Clustered corpora come in documents of one to nine segments, five on average, and each system
has better and worse documents of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sacrebleu.significance import _compute_p_value

from mtqe.stats import Bootstrap, bootstrap, holm, permutation

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

ALPHA = 0.05
RESAMPLES = 1000
ORDERS = np.arange(1, 5)
PENALTY = np.array([0.0, -0.1])  # quality of the second system, in log-odds, where it is worse
SIMULATIONS = {50: 2000, 500: 2000, 5000: 500}


@dataclass(frozen=True)
class Simulated:
    """BLEU statistics ``[systems, segments, 10]`` and the document of each segment."""

    statistics: Floats
    documents: Labels | None


def simulate(
    rng: np.random.Generator, segments: int, *, clustered: bool, quality: Floats
) -> Simulated:
    """Draw a corpus; ``quality`` holds the systems' log-odds of matching a word, less 0.6."""
    systems = quality.size
    documents = _documents(rng, segments) if clustered else None
    log_odds = 0.6 + quality[:, None] + rng.normal(0, 0.8, segments)
    log_odds = log_odds + rng.normal(0, 0.4, (systems, segments))
    if documents is not None:
        log_odds += rng.normal(0, 0.4, (systems, documents[-1] + 1))[:, documents]
    reference = 5 + rng.poisson(18, segments)
    words = np.maximum(1, np.rint(reference * rng.normal(1, 0.08, (systems, segments))))
    ngrams = np.maximum(0, words[..., None] - ORDERS + 1).astype(np.int64)
    matches = rng.binomial(ngrams, (1 / (1 + np.exp(-log_odds)))[..., None] ** ORDERS)
    lengths = np.stack([words, np.broadcast_to(reference, words.shape)], axis=2)
    return Simulated(np.concatenate([lengths, matches, ngrams], axis=2), documents)


def _documents(rng: np.random.Generator, segments: int) -> Labels:
    lengths = rng.integers(1, 10, segments)
    return np.repeat(np.arange(segments), lengths)[:segments]


def bleu(sums: Floats) -> Floats:
    """Corpus BLEU of summed statistics ``[..., 10]``: lengths, matches, n-grams."""
    matches, ngrams = np.maximum(sums[..., 2:6], 0.5), sums[..., 6:10]
    brevity = np.minimum(0, 1 - sums[..., 1] / sums[..., 0])
    scores: Floats = 100 * np.exp(brevity + np.log(matches / ngrams).mean(axis=-1))
    return scores


def sacrebleu_p_value(resampled: Bootstrap) -> float:
    """The p-value that sacreBLEU's paired bootstrap prints for these resamples."""
    differences = np.abs(resampled.resampled[0] - resampled.resampled[1])
    observed = abs(float(resampled.scores[0] - resampled.scores[1]))
    return float(_compute_p_value(differences - differences.mean(), observed))


def p_values(corpus: Simulated, rng: np.random.Generator) -> dict[str, float]:
    """Compare systems 0 and 1 in each way."""
    options: dict[str, Any] = {"rng": rng, "resamples": RESAMPLES, "clusters": corpus.documents}
    resampled = bootstrap(corpus.statistics, bleu, **options)
    permuted = permutation(corpus.statistics, bleu, **options)
    return {
        "permutation": permuted.p_value(0, 1),
        "bootstrap, percentile": resampled.difference(0, 1).p_value,
        "bootstrap, BCa": resampled.difference(0, 1, method="bca").p_value,
        "sacreBLEU's bootstrap p": sacrebleu_p_value(resampled),
    }


def ignoring_documents(corpus: Simulated, rng: np.random.Generator) -> dict[str, float]:
    """What comes of resampling single segments of a clustered corpus."""
    permuted = permutation(corpus.statistics, bleu, rng=rng, resamples=RESAMPLES)
    return {"permutation of single segments": permuted.p_value(0, 1)}


def false_rejections(
    segments: int,
    simulations: int,
    *,
    clustered: bool,
    compare: Callable[[Simulated, np.random.Generator], dict[str, float]] = p_values,
    seed: int = 1,
) -> dict[str, float]:
    """Give each method's rate of p-values below alpha when no difference is true."""
    rng = np.random.default_rng([seed, segments, clustered])
    rejected: dict[str, int] = {}
    for _ in range(simulations):
        corpus = simulate(rng, segments, clustered=clustered, quality=np.zeros(2))
        for method, p_value in compare(corpus, rng).items():
            rejected[method] = rejected.get(method, 0) + (p_value < ALPHA)
    return {method: count / simulations for method, count in rejected.items()}


def coverage(
    segments: int,
    simulations: int,
    *,
    clustered: bool,
    true_segments: int = 1_000_000,
    seed: int = 2,
) -> dict[str, float]:
    """Give the share of 95 % intervals that hold the true score, and the true difference.

    What is true is measured on one corpus of ``true_segments``.
    """
    rng = np.random.default_rng(seed)
    large = simulate(rng, true_segments, clustered=clustered, quality=PENALTY)
    truth = bleu(large.statistics.sum(axis=1))
    rng = np.random.default_rng([seed, segments, clustered])
    covered: dict[str, int] = {}
    for _ in range(simulations):
        corpus = simulate(rng, segments, clustered=clustered, quality=PENALTY)
        for name, holds in _covers(corpus, rng, truth).items():
            covered[name] = covered.get(name, 0) + holds
    return {name: count / simulations for name, count in covered.items()}


def _covers(corpus: Simulated, rng: np.random.Generator, truth: Floats) -> dict[str, bool]:
    (own,) = rng.spawn(1)
    swapped = permutation(
        corpus.statistics, bleu, rng=own, resamples=RESAMPLES, clusters=corpus.documents
    )
    resampled = bootstrap(
        corpus.statistics, bleu, rng=rng, resamples=RESAMPLES, clusters=corpus.documents
    )
    low, high = swapped.difference(0, 1).bounds(1 - ALPHA)
    holds = {"difference, permutation": bool(low <= truth[0] - truth[1] <= high)}
    for method in ("percentile", "bca"):
        score = resampled.interval(0, method=method)
        difference = resampled.difference(0, 1, method=method).interval
        holds[f"score, {method}"] = bool(score.low <= truth[0] <= score.high)
        holds[f"difference, {method}"] = bool(
            difference.low <= truth[0] - truth[1] <= difference.high
        )
    return holds


def family_wise_rate(segments: int, simulations: int, *, systems: int = 4, seed: int = 3) -> float:
    """Give the rate of any false rejection among all pairs of equal systems, after Holm."""
    rng = np.random.default_rng([seed, segments])
    false_findings = 0
    for _ in range(simulations):
        corpus = simulate(rng, segments, clustered=False, quality=np.zeros(systems))
        permuted = permutation(corpus.statistics, bleu, rng=rng, resamples=RESAMPLES)
        pairs = [permuted.p_value(i, j) for i in range(systems) for j in range(i)]
        false_findings += bool((holm(pairs) < ALPHA).any())
    return false_findings / simulations


def band(rate: float, simulations: int, z: float = 2.576) -> tuple[float, float]:
    """Where a true rate falls in so many simulations, in 99 of 100 cases by default."""
    margin = z * sqrt(rate * (1 - rate) / simulations)
    return rate - margin, rate + margin


def main() -> None:
    """Print the tables, one row as soon as it is known."""
    report("rejects", "200 segments", 1000, {"Holm, any of 6 pairs": family_wise_rate(200, 1000)})
    for segments, simulations in SIMULATIONS.items():
        for clustered in (False, True):
            corpus = f"{segments} segments" + (", documents" if clustered else "")
            rates = false_rejections(segments, simulations, clustered=clustered)
            report("rejects", corpus, simulations, rates)
            report(
                "covers", corpus, simulations, coverage(segments, simulations, clustered=clustered)
            )
        rates = false_rejections(segments, simulations, clustered=True, compare=ignoring_documents)
        report("rejects", corpus, simulations, rates)


def report(what: str, corpus: str, simulations: int, rates: dict[str, float]) -> None:
    """Print one line a method, with the band that a rate as promised would fall in."""
    low, high = band(ALPHA if what == "rejects" else 1 - ALPHA, simulations)
    for method, rate in rates.items():
        print(f"| {what} | {corpus} | {method} | {rate:.3f} | {low:.3f} to {high:.3f} |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
