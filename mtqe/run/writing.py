"""Writing a run folder whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from mtqe.errors import MtqeError
from mtqe.run.reading import REPORT, Run
from mtqe.run.soundness import FINDINGS, MANIFEST, SEGMENTS, SPANS, STATISTICS
from mtqe.support.files import beside, replace_folder
from mtqe.support.paths import real_path

OWN = {
    MANIFEST, SEGMENTS, STATISTICS, FINDINGS, SPANS, REPORT, "comparison.json", "comparison.html",
    "gate.json",
}  # fmt: skip
"""Files that mtqe writes into run folders; all others are somebody's, such as reviews."""
LEFTOVER = re.compile(r"\..*\.[0-9a-f]{8}\.(partial|old|partial\.old)")
LEFTOVER_AGE = 3600.0
"""Seconds after which a temporary folder can't be one that is still being written."""


def write_run(folder: Path, run: Run, pages: Mapping[str, bytes] | None = None) -> Run:
    """Write a run in memory as a folder, whole or not at all.

    It is written under a temporary name beside its place, then renamed. An existing run of the
    same name is replaced, but for files that mtqe did not write; any other non-empty folder is left
    alone.

    Args:
        folder: the run folder.
        run: what to write.
        pages: further files by name, such as the report.

    Raises:
        MtqeError: the folder can't be written; nothing is left behind.
    """
    check_output(folder)
    place = real_path(folder)
    temporary = beside(place)
    try:
        temporary.mkdir(parents=True)
        _remove_leftovers(place.parent)
        for name in run.held:
            run.write_file(name, temporary / name)
        for name, data in (pages or {}).items():
            (temporary / name).write_bytes(data)
        _keep_others(place, temporary)
        replace_folder(temporary, place)
    except OSError as error:
        raise MtqeError(
            f"the run could not be written to {folder} ({error.strerror or error}); free space or "
            "choose another place with --output, then repeat: finished work is in the cache."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return Run(folder, run.manifest)


def check_output(folder: Path) -> None:
    """Raise `MtqeError` if `write_run` would have to refuse this folder."""
    place = real_path(folder)
    parent = next((path for path in place.parents if path.exists()), place)
    if any(path.is_symlink() for path in (place, *place.parents)):
        raise MtqeError(f"{folder}: a link leads to itself; choose another folder with --output.")
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise MtqeError(
            f"a run can't be written to {folder}: {parent} is not a folder that you may write to; "
            "choose another with --output."
        )
    if Path.cwd().is_relative_to(place):
        raise MtqeError(f"a run can't replace {folder}, where you are; choose another --output.")
    if place.exists() and not _is_run(place) and not _is_empty(place):
        raise MtqeError(f"{folder} exists and is not a run folder; choose another with --output.")


def _keep_others(old: Path, new: Path) -> None:
    """Copy what mtqe did not write, such as a review that was saved beside its run."""
    for path in old.iterdir() if old.exists() else ():
        if path.name in OWN:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, new / path.name, symlinks=True)
        else:
            shutil.copy2(path, new / path.name, follow_symlinks=False)


def _is_run(folder: Path) -> bool:
    """Whether all is there, so that replacing it can't delete somebody's unrelated work."""
    return all((folder / name).is_file() for name in (MANIFEST, SEGMENTS, STATISTICS))


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _remove_leftovers(parent: Path) -> None:
    """Delete what runs that were killed while they wrote left behind: old enough to be nobody's."""
    for path in parent.iterdir():
        if LEFTOVER.fullmatch(path.name) and time.time() - path.stat().st_mtime > LEFTOVER_AGE:
            shutil.rmtree(path, ignore_errors=True)
