"""Do mtqe's figures equal those that WMT20's metrics task published?

    git clone https://github.com/WMT-Metrics-task/wmt20-metrics
    python benchmarks/wmt20_metrics_task.py wmt20-metrics

Puts the task's scores of systems, by people and by metrics, into the layout of mt-metrics-eval,
judges them as `mtqe metaeval` does, and compares with the LaTeX tables in results/tables: Pearson
and Kendall over all systems, Pearson without outliers. Prints Markdown.

The tables' columns are in the order of the language pairs below. Their printed heads are not: the
figures of en-ja stand under "en-ru", and so on. The numbers of systems in the second line of the
head show it, and mt-metrics-eval's own tests take the figures in the order below, too. The news
part of en-iu, the last column of the first table, needs scores of segments, and is left out.
"""

from __future__ import annotations

import csv
import gzip
import pickle
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mtqe.people.metaeval.campaign_folder import Choice, read_campaign
from mtqe.people.metaeval.judge_metrics import JudgeSettings, judge
from mtqe.people.metaeval.perm_both import Permutations

FROM_ENGLISH = ("en-cs", "en-de", "en-ja", "en-pl", "en-ru", "en-ta", "en-zh", "en-iu")
INTO_ENGLISH = (
    "cs-en", "de-en", "ja-en", "pl-en", "ru-en", "ta-en", "zh-en", "iu-en", "km-en", "ps-en"
)  # fmt: skip
TABLES = {"ento": FROM_ENGLISH, "toen": INTO_ENGLISH}
NAMES = {"bleurt-Yisi-combi": "bleurt-combi"}
TEST_SET = "newstest2020"
Figures = dict[tuple[str, str], float]


class OnlySets(pickle.Unpickler):
    """Reads the list of outliers, a dictionary of sets; refuses anything that could run."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - pickle's own
        """Allow sets alone."""
        if (module, name) not in {("builtins", "set"), ("__builtin__", "set")}:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
        return set


def convert(clone: Path, folder: Path) -> None:
    """Write the task's system scores in the layout of mt-metrics-eval."""
    people: dict[str, dict[str, str]] = {}
    for file in (clone / "manual-evaluation" / "DA").glob("metrics-ad-sys-scores-*.csv"):
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter=" "))
        pair = file.stem.removeprefix("metrics-ad-sys-scores-")
        people[pair] = {row["SYS"]: row["Z.SCR"] for row in rows}
        _write(folder / "human-scores" / f"{pair}.wmt-z.sys.score", people[pair])
    for file in (clone / "final-metric-scores").glob("*/*.sys.score.gz"):
        if file.parent.name not in {"baselines", "submissions"}:
            continue
        found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for metric, pair, test_set, reference, system, score in _rows(file):
            if test_set == reference == TEST_SET and pair in people:
                found[metric, pair][system] = score
        for (metric, pair), scores in found.items():
            if all(system in scores or is_person(system) for system in people[pair]):
                _write(folder / "metric-scores" / pair / f"{metric}-ref.sys.score", scores)


def is_person(system: str) -> bool:
    """Whether a "system" is a translation by people."""
    return system.startswith("Human-")


def _rows(file: Path) -> Iterator[list[str]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


def _write(path: Path, scores: Mapping[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{name}\t{score}\n" for name, score in scores.items()))


def published(table: Path, pairs: tuple[str, ...]) -> Figures:
    """The figures of a LaTeX table, by language pair and metric."""
    found: Figures = {}
    for metric, cells in re.findall(r"\\metric\{(.*?)\}\s*&(.*?)\\\\", table.read_text()):
        name = metric.replace(r"\_", "_")
        for pair, cell in zip(pairs, cells.split("&"), strict=False):
            text = re.sub(r"\\textbf\{(.*?)\}", r"\1", cell).strip()
            if text != "$-$":
                found[pair, NAMES.get(name, name)] = float(text)
    return found


def ours(folder: Path, statistic: str, without: Mapping[str, set[str]]) -> Figures:
    """What mtqe computes, by language pair and metric."""
    settings = JudgeSettings((statistic,), Permutations(0))
    found: Figures = {}
    for pair, systems in without.items():
        campaign = read_campaign(folder, pair, Choice(without=tuple(systems)))
        for standing in judge([campaign], settings)[0].statistics[0].standings:
            found[pair, standing.metric] = standing.value
    return found


def compare(clone: Path, folder: Path) -> Iterator[str]:
    """Rows of the table, and what differs."""
    outliers = OnlySets((clone / "manual-evaluation" / "outlier-systems-dict.pk").open("rb")).load()
    yield "| table | language pairs | figures | equal to three decimals | different |"
    yield "|---|---|---|---|---|"
    for title, kind, statistic, drop in (
        ("Pearson, all systems", "Pearson-MTall", "system-pearson", False),
        ("Kendall, all systems", "Kendall-MTall", "system-kendall", False),
        ("Pearson, without outliers", "Pearson-MTexcloutl", "system-pearson", True),
    ):
        expected: Figures = {}
        for side, pairs in TABLES.items():
            file = clone / "results" / "tables" / f"tbl-DA-{kind}-exclhuman-{side}.tex"
            expected |= published(file, pairs)
        without = {
            pair: {"Human-A.0", "Human-B.0", "Human-P.0", *(outliers[pair] if drop else ())}
            for pair in (*FROM_ENGLISH, *INTO_ENGLISH)
        }
        found = ours(folder, statistic, without)
        shared = [key for key in expected if key in found]
        wrong = [key for key in shared if abs(found[key] - expected[key]) > 0.0005 + 1e-9]
        listed = ", ".join(f"{p} {m}: {expected[p, m]} / {found[p, m]:.4f}" for p, m in wrong)
        pairs_seen = len({pair for pair, _ in shared})
        yield (
            f"| {title} | {pairs_seen} | {len(shared)} | {len(shared) - len(wrong)} "
            f"| {listed or '-'} |"
        )


def main() -> None:
    """Print the table."""
    if len(sys.argv) != 2:
        sys.exit("Give the folder that github.com/WMT-Metrics-task/wmt20-metrics was cloned to.")
    with TemporaryDirectory() as folder:
        convert(Path(sys.argv[1]), Path(folder))
        for line in compare(Path(sys.argv[1]), Path(folder)):
            print(line)


if __name__ == "__main__":
    main()
