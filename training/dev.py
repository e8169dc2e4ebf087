"""``python -m training.dev``: judge trained models on development data.

Writes ``dev.json`` (every figure with intervals and tests), ``dev.md`` (the tables of
docs/models.md) and ``agreement.json`` (what reports say of a language pair) into the output folder.
Pairs of the same languages from different data sets are judged apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mtqe.metrics.models.builtin import BuiltInModel
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet, CometMetric, CometQE
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import BLEU, CHRF
from mtqe.people.metaeval.evaluate import PairAgreement, evaluate
from mtqe.people.metaeval.pairs import Floats
from mtqe.people.metaeval.public_ratings import PublicRating
from mtqe.people.metaeval.scoring import score_ratings
from mtqe.people.metaeval.table import markdown, to_json
from training.options import make_parser
from training.trained import read_dev

MINIS: Mapping[str, type[CometMetric]] = {"mtqe-comet-mini": Comet, "mtqe-kiwi-mini": CometQE}


def main() -> None:
    """Score, judge, write."""
    parser = make_parser("python -m training.dev", __doc__ or "")
    parser.add_argument("--ratings", default="dev_full.tsv.gz", help="file in the data folder")
    parser.add_argument("--baselines", type=Path, help="cache of the other metrics' scores (.npz)")
    arguments = parser.parse_args()
    ratings = read_dev(arguments.data / arguments.ratings)
    pool = ModelPool(threads=arguments.threads)
    minis = {name: mini_scores(name, arguments.output, ratings, pool) for name in MINIS}
    scores = {**minis, **_baselines(ratings, pool, arguments.baselines)}
    found = evaluate([replace(r, lp=f"{r.origin} {r.lp}") for r in ratings], scores)
    (arguments.output / "dev.json").write_text(to_json(found), encoding="utf-8")
    (arguments.output / "dev.md").write_text(
        "\n".join([markdown(found), _means(found)]), encoding="utf-8"
    )
    by_language = evaluate(ratings, scores)
    summary = json.dumps(agreement_summary(by_language), indent=2) + "\n"
    (arguments.output / "agreement.json").write_text(summary, encoding="utf-8")


def mini_scores(
    name: str, trained: Path, ratings: Sequence[PublicRating], pool: ModelPool
) -> Floats:
    """Scores of an exported model, assembled and run as its users do."""
    assembly = BuiltInModel(name, "comet", licence="", weights_folder=trained).assembly(trained)
    assembly.ensure()
    metric = MINIS[name](model=str(assembly.target), precision="bf16")
    return score_ratings(ratings, [metric], pool)[metric.name]


def agreement_summary(agreements: Sequence[PairAgreement]) -> dict[str, object]:
    """Share of pairs of one source that each metric orders as people do, by language pair."""
    return {
        "measure": "share of pairs of translations of one source that people tell apart",
        "data": "development data: TED 2021 MQM and WMT 2022 DA",
        "pairs": {
            agreement.lp: {m.metric: round(m.preference.value, 3) for m in agreement.metrics}
            for agreement in agreements
        },
    }


def _baselines(
    ratings: Sequence[PublicRating], pool: ModelPool, cache: Path | None
) -> dict[str, Floats]:
    if cache is not None and cache.exists():
        return dict(np.load(cache))
    scores = _other_scores(ratings, pool)
    if cache is not None:
        np.savez(cache, **scores)
    return scores


def _other_scores(ratings: Sequence[PublicRating], pool: ModelPool) -> dict[str, Floats]:
    """Metrics whose tokenizer or baseline depends on the target language, language by language."""
    targets = np.array([rating.lp.rpartition("-")[2] for rating in ratings])
    scores = {name: np.empty(len(ratings)) for name in ("bertscore", "chrf", "bleu")}
    for target in sorted(set(targets)):
        rows = np.flatnonzero(targets == target)
        metrics = [
            BERTScore.from_options({"precision": "bf16"}, str(target)),
            CHRF.from_options({}, str(target)),
            BLEU.from_options({}, str(target)),
        ]
        part = score_ratings([ratings[row] for row in rows], metrics, pool)
        for name, values in part.items():
            scores[name][rows] = values
    return scores


def _means(agreements: Sequence[PairAgreement]) -> str:
    """Every metric's mean over the language pairs."""
    lines = ["| metric | preference | accuracy | tau-b | system accuracy |", "|" + " --- |" * 5]
    for metrics in zip(*(agreement.metrics for agreement in agreements), strict=True):
        columns = ("preference", "accuracy", "tau_b", "system_accuracy")
        means = [np.mean([getattr(m, column).value for m in metrics]) for column in columns]
        lines.append(f"| {metrics[0].metric} | " + " | ".join(f"{x:.4f}" for x in means) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
