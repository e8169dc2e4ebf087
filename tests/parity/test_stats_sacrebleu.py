"""Our resampling beside sacreBLEU's own `--paired-bs` and `--paired-ar`."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.significance import _compute_p_value, estimate_ci
from scipy.stats import t as student

from mtqe.stats import bootstrap, permutation

DE_EN = Path(__file__).parents[2] / "../shared/data/systems/de-en.tsv.gz"
METRICS = {"BLEU": BLEU, "chrF2": CHRF}
SEED = 12345  # sacreBLEU's own
RESAMPLES = 1000

REFERENCE = [
    "The ferry leaves the old harbour at seven in the morning.",
    "Please close the window before the rain comes in.",
    "She has not read the letter that arrived on Monday.",
    "Our neighbours keep three goats and a very loud rooster.",
    "The committee will publish its report next week.",
    "Nobody knew where the key to the cellar was.",
    "Bread prices rose by four percent within a year.",
    "He repaired the bicycle with a piece of wire.",
    "The museum is closed on public holidays.",
    "They walked along the river until it got dark.",
    "Can you tell me how to get to the station?",
    "The second half of the film was much better.",
]
BASELINE = [
    "The ferry leaves the old port at seven in the morning.",
    "Please shut the window before it is raining in.",
    "She has not read the letter which came on Monday.",
    "Our neighbours have three goats and a very noisy cock.",
    "The committee will publish its report next week.",
    "No one knew where the key of the basement was.",
    "The price for bread increased four percent in one year.",
    "He repaired the bike with a piece of wire.",
    "The museum is closed on holidays.",
    "They went along the river until it was dark.",
    "Can you say me how I come to the station?",
    "The second half of the movie was a lot better.",
]
CLOSE = [
    "The ferry departs the old harbour at seven o'clock in the morning.",
    "Please close the window before the rain gets in.",
    "She did not read the letter which arrived on Monday.",
    "Our neighbours keep three goats and a very loud cock.",
    "The committee publishes its report in the next week.",
    "Nobody knew where the basement key was.",
    "Bread prices rose by four percent in a year.",
    "He fixed the bicycle with a bit of wire.",
    "The museum is closed on public holidays.",
    "They walked by the river till it got dark.",
    "Can you tell me the way to the station?",
    "The film's second half was much better.",
]
WORSE = [
    "Ferry goes from the old harbour at seven.",
    "Please window close before rain.",
    "She the letter from Monday not read.",
    "Neighbours three goats and loud rooster.",
    "The committee reports publish next week.",
    "Nobody knew cellar key.",
    "Price of bread four percent more.",
    "He repaired bicycle by wire.",
    "Museum closes on holidays.",
    "They walked river until dark.",
    "How to get to station?",
    "Second half of film was better.",
]


@pytest.fixture(scope="module", params=["small", "de-en"])
def texts(request):
    """The reference and the systems, the baseline first."""
    if request.param == "small":
        return REFERENCE, {"baseline": BASELINE, "close": CLOSE, "worse": WORSE}
    if not DE_EN.exists():
        pytest.skip(f"needs {DE_EN.name} in ../shared/data/systems")
    with gzip.open(DE_EN, "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    systems = ["ONLINE-A", "ONLINE-G", "NLLB_Greedy"]
    return [row["refA"] for row in rows], {s: [row[s] for row in rows] for s in systems}


def run_sacrebleu(texts, folder, *options):
    """Run the program; return its table, {(system, metric): row}."""
    reference, systems = texts
    for name, lines in {"reference": reference, **systems}.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    command = [sys.executable, "-m", "sacrebleu", "reference", "-i", *systems]
    command += ["-m", "bleu", "chrf", "-f", "json", *options]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return {
        (row["system"].split()[-1].strip("()"), metric): row[metric]
        for row in json.loads(done.stdout)
        for metric in METRICS
    }


def statistics_of(metric, texts):
    reference, systems = texts
    extracted = [
        metric._extract_corpus_statistics(hypotheses, [reference])
        for hypotheses in systems.values()
    ]
    return np.array(extracted, dtype=np.float64)


def score_of(metric):
    """sacreBLEU's own score of each row of sums."""

    def score(sums):
        rows = sums.reshape(-1, sums.shape[-1])
        scores = [metric._compute_score_from_stats(list(row)).score for row in rows]
        return np.array(scores).reshape(sums.shape[:-1])

    return score


