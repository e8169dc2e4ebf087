"""The runs in a folder, found anew for each page, and their reports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock

from markupsafe import escape

from mtqe.errors import DataError
from mtqe.report.page.data import report_data
from mtqe.report.page.pair import pair_data
from mtqe.report.page.render import page_policy, render_html
from mtqe.report.serve.runs_page import render_runs
from mtqe.report.serve.trends import Listed, groups
from mtqe.run import MANIFEST, Run
from mtqe.support.paths import real_path

DEPTH = 4
"""Folders below the served one in which runs are looked for."""

HEAD = 4096
"""Characters of a report in which its policy stands."""


class Folder:
    """A folder of runs; addresses name them by their paths, and only those that were found."""

    def __init__(self, folder: Path) -> None:
        """Serve the runs in this folder and the folders below it."""
        self._folder = real_path(folder)
        self._lock = Lock()
        self._render = lru_cache(maxsize=8)(_rendered)

    def runs_page(self) -> str:
        """The list of the runs."""
        runs, unreadable = self._runs()
        listed = [Listed(path, run.manifest) for path, run in runs.items()]
        return render_runs(self._folder.name, groups(listed), unreadable)

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
                unreadable.append(str(error))
        return runs, unreadable


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
