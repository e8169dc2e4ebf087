"""``python -m training.dev``: judge trained models on development data.

Writes ``dev.md`` (the tables of docs/why/models.md), ``dev.json`` (the same with every language
pair) and ``agreement.json`` (what reports say of a language pair) into the output folder. Both
models are scored in one pass of the encoder that they share, in numbers that this machine is fast
in.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mtqe.metrics.models.assembly import sha256_files
from mtqe.metrics.models.builtin import BuiltInModel
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet, CometMetric, CometQE
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import BLEU, CHRF
from mtqe.people.metaeval.pairs import Floats
from mtqe.people.metaeval.public_ratings import PublicRating
from mtqe.people.metaeval.scoring import score_ratings
from training.calibrate import sigmoid
from training.devsets import SETS, DevSet
from training.judge import MEASURES, Draws, judge, mean
from training.recipe import Recipe
from training.scoring import score
from training.trained import load_exported

MINIS: Mapping[str, type[CometMetric]] = {"mtqe-comet-mini": Comet, "mtqe-kiwi-mini": CometQE}
STUDENT, QE = MINIS
TRAINED_CAMPAIGN = ("wmt20-da", "teacher")
PREVIOUS = f"{STUDENT} 0.1"
BASELINE = "chrf"
PARTS = (STUDENT, "bertscore", "chrf")
ENSEMBLE = " + ".join(PARTS)
MEAN = "mean"
# What the issue of a new model asks for: so many times the gain of the model before.
WANTED_RATIO = 1.6

Scores = dict[str, Floats]


def main() -> None:
    """Score the development sets, compare with people, and write the table."""
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    pool = ModelPool(threads=arguments.threads)
    found: dict[str, dict[str, dict[str, Draws]]] = {}
    scored: list[tuple[DevSet, Scores]] = []
    for name in arguments.sets:
        dev = SETS[name](arguments.data)
        scores = all_scores(dev, arguments, pool)
        scored.append((dev, scores))
        found[name] = judged(dev, scores)
        if arguments.output:
            _write(arguments.output / "dev.md", _markdown(found))
            _write(arguments.output / "dev.json", _json(found))
    if arguments.output:
        _write(arguments.output / "agreement.json", _json(agreement_summary(scored)))


def judged(dev: DevSet, scores: Scores) -> dict[str, dict[str, Draws]]:
    """Every measure of the mean over language pairs, then of each pair."""
    pairs = {lp: judge(*part) for lp, part in by_pair(dev.ratings, scores)}
    means = {name: mean([draws[name] for draws in pairs.values()]) for name in MEASURES}
    return {MEAN: means, **pairs}


def all_scores(dev: DevSet, arguments: argparse.Namespace, pool: ModelPool) -> Scores:
    """Scores of the trained models, the models before, other metrics and teachers."""
    scores: Scores = {}
    if arguments.output:
        scores |= student_scores(dev, arguments.output, arguments.work)
    scores |= _remembered(dev, arguments, pool)
    if set(PARTS) <= set(scores):
        scores[ENSEMBLE] = ensemble(dev.ratings, [scores[name] for name in PARTS])
    return {**scores, **dev.teachers}


def ensemble(ratings: Sequence[PublicRating], parts: Sequence[Floats]) -> Floats:
    """The sum of scores that are standardised inside each language pair."""
    pairs = np.array([rating.lp for rating in ratings])
    total = np.zeros(len(ratings))
    for lp in set(pairs.tolist()):
        rows = pairs == lp
        for scores in parts:
            total[rows] += (scores[rows] - scores[rows].mean()) / (scores[rows].std() or 1.0)
    return total


def student_scores(dev: DevSet, trained: Path, work: Path) -> Scores:
    """Scores of both exported models, kept beside them for as long as they are the same."""
    files = sorted(trained.glob("mtqe-*.safetensors"))
    path = trained / f"scores-{dev.name}-{sha256_files(files)[:12]}.npz"
    if not path.exists():
        model = load_exported(trained, work, Recipe())
        triples = [(r.source, r.hypothesis, r.reference) for r in dev.ratings]
        both = sigmoid(score(model, triples))
        np.savez(path, **{name: both[:, number] for number, name in enumerate(MINIS)})
    return dict(np.load(path))


def mini_scores(
    name: str, trained: Path, ratings: Sequence[PublicRating], pool: ModelPool
) -> Floats:
    """Scores of an exported model, assembled and run as its users do."""
    assembly = BuiltInModel(name, "comet", licence="", weights_folder=trained).assembly(trained)
    assembly.ensure()
    metric = MINIS[name](model=str(assembly.target), precision="auto")
    return score_ratings(ratings, [metric], pool)[metric.name]


def by_pair(
    ratings: Sequence[PublicRating], scores: Scores
) -> Iterator[tuple[str, tuple[list[PublicRating], Scores]]]:
    """Each language pair's ratings and scores."""
    for lp in dict.fromkeys(rating.lp for rating in ratings):
        rows = [row for row, rating in enumerate(ratings) if rating.lp == lp]
        yield lp, ([ratings[row] for row in rows], {n: v[rows] for n, v in scores.items()})


