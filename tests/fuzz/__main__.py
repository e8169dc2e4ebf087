"""Attack every kind of input with thousands of changed ones: ``python -m tests.fuzz``.

What was done is kept in a file, and the next call goes on there. What breaks a reader is kept in
tests/fuzz/found.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.fuzz.attack import Outcome, attack
from tests.fuzz.kinds import KINDS

FOUND = Path(__file__).parent / "found"
CHUNK = 250
"""Mutations after which what was done is written down."""
COLUMNS = ("mutations", "refused", "per second", "tracebacks", "hangs", "memory")


def main(arguments: list[str] | None = None) -> int:
    """Attack kinds in turn and print a line for each.

    Returns:
        1 if any input broke its reader, else 0.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=main.__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="all kinds if none is named")
    parser.add_argument("--count", type=int, default=10_000, help="mutations per kind")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="time for each kind")
    parser.add_argument("--state", type=Path, default=Path(tempfile.gettempdir(), "mtqe-fuzz.json"))
    parser.add_argument("--again", action="store_true", help="from the first mutation on")
    parser.add_argument("--table", action="store_true", help="print what was done, as Markdown")
    given = parser.parse_args(arguments)
    if unknown := set(given.kinds) - set(KINDS):
        parser.error(f"no kind is called {sorted(unknown)}; known are {', '.join(KINDS)}")
    state = {} if given.again else _read(given.state)
    if given.table:
        _print_table(state)
        return 0
    print(f"{'kind':30}", *(f"{column:>10}" for column in COLUMNS), flush=True)
    broken = False
    for name in given.kinds or KINDS:
        outcome = _attack_all(name, given, state)
        broken = broken or bool(outcome.faults)
        print(_line(name, outcome), flush=True)
        for number, fault in sorted(outcome.faults.items()):
            print(f"    {name}-{number}: {fault}", flush=True)
    return int(broken)


def _attack_all(name: str, given: argparse.Namespace, state: dict[str, object]) -> Outcome:
    kind, total = KINDS[name], _outcome(state.get(name))
    wanted, end = given.count, time.monotonic() + 60 * given.minutes
    while total.mutations < wanted and time.monotonic() < end:
        numbers = range(total.mutations, min(total.mutations + CHUNK, wanted))
        with tempfile.TemporaryDirectory() as folder:
            found = attack(name, kind, numbers, Path(folder), FOUND)
        total.mutations += found.mutations
        total.refused += found.refused
        total.seconds += found.seconds
        for faults, more in zip(_faults(total), _faults(found), strict=True):
            faults |= more
        state[name] = asdict(total)
        given.state.write_text(json.dumps(state))
    return total


def _faults(outcome: Outcome) -> tuple[dict[int, str], ...]:
    return outcome.tracebacks, outcome.hangs, outcome.greedy, outcome.unclear


def _outcome(kept: object) -> Outcome:
    if not isinstance(kept, dict):
        return Outcome()
    numbered = {
        key: {int(number): fault for number, fault in value.items()}
        for key, value in kept.items()
        if isinstance(value, dict)
    }
    return Outcome(**{**kept, **numbered})


def _line(name: str, outcome: Outcome) -> str:
    return " ".join([f"{name:30}", *(f"{cell:>10}" for cell in _cells(outcome))])


def _cells(outcome: Outcome) -> list[str]:
    """What stands under `COLUMNS`; the seconds are of processor time."""
    rate = f"{outcome.mutations / outcome.seconds:,.0f}" if outcome.seconds else "-"
    tracebacks = len(outcome.tracebacks) + len(outcome.unclear)
    counts = (tracebacks, len(outcome.hangs), len(outcome.greedy))
    done = (outcome.mutations, outcome.refused)
    return [*(f"{n:,}" for n in done), rate, *(f"{n:,}" for n in counts)]


def _print_table(state: dict[str, object]) -> None:
    print(f"| kind | {' | '.join(COLUMNS)} |\n|---|{'---|' * len(COLUMNS)}")
    total = Outcome()
    is_timed = True
    for name in (name for name in KINDS if name in state):
        outcome = _outcome(state[name])
        print(f"| {name} | {' | '.join(_cells(outcome))} |")
        total.mutations += outcome.mutations
        total.refused += outcome.refused
        total.seconds += outcome.seconds
        for faults, more in zip(_faults(total), _faults(outcome), strict=True):
            faults.update({len(faults) + place: fault for place, fault in enumerate(more.values())})
        is_timed = is_timed and outcome.seconds > 0
    total.seconds *= is_timed
    print(f"| {len(state)} kinds | {' | '.join(_cells(total))} |")


def _read(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