@pytest.fixture(scope="module")
def paired_bootstrap(texts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bs")
    return run_sacrebleu(texts, folder, "--paired-bs", "--paired-bs-n", str(RESAMPLES))


@pytest.fixture(scope="module")
def paired_randomization(texts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ar")
    return run_sacrebleu(texts, folder, "--paired-ar", "--paired-ar-n", str(RESAMPLES))


@pytest.fixture(scope="module", params=METRICS)
def metric_name(request):
    return request.param


@pytest.fixture(scope="module")
def resampled(texts, metric_name):
    metric = METRICS[metric_name]()
    return bootstrap(
        statistics_of(metric, texts),
        score_of(metric),
        rng=np.random.default_rng(SEED),
        resamples=RESAMPLES,
    )


def test_resampled_scores_equal_sacrebleus(texts, metric_name, resampled):
    metric = METRICS[metric_name]()
    segments = len(texts[0])
    drawn = np.random.default_rng(SEED).choice(segments, size=(RESAMPLES, segments), replace=True)
    statistics = statistics_of(metric, texts)[1]
    theirs = [metric._compute_score_from_stats(statistics[row].sum(0)).score for row in drawn]
    np.testing.assert_allclose(resampled.resampled[1], theirs, rtol=0, atol=1e-9)


def unwidened_level(segments):
    """The level whose interval, once widened for so few segments, is the plain 95 % one."""
    return 1 - 2 * student.sf(1.959964 * np.sqrt((segments - 1) / segments), df=segments - 1)


def test_scores_and_intervals_equal_the_programs(texts, metric_name, resampled, paired_bootstrap):
    for system, name in enumerate(texts[1]):
        theirs = paired_bootstrap[name, metric_name]
        mean, half_width = estimate_ci(resampled.resampled[system])
        assert resampled.scores[system] == pytest.approx(theirs["score"], abs=1e-9)
        # The program reduces resampled sums in float32, which costs chrF up to 2e-6.
        assert mean == pytest.approx(theirs["mean"], abs=5e-6)
        assert half_width == pytest.approx(theirs["ci"], abs=5e-6)
        ours = resampled.interval(system, level=unwidened_level(len(texts[0])))
        # They take the order statistics at 2.5 %, we interpolate: neighbours among 1,000.
        assert (ours.high - ours.low) / 2 == pytest.approx(theirs["ci"], rel=0.06)


def test_their_p_value_follows_from_our_resamples(texts, metric_name, resampled, paired_bootstrap):
    for system, name in list(enumerate(texts[1]))[1:]:
        differences = np.abs(resampled.resampled[system] - resampled.resampled[0])
        observed = abs(resampled.scores[system] - resampled.scores[0])
        p_value = _compute_p_value(differences - differences.mean(), observed)
        assert p_value == paired_bootstrap[name, metric_name]["p_value"]


def test_their_bootstrap_p_value_is_our_one_sided_one(
    texts, metric_name, resampled, paired_bootstrap
):
    """Absolute differences centred on their mean leave out the other tail."""
    for system, name in list(enumerate(texts[1]))[1:]:
        ahead = "greater" if resampled.scores[system] > resampled.scores[0] else "less"
        ours = resampled.difference(system, 0, alternative=ahead).p_value
        theirs = paired_bootstrap[name, metric_name]["p_value"]
        if ours < 0.05:  # else zero lies among the resamples, and taking absolutes folds them
            assert ours == pytest.approx(theirs, abs=0.02)


def test_randomization_p_values_agree(texts, metric_name, paired_randomization):
    metric = METRICS[metric_name]()
    permuted = permutation(
        statistics_of(metric, texts),
        score_of(metric),
        rng=np.random.default_rng(SEED),
        resamples=RESAMPLES,
    )
    for system, name in list(enumerate(texts[1]))[1:]:
        ours = permuted.p_value(system, 0)
        theirs = paired_randomization[name, metric_name]["p_value"]
        # Four standard errors of the difference of two estimates of one probability.
        error = np.sqrt(2 * theirs * (1 - theirs) / RESAMPLES)
        assert ours == pytest.approx(theirs, abs=4 * error + 2 / RESAMPLES)