def agreement_summary(scored: Sequence[tuple[DevSet, Scores]]) -> dict[str, Any]:
    """Share of pairs of one source that each metric orders as people do, by language pair.

    A pair of several sets gets their mean. Sets of campaigns that were trained on are left out: the
    models know their systems from other sources.
    """
    shares: dict[str, dict[str, list[float]]] = {}
    judges = [(dev, scores) for dev, scores in scored if dev.name not in TRAINED_CAMPAIGN]
    for dev, scores in judges:
        ours = {
            name: v for name, v in scores.items() if name not in (PREVIOUS, ENSEMBLE, *dev.teachers)
        }
        for lp, part in by_pair(dev.ratings, ours):
            draws = judge(*part)["preference"]
            kept = shares.setdefault(lp, {})
            for metric in draws.metrics:
                kept.setdefault(metric, []).append(draws.value(metric))
    return {
        "measure": "share of pairs of translations of one source that people tell apart",
        "data": f"development data: {', '.join(dev.name for dev, _ in judges)}",
        "pairs": {
            lp: {metric: round(float(np.mean(v)), 3) for metric, v in metrics.items()}
            for lp, metrics in shares.items()
        },
    }


def _remembered(dev: DevSet, arguments: argparse.Namespace, pool: ModelPool) -> Scores:
    """Scores of what does not change between two trainings, kept in the cache folder."""
    path: Path = arguments.cache / f"{dev.name}.npz"
    if path.exists():
        return dict(np.load(path))
    scores = _other_scores(dev.ratings, pool)
    if arguments.previous:
        scores[PREVIOUS] = mini_scores(STUDENT, arguments.previous, dev.ratings, pool)
    arguments.cache.mkdir(parents=True, exist_ok=True)
    np.savez(path, **scores)
    return scores


def _other_scores(ratings: Sequence[PublicRating], pool: ModelPool) -> Scores:
    """Metrics whose tokenizer or baseline depends on the target language, language by language."""
    targets = np.array([rating.lp.rpartition("-")[2] for rating in ratings])
    scores = {name: np.empty(len(ratings)) for name in ("bertscore", "chrf", "bleu")}
    for target in sorted(set(targets)):
        rows = np.flatnonzero(targets == target)
        metrics = [
            BERTScore.from_options({"precision": "auto"}, str(target)),
            CHRF.from_options({}, str(target)),
            BLEU.from_options({}, str(target)),
        ]
        part = score_ratings([ratings[row] for row in rows], metrics, pool)
        for name, values in part.items():
            scores[name][rows] = values
    return scores


def _markdown(found: Mapping[str, Mapping[str, Mapping[str, Draws]]]) -> str:
    """A table a set: means over its language pairs, then pair by pair; then the gains."""
    lines = []
    for name, pairs in found.items():
        lines += [f"### {name}", "", *_table(pairs), "", *_gains(pairs[MEAN]), ""]
    return "\n".join(lines) + "\n"


def _table(pairs: Mapping[str, Mapping[str, Draws]]) -> Iterator[str]:
    yield "| pair | metric | preference | soft system accuracy | system accuracy |"
    yield "|" + " --- |" * 5
    for lp, draws in pairs.items():
        for metric in draws["preference"].metrics:
            cells = [_cell(draws[measure], metric) for measure in MEASURES]
            yield f"| {lp} | {metric} | {' | '.join(cells)} |"


def _gains(means: Mapping[str, Draws]) -> Iterator[str]:
    draws = means["preference"]
    for metric in (
        name for name in (STUDENT, PREVIOUS, ENSEMBLE, "bertscore", QE) if name in draws.metrics
    ):
        yield f"{metric} minus {BASELINE}: {_with_interval(draws.gain(metric, BASELINE), '+.4f')}  "
    if {STUDENT, PREVIOUS} <= set(draws.metrics):
        ratio = draws.ratio(STUDENT, PREVIOUS, BASELINE)
        yield f"times the gain before (wanted: {WANTED_RATIO}): {_with_interval(ratio, '.2f')}"


def _cell(draws: Draws, metric: str) -> str:
    return _with_interval((draws.value(metric), *draws.interval(metric)), ".3f")


def _with_interval(figure: tuple[float, float, float], form: str) -> str:
    value, low, high = (format(number, form) for number in figure)
    return f"{value} [{low}, {high}]"


def _json(content: object) -> str:
    return json.dumps(content, indent=2, default=_plain) + "\n"


def _plain(draws: object) -> object:
    if not isinstance(draws, Draws):
        raise TypeError(f"{draws} can't be written")
    return {m: [draws.value(m), *draws.interval(m)] for m in draws.metrics}


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.dev", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data")
    parser.add_argument("--output", type=Path, help="exported models, and where results go")
    parser.add_argument("--previous", type=Path, help="exported models to be compared with")
    parser.add_argument("--cache", type=Path, required=True, help="other metrics' scores")
    parser.add_argument("--work", type=Path, default=Path("training-work"), help="scratch folder")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
