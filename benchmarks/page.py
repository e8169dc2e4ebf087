"""The tables of docs/why/benchmarks.md, from the measurements that benchmarks/all.py gathers."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from mtqe.support.versions import versions

BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
BARS = (
    ("comet-5", "COMET, 5 systems of de-en", "comet-score", "peer", "fp32", 2.5),
    ("comet-5", "COMET, 5 systems of de-en", "comet-score", "peer", "bf16", 6.0),
    ("comet-13", "COMET, 13 systems of de-en", "comet-score", "peer", "fp32", 3.5),
    ("comet-13", "COMET, 13 systems of de-en", "comet-score", "peer", "bf16", 9.0),
    ("bertscore-5", "BERTScore, 5 systems of de-en", "bert-score", "peer", "fp32", 4.0),
    ("bertscore-5", "BERTScore, 5 systems of de-en", "bert-score", "peer", "bf16", 9.0),
    ("surface-de-en", "BLEU + chrF, 13 systems of de-en", "sacreBLEU", "peer", "mtqe", 12.0),
    ("surface-en-zh", "BLEU + chrF, 15 systems of en-zh", "sacreBLEU", "peer", "mtqe", 12.0),
    ("rerun-13", "four metrics again", "first run", "first", "three changed", 15.0),
    ("rerun-13", "four metrics again", "first run", "first", "unchanged", 60.0),
)

Line = Mapping[str, Any]


def machine() -> str:
    """Processor, cores and versions in one line."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line for line in lines if line.startswith("model name")]
    name = names[0].partition(":")[2].strip() if names else platform.processor()
    libraries = ", ".join(f"{name} {version}" for name, version in versions().items())
    return f"{name}, {os.cpu_count()} cores; {libraries}"


def write(path: Path, lines: Sequence[Line]) -> None:
    """Put tables of these measurements between the page's two marks."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    body = "\n\n".join([*ratios(lines), *growth(lines)])
    path.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}", encoding="utf-8")


def ratios(lines: Sequence[Line]) -> Iterator[str]:
    """A table for each machine, number of threads and size that was measured."""
    settings = dict.fromkeys((line["machine"], line["threads"], line["segments"]) for line in lines)
    for setting in settings:
        chosen = [x for x in lines if (x["machine"], x["threads"], x["segments"]) == setting]
        rows = [row for bar in BARS if (row := _row(chosen, *bar))]
        if rows:
            yield _circumstances(chosen, *setting)
            head = "| work | against | at least | processor time | wall time | rounds |"
            yield "\n".join([head, "|---|---|---|---|---|---|", *rows])


def _circumstances(
    lines: Sequence[Line], processor: str, threads: str | None, segments: int | None
) -> str:
    loads = [line["load"] for line in lines if "load" in line]
    size = f"the first {segments} segments" if segments else "all segments"
    used = f"{threads} thread(s) a side" if threads else "each side's own choice of threads"
    return f"{processor}; {used}; {size}; load of the machine {min(loads):.1f} to {max(loads):.1f}."


def _row(
    lines: Sequence[Line], work: str, label: str, peer: str, theirs: str, ours: str, bar: float
) -> str | None:
    sides: dict[str, dict[int, Line]] = {theirs: {}, ours: {}}
    for line in lines:
        if line["work"] == work and line["side"] in sides:
            sides[line["side"]][line["round"]] = line
    rounds = sorted(set(sides[theirs]) & set(sides[ours]))
    if not rounds:
        return None
    cells = [
        _spread([sides[theirs][n][clock] / sides[ours][n][clock] for n in rounds])
        for clock in ("processor", "wall")
    ]
    work_label = f"{label}, {ours}"
    return f"| {work_label} | {peer} | {bar:g}x | {cells[0]} | {cells[1]} | {len(rounds)} |"


def _spread(found: Sequence[float]) -> str:
    middle = f"{median(found):.1f}x"
    return middle if len(found) == 1 else f"{middle} ({min(found):.1f} to {max(found):.1f})"


def growth(lines: Sequence[Line]) -> Iterator[str]:
    """Processor time and peak memory by size."""
    for work in ("growth", "growth-bertscore"):
        rows = [line for line in lines if line["work"] == work]
        if not rows:
            continue
        metrics = list(rows[0]["processor"])
        head = f"| segments x systems | {', s | '.join(metrics)}, s | peak, GB |"
        yield "\n".join([head, "|---" * (len(metrics) + 2) + "|", *map(_size_row, rows)])


def _size_row(line: Line) -> str:
    seconds = " | ".join(f"{found:.1f}" for found in line["processor"].values())
    return f"| {line['side']} | {seconds} | {line['peak']:.2f} |"
