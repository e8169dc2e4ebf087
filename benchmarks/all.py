"""Every comparison with a peer's own program, and the tables of docs/why/benchmarks.md.

    python benchmarks/all.py                                 # five rounds of everything
    python benchmarks/all.py --rounds 1 --threads 1 --only comet-5 bertscore-5
    python benchmarks/all.py --rounds 0 --growth             # how cost grows

In each round, mtqe and its peer take turns at every work. Each measurement is added to a file as it
is done (`--state`), so that the same command goes on where an interrupted one stopped; then the
tables of docs/why/benchmarks.md are written anew from all that is in the file. Five rounds of
everything take hours, most of them comet-score's. Needs ../shared/data.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import neural
import page
import rerun
import surface
from neural import Timed

FOLDER = Path(__file__).parent
STATE = Path(tempfile.gettempdir()) / "mtqe-benchmarks.jsonl"
GROWTH = tuple((n, k) for n in (1_000, 10_000, 100_000) for k in (1, 5, 12))
NEURAL_GROWTH = (1_000, 10_000, 100_000)

Measured = dict[str, Timed]


@dataclass(frozen=True)
class Step:
    """Something measured in one go: `run` gives a time for each of `sides`."""

    work: str
    sides: tuple[str, ...]
    run: Callable[[], Measured]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", metavar="WORK", help="such as comet-5 or rerun-13")
    parser.add_argument("--threads", type=int, help="of both sides; by default their own choice")
    parser.add_argument("--segments", type=int, help="fewer, for a quick look")
    parser.add_argument("--growth", action="store_true", help="measure how cost grows, too")
    parser.add_argument("--state", type=Path, default=STATE)
    parser.add_argument(
        "--page", type=Path, default=FOLDER.parent / "docs" / "why" / "benchmarks.md"
    )
    options = parser.parse_args()
    if options.threads:
        os.environ["OMP_NUM_THREADS"] = str(options.threads)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            for step in steps(Path(folder), options.segments):
                if not options.only or step.work in options.only:
                    measure(step, number, options.state, options.segments)
    if options.growth:
        measure_growth(options.state)
    page.write(options.page, read(options.state))
    print(options.page)


def steps(folder: Path, segments: int | None) -> Iterator[Step]:
    """What a round consists of."""
    for metric, peer, systems in (
        ("comet", neural.comet_score, 5),
        ("comet", neural.comet_score, 13),
        ("bertscore", neural.bert_score, 5),
    ):
        place = folder / f"{systems}"
        place.mkdir(exist_ok=True)
        texts = neural.write_texts(place, systems, segments)
        work = f"{metric}-{systems}"
        yield Step(work, ("peer",), lambda peer=peer, texts=texts: {"peer": peer(texts)})
        for precision in neural.PRECISIONS:
            yield Step(
                work,
                (precision,),
                lambda metric=metric, precision=precision, texts=texts: {
                    precision: neural.mtqe_score(metric, precision, texts)
                },
            )
    for pair, language in (("de-en", "en"), ("en-zh", "zh")):
        yield Step(
            f"surface-{pair}",
            ("peer", "mtqe"),
            lambda pair=pair, language=language: surface.one_round(pair, language, segments),
        )
    yield Step("rerun-13", rerun.SIDES, lambda: rerun.one_round(folder / "rerun", 13, segments))


def measure(step: Step, number: int, state: Path, segments: int | None) -> None:
    """Run a step unless its measurements are there already."""
    done = {
        (line["work"], line["round"], line["side"])
        for line in read(state)
        if line["segments"] == segments
    }
    if all((step.work, number, side) in done for side in step.sides):
        return
    print(f"round {number + 1}: {step.work} {' '.join(step.sides)}", flush=True)
    load = os.getloadavg()[0]
    for side, timed in step.run().items():
        append(state, step.work, number, side, segments, {**asdict(timed), "load": load})


def measure_growth(state: Path) -> None:
    """Time and peak memory of each size, in a process of its own."""
    done = {(line["work"], line["side"]) for line in read(state)}
    jobs = [("growth", f"{n} x {k}", ["surface.py", "grow", str(n), str(k)]) for n, k in GROWTH]
    jobs += [
        (
            "growth-bertscore",
            f"{n} x 2",
            ["neural.py", "large", "--precision", "bf16", "--segments", str(n)],
        )
        for n in NEURAL_GROWTH
    ]
    for work, side, (script, *arguments) in jobs:
        if (work, side) in done:
            continue
        print(f"{work} {side}", flush=True)
        command = [sys.executable, str(FOLDER / script), *arguments]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        append(state, work, 0, side, None, json.loads(output.splitlines()[-1]))


def append(
    state: Path, work: str, number: int, side: str, segments: int | None, found: dict[str, object]
) -> None:
    """Add a measurement to the file, with the circumstances."""
    line = {
        "work": work,
        "round": number,
        "side": side,
        "segments": segments,
        "threads": os.environ.get("OMP_NUM_THREADS"),
        "machine": page.machine(),
        **found,
    }
    with state.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line) + "\n")


def read(state: Path) -> Sequence[dict[str, object]]:
    """All measurements so far."""
    if not state.exists():
        return []
    return [json.loads(line) for line in state.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
