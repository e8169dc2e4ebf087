"""The runs of a folder as files that any web server can publish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from mtqe.errors import MtqeError
from mtqe.report.serve.addresses import SiteAddresses
from mtqe.report.serve.folder import Folder
from mtqe.report.serve.runs_page import render_problem
from mtqe.support.files import write_whole
from mtqe.support.visible import one_line

SIGN = ".mtqe-site"
"""A file that says that a folder was written by `write_site`, and may be written again."""


def write_site(folder: Folder, place: Path) -> int:
    """Write the list of a folder's runs, their reports, and each run beside the one before.

    Pages of runs that are gone are removed. A page that can't be made says why.

    Args:
        folder: the runs.
        place: the site's folder: a new one, an empty one, or one that this wrote before.

    Returns:
        The number of runs.

    Raises:
        MtqeError: the place holds something else, or can't be written.
    """
    try:
        return _write(folder, place)
    except OSError as error:
        raise MtqeError(
            f"the site could not be written to {place} ({error.strerror or error}); free space or "
            "choose another folder with --write."
        ) from error


def _write(folder: Folder, place: Path) -> int:
    if place.exists() and any(place.iterdir()) and not (place / SIGN).exists():
        raise MtqeError(
            f"{place} holds something that `mtqe serve --write` did not write; "
            "choose another folder, or empty this one."
        )
    place.mkdir(parents=True, exist_ok=True)
    write_whole(place / SIGN, "")
    written = {place / "index.html"}
    runs = 0
    for name, page in _pages(folder):
        target = place / name
        target.parent.mkdir(exist_ok=True)
        write_whole(target, page)
        written.add(target)
        runs += target.parent.name == "run"
    write_whole(place / "index.html", folder.runs_page(SiteAddresses()))
    for stale in {*place.glob("run/*.html"), *place.glob("compare/*.html")} - written:
        stale.unlink()
    return runs


def _pages(folder: Folder) -> Iterator[tuple[str, str]]:
    """Every page but the list, with its place in the site."""
    addresses = SiteAddresses()
    for group in folder.runs().groups:
        for row in group.rows({}):
            path = row.run.path
            yield addresses.run(path), _made(partial(folder.report, path))
            if row.before is not None:
                old = row.before.path
                yield addresses.pair(path, old), _made(partial(folder.comparison, path, old))


def _made(make: Callable[[], str]) -> str:
    """A page, or one that says why it can't be made."""
    try:
        return make()
    except Exception as error:
        return render_problem(one_line(f"{type(error).__name__}: {error}"), home="../index.html")
