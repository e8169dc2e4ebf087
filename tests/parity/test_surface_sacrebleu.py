"""Our BLEU, chrF, chrF++ and TER beside the `sacrebleu` program and its statistics."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtqe.metrics.base import Sample
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import BLEU, CHRF, TER, CHRFPlusPlus
from mtqe.metrics.surface.base import SurfaceMetric

SYSTEMS = Path(__file__).parents[2] / "../shared/data/systems"
TER_SEGMENTS = 25  # sacreBLEU's TER takes long

REFERENCES = [
    [
        "The bakery on the corner opens at six, even on Sundays.",
        "Turn the valve to the left until it clicks.",
        "It cost £3.50 in 1998; today it's over £12,000.",
        "“Have you seen my glasses?” she asked—again.",
        "Tom & Jerry said: &quot;no comment&quot;.",
        "Visit www.example.org/help or call +44 20-7946-0000.",
    ],
    [
        "Even on Sundays, the corner bakery opens at six o'clock.",
        "Turn the valve left until you hear a click.",
        "In 1998 it cost £3.50, but now it costs more than £12,000.",
        "She asked again: “Have you seen my glasses?”",
        "“No comment”, said Tom & Jerry.",
        "For help, go to www.example.org/help or ring +44 20-7946-0000.",
    ],
]
HYPOTHESES = [
    "The corner bakery opens at six even on Sundays.",
    "Until it clicks turn the valve to left.",
    "It cost 3.50 £ in 1998, today over 12 000 £.",
    "\"Did you see my glasses?\", she asked again.",
    "Tom & Jerry say: \"No comment.\"",
    "Call +44 20-7946-0000 or visit www.example.org/help",
]  # fmt: skip
CHINESE = (
    [
        "面包店六点开门，星期天也一样。",
        "请把阀门向左拧，直到听见“咔嗒”一声。",
        "1998年它只要3.5元。",
    ],
    ["这家面包店六点开门,周日也开。", "将阀门向左转动直到发出咔嗒声。", "在1998年，价格是3.50元。"],
)


def program(folder: Path, arguments: Sequence[str], *files: Sequence[str]) -> str:
    """Run `sacrebleu` on texts: all files but the last are references."""
    paths = []
    for number, lines in enumerate(files):
        path = folder / f"{number}.txt"
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="\n")
        paths.append(str(path))
    command = [sys.executable, "-m", "sacrebleu", *paths[:-1], "-i", paths[-1], *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    return done.stdout


def samples(hypotheses: Sequence[str], *references: Sequence[str]) -> list[Sample]:
    rows = zip(hypotheses, *references, strict=True)
    return [Sample("", hypothesis, tuple(given)) for hypothesis, *given in rows]


def count(metric: SurfaceMetric, given: Sequence[Sample]) -> np.ndarray:
    """By the kernels, however few the samples."""
    statistics = np.empty((len(given), len(metric.statistic_names)))
    for indices, rows in metric.count_blocks(given):
        statistics[indices] = rows
    return statistics


@pytest.mark.parametrize("references", [1, 2])
@pytest.mark.parametrize(
    ("metric", "arguments"),
    [
        (BLEU(), ["-m", "bleu"]),
        (BLEU(tokenize="intl", lowercase=True), ["-m", "bleu", "-tok", "intl", "-lc"]),
        (BLEU(smooth_method="add-k"), ["-m", "bleu", "-s", "add-k"]),
        (CHRF(), ["-m", "chrf"]),
        (CHRFPlusPlus(), ["-m", "chrf", "--chrf-word-order", "2"]),
        (TER(), ["-m", "ter"]),
        (TER(normalized=True, no_punct=True), ["-m", "ter", "--ter-normalized", "--ter-no-punct"]),
    ],
    ids=repr,
)
def test_the_program_prints_our_corpus_score_and_signature(
    metric: SurfaceMetric, arguments: list[str], references: int, tmp_path: Path
) -> None:
    columns = REFERENCES[:references]
    printed = json.loads(program(tmp_path, [*arguments, "-w", "14"], *columns, HYPOTHESES))
    score = metric.corpus_scores(count(metric, samples(HYPOTHESES, *columns)).sum(axis=0))
    assert f"{score:.14f}" == f"{printed['score']:.14f}"
    assert str(metric.signature(str(references))) == printed["signature"]


@pytest.mark.parametrize("metric", [BLEU(), CHRF(), TER()], ids=repr)
def test_the_program_prints_our_segment_scores(metric: SurfaceMetric, tmp_path: Path) -> None:
    arguments = ["-m", metric.name, "--sentence-level", "-w", "14", "-b", "-f", "text"]
    printed = program(tmp_path, arguments, *REFERENCES, HYPOTHESES).split()
    scores = metric.segment_scores(count(metric, samples(HYPOTHESES, *REFERENCES)))
    assert [f"{score:.14f}" for score in scores] == printed


def test_the_program_prints_our_chinese_bleu(tmp_path: Path) -> None:
    metric = BLEU.from_options({}, "zh")
    arguments = ["-m", "bleu", "-tok", "zh", "-w", "14"]
    printed = json.loads(program(tmp_path, arguments, *CHINESE))
    score = metric.corpus_scores(count(metric, samples(CHINESE[1], CHINESE[0])).sum(axis=0))
    assert f"{score:.14f}" == f"{printed['score']:.14f}"
    assert str(metric.signature("1")) == printed["signature"]


def read_systems(pair: str) -> tuple[list[str], dict[str, list[str]]]:
    path = SYSTEMS / f"{pair}.tsv.gz"
    if not path.exists():
        pytest.skip(f"needs {path.name} in ../shared/data/systems")
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        names, *rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    reference = columns[names[2]]
    return reference, {name: columns[name] for name in names[3:]}


@pytest.mark.slow
@pytest.mark.parametrize("pair", ["de-en", "en-zh"])
@pytest.mark.parametrize("name", ["bleu", "chrf", "chrf++"])
def test_every_system(pair: str, name: str) -> None:
    reference, systems = read_systems(pair)
    metrics = {"bleu": BLEU.from_options({}, pair[3:]), "chrf": CHRF(), "chrf++": CHRFPlusPlus()}
    metric = metrics[name]
    peer = metric.peer()
    peer._ref_cache = peer._cache_references([reference])
    every = [
        Sample("", text, (ref,))
        for s in systems.values()
        for text, ref in zip(s, reference, strict=True)
    ]
    statistics = metric.statistics(every, ModelPool()).reshape(len(systems), len(reference), -1)
    scores = metric.corpus_scores(statistics.sum(axis=1))
    for system, hypotheses in enumerate(systems.values()):
        theirs: Any = peer._extract_corpus_statistics(hypotheses, None)
        np.testing.assert_array_equal(statistics[system], theirs)
        assert scores[system] == peer._aggregate_and_compute(theirs).score
    assert str(metric.signature("1")) == peer.get_signature().format()


@pytest.mark.slow
@pytest.mark.parametrize("pair", ["de-en", "en-zh"])
def test_ter_of_every_system(pair: str) -> None:
    reference, systems = read_systems(pair)
    metric = TER(normalized=pair == "en-zh", asian_support=pair == "en-zh")
    peer = metric.peer()
    for hypotheses in systems.values():
        given = samples(hypotheses[:TER_SEGMENTS], reference[:TER_SEGMENTS])
        theirs = peer._extract_corpus_statistics(
            hypotheses[:TER_SEGMENTS], [reference[:TER_SEGMENTS]]
        )
        np.testing.assert_array_equal(count(metric, given), theirs)


@pytest.mark.slow
def test_the_program_prints_our_scores_of_every_system(tmp_path: Path) -> None:
    reference, systems = read_systems("de-en")
    for metric in (BLEU(), CHRF()):
        for name, hypotheses in systems.items():
            printed = json.loads(
                program(tmp_path, ["-m", metric.name, "-w", "14"], reference, hypotheses)
            )
            statistics = metric.statistics(samples(hypotheses, reference), ModelPool())
            score = metric.corpus_scores(statistics.sum(axis=0))
            assert f"{score:.14f}" == f"{printed['score']:.14f}", name
            assert str(metric.signature("1")) == printed["signature"]
