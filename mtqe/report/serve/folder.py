"""The runs in a folder, looked for again for each page, and their reports."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from markupsafe import escape

from mtqe.compare.new_findings import new_findings
from mtqe.compare.paired_scores import ScoredSystem
from mtqe.errors import DataError
from mtqe.report.gate.text import GATE
from mtqe.report.page.data import report_data
from mtqe.report.page.pair import pair_data
from mtqe.report.page.render import page_policy, render_html
from mtqe.report.serve.addresses import Addresses
from mtqe.report.serve.runs_page import render_runs
from mtqe.report.serve.trends import Gated, Listed, RunGroup, groups
from mtqe.run import MANIFEST, Run
from mtqe.support.json_text import json_value
from mtqe.support.paths import real_path
from mtqe.support.visible import one_line

DEPTH = 4
"""Folders below the served one in which runs are looked for."""

OUTCOMES = ("pass", "fail", "inconclusive")
HEAD = 4096
"""Characters of a report in which its policy stands."""


@dataclass(frozen=True)
class Found:
    """What a folder holds.

    Attributes:
        groups: runs by test set.
        unreadable: a sentence for each run that can't be shown.
        new_findings: new critical findings of each system, by path.
    """

    groups: tuple[RunGroup, ...]
    unreadable: tuple[str, ...]
    new_findings: Mapping[str, Mapping[str, int]]


class Folder:
    """A folder of runs; addresses name them by their paths, and only those that were found."""

    def __init__(self, folder: Path) -> None:
        """Serve the runs in this folder and the folders below it."""
        self._folder = real_path(folder)
        self._lock = Lock()
        self._render = lru_cache(maxsize=8)(_rendered)

    def runs_page(self, addresses: Addresses | None = None) -> str:
        """The list of the runs; a run that can't be read is a line in it."""
        found = self.runs()
        return render_runs(
            self.name,
            found.groups,
            found.unreadable,
            new_findings=found.new_findings,
            addresses=addresses,
        )

    @property
    def name(self) -> str:
        """What pages call the folder."""
        return self._folder.name

    def runs(self) -> Found:
        """The runs by test set, and what is wrong with those that can't be read."""
        runs, unreadable = self._runs()
        listed = [Listed(path, run.manifest, _gated(run)) for path, run in runs.items()]
        sound, odd = _drawable(listed)
        found = groups(sound)
        return Found(found, (*unreadable, *odd), _new_findings(found, runs))

    def report(self, path: str) -> str:
        """The report of the run at a path.

        Raises:
            KeyError: no such run was found.
            DataError: its tables can't be read.
        """
        run = self._runs()[0][path]
        return self._stored(run) or self._made((run,))

    def comparison(self, new: str, old: str) -> str:
        """The report of two runs.

        Raises:
            KeyError: no such run was found.
            IncompatibleRuns: they can't be on one page.
        """
        runs = self._runs()[0]
        return self._made((runs[new], runs[old]))

    def _made(self, runs: tuple[Run, ...]) -> str:
        """A report, remembered until a run's folder changes; one is made at a time."""
        places = tuple((run.folder, _changed(run)) for run in runs if run.folder)
        with self._lock:
            return self._render(places)

    def _stored(self, run: Run) -> str | None:
        """The run's own report, if its policy allows this version's script and nothing else."""
        assert run.folder is not None
        path = run.folder / "report.html"
        try:
            if not real_path(path).is_relative_to(self._folder):
                return None
            page = path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None
        return page if str(escape(page_policy())) in page[:HEAD] else None

    def _runs(self) -> tuple[dict[str, Run], list[str]]:
        """The runs by path, and what is wrong with those that can't be read."""
        runs: dict[str, Run] = {}
        unreadable = []
        for folder in _run_folders(self._folder):
            path = folder.relative_to(self._folder).as_posix()
            try:
                runs[path if path != "." else folder.name] = Run.read(folder)
            except DataError as error:
                unreadable.append(one_line(str(error).replace(f"{self._folder}{os.sep}", "")))
            except Exception as error:
                unreadable.append(_broken(path, error))
        return runs, unreadable


def _gated(run: Run) -> Gated | None:
    """How the run's gate came out, if it was judged when it was made."""
    assert run.folder is not None
    try:
        content = json_value((run.folder / GATE).read_text(encoding="utf-8"))
        verdicts = [check["verdict"] for check in content["checks"]]
        if content["outcome"] not in OUTCOMES:
            return None
        return Gated(content["outcome"], len(verdicts) - verdicts.count("pass"), len(verdicts))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _drawable(runs: Sequence[Listed]) -> tuple[list[Listed], list[str]]:
    """Runs that the list can show, and a sentence for each other one."""
    sound, odd = [], []
    for run in runs:
        try:
            render_runs("", groups([run]), ())
        except Exception as error:
            odd.append(_broken(run.path, error))
        else:
            sound.append(run)
    return sound, odd


def _new_findings(
    found: Sequence[RunGroup], runs: Mapping[str, Run]
) -> dict[str, Mapping[str, int]]:
    """By path, how many critical findings each system has that it had not in the run before."""
    counts: dict[str, Mapping[str, int]] = {}
    for group in found:
        for row in group.rows({}):
            if row.before is not None:
                with suppress(
                    Exception
                ):  # tables that can't be read are said where they are opened
                    counts[row.run.path] = _new_in(runs[row.run.path], runs[row.before.path])
    return counts


def _new_in(run: Run, before: Run) -> dict[str, int]:
    every = np.arange(run.manifest.corpus.segments)
    ids = list(run.segments["segment_id"].iloc[: len(every)])
    names = {system.name for system in before.manifest.systems}
    return {
        system.name: sum(
            new_findings(
                ScoredSystem(system.name, run, system.name, every),
                ScoredSystem(system.name, before, system.name, every),
                ids,
            ).values()
        )
        for system in run.manifest.systems
        if system.name in names
    }


def _broken(path: str, error: Exception) -> str:
    reason = one_line(str(error))[:200]
    return (
        f"{one_line(path)} can't be shown ({type(error).__name__}: {reason}); make the run again."
    )


def _rendered(places: tuple[tuple[Path, float], ...]) -> str:
    runs = [Run.read(folder) for folder, _ in places]
    return render_html(pair_data(*runs) if len(runs) == 2 else report_data(runs[0]))


def _changed(run: Run) -> float:
    assert run.folder is not None
    return (run.folder / MANIFEST).stat().st_mtime


def _run_folders(top: Path) -> Iterator[Path]:
    """Folders with a manifest; neither hidden ones nor links are entered."""
    for name, folders, files in os.walk(top):
        folder = Path(name)
        if MANIFEST in files:
            folders.clear()
            yield folder
        elif len(folder.relative_to(top).parts) >= DEPTH:
            folders.clear()
        else:
            folders[:] = sorted(each for each in folders if not each.startswith("."))
