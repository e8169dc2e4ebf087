"""Every option of `sacrebleu --help` has its counterpart; metrics' options, the same numbers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sacrebleu

from mtqe.evaluation.existing import metric_options
from mtqe.metrics.base import Sample
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.registry import metric_class
from mtqe.metrics.surface import BLEU

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "sacrebleu.md"
TEXTS = [
    ("The Dog barks loudly, tonight!", "Tonight the dog is barking loudly.", "A dog barks."),
    ("It cost £3.50 in 1998", "It cost 3.50 £ in 1998.", "In 1998, it cost £3.50."),
    ("面包店 六点开门。", "这家面包店六点开门。", "面包店"),
    ("nothing alike", "completely different words here", "no"),
]
CASES = {
    **{f"-tok {name}": f"bleu.tokenize={name}" for name in ("none", "zh", "13a", "intl", "char")},
    "-lc": "bleu.lowercase=true",
    "-s none": "bleu.smooth_method=none",
    "-s floor": "bleu.smooth_method=floor",
    "-s floor -sv 0.5": "bleu.smooth_method=floor bleu.smooth_value=0.5",
    "-s add-k -sv 2": "bleu.smooth_method=add-k bleu.smooth_value=2",
    "-s exp": "bleu.smooth_method=exp",
    "--force": "",
    "-cc 4": "chrf.char_order=4",
    "-cw 2": "chrf.word_order=2",
    "--chrf-whitespace": "chrf.whitespace=true",
    "--chrf-lowercase": "chrf.lowercase=true",
    "--chrf-eps-smoothing": "chrf.eps_smoothing=true",
    "--ter-case-sensitive": "ter.case_sensitive=true",
    "--ter-asian-support --ter-normalized": "ter.asian_support=true ter.normalized=true",
    "--ter-no-punct": "ter.no_punct=true",
    "--ter-normalized": "ter.normalized=true",
}


def name_of(settings: str) -> str:
    return settings.partition(".")[0] or "bleu"


def program(*arguments: str) -> str:
    command = [sys.executable, "-m", "sacrebleu", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=True, timeout=120
    )
    return done.stdout


def documented() -> set[str]:
    """Options in the first columns of the page's tables."""
    rows = (row for row in PAGE.read_text("utf-8").splitlines() if row.startswith("| `-"))
    return {option for row in rows for option in re.findall("`(-[^`]*)`", row.split(" | ")[0])}


def test_every_option_of_the_program_is_in_the_table():
    lines = re.findall(r"^  (-.*)", program("--help"), re.MULTILINE)
    options = {option for line in lines for option in re.findall(r"(?<!\S)(--?[\w-]+)", line)}

    assert {"--tokenize", "-tok", "--chrf-beta", "--paired-ar-n", "-pbsn"} <= options
    assert documented() == options


def test_every_tokenizer_is_one_of_ours():
    choices = re.search(r"--tokenize \{([^}]*)\}", program("--help"))[1]

    for tokenizer in choices.split(","):
        assert BLEU.from_options({"tokenize": tokenizer}, "en").tokenize == tokenizer


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    paths = [folder / f"{column}.txt" for column in range(3)]
    for path, lines in zip(paths, zip(*TEXTS, strict=True), strict=True):
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return [str(path) for path in paths]


@pytest.mark.parametrize("arguments", CASES)
def test_options_of_metrics_give_the_same_score_and_signature(arguments, files):
    settings = CASES[arguments].split()
    name = name_of(CASES[arguments])
    given = metric_options([name], models=[], precision=None, settings=settings)[name]
    metric = metric_class(name).from_options(given, "en")

    hypothesis, *references = files
    printed = json.loads(
        program(*references, "-i", hypothesis, "-m", name, "-w", "14", *arguments.split())
    )

    statistics = metric.statistics([Sample("", h, tuple(r)) for h, *r in TEXTS], ModelPool())
    score = metric.corpus_scores(statistics.sum(axis=0))
    assert f"{score:.14f}" == f"{printed['score']:.14f}"
    assert str(metric.signature("2")) == printed["signature"]


def test_beta_gives_the_same_score_and_is_added_to_the_signature(files):
    metric = metric_class("chrf").from_options({"beta": 1}, "en")
    hypothesis, *references = files
    printed = json.loads(
        program(*references, "-i", hypothesis, "-m", "chrf", "-w", "14", "--chrf-beta", "1")
    )

    statistics = metric.statistics([Sample("", h, tuple(r)) for h, *r in TEXTS], ModelPool())

    assert f"{metric.corpus_scores(statistics.sum(axis=0)):.14f}" == f"{printed['score']:.14f}"
    assert str(metric.signature("2")) == f"{printed['signature']}|beta:1"


@pytest.mark.parametrize("effective", [True, False])
@pytest.mark.parametrize("smoothing", ["exp", "floor", "add-k", "none"])
def test_effective_order_gives_the_scores_of_the_class(effective, smoothing):
    metric = BLEU(effective_order=effective, smooth_method=smoothing)
    peer = sacrebleu.BLEU(effective_order=effective, smooth_method=smoothing)
    texts = [*TEXTS, ("test", "a test", "tests"), ("a b", "a b", "b a"), ("", "x", "y")]
    hypotheses, *references = zip(*texts, strict=True)

    statistics = metric.statistics([Sample("", h, tuple(r)) for h, *r in texts], ModelPool())

    expected = peer.corpus_score(list(hypotheses), [list(column) for column in references])
    corpus = metric.corpus_scores(statistics.sum(axis=0))
    assert corpus == pytest.approx(expected.score, abs=1e-12)
    options = {"use_effective_order": effective, "smooth_method": smoothing}
    segments = [sacrebleu.sentence_bleu(h, r, **options).score for h, *r in texts]
    np.testing.assert_allclose(metric.segment_scores(statistics), segments, atol=1e-12)
    assert f"eff:{'yes' if effective else 'no'}" in str(metric.signature("2"))
    assert metric.signature("2") != BLEU(smooth_method=smoothing).signature("2")


def test_effective_order_counts_in_a_corpus_without_long_matches():
    sample = [Sample("", "test", ("a test",))]
    statistics = BLEU(smooth_method="floor").statistics(sample, ModelPool()).sum(axis=0)

    whole = BLEU(smooth_method="floor").corpus_scores(statistics)

    assert BLEU(smooth_method="floor", effective_order=True).corpus_scores(statistics) > whole
