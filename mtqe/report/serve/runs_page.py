"""The page that lists the runs of a folder, with the trend of each metric; it has no script."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from markupsafe import Markup

from mtqe.report.page import render
from mtqe.report.page.render import environment, source_hash
from mtqe.report.serve import trends
from mtqe.report.serve.trends import RunGroup

ASSETS = Path(__file__).parent / "assets"
STYLES = (render.ASSETS / "report.css", ASSETS / "runs.css")


def runs_policy() -> str:
    """The content security policy of the page: its own style and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{source_hash(_style())}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def render_runs(folder: str, found: Sequence[RunGroup], unreadable: Sequence[str]) -> str:
    """The list of a folder's runs.

    Args:
        folder: what the page calls the folder.
        found: the runs by test set.
        unreadable: in a sentence each, what looks like a run but can't be read.
    """
    return (
        environment(ASSETS)
        .get_template("runs.html.j2")
        .render(
            folder=folder,
            groups=found,
            unreadable=unreadable,
            chart=trends,
            policy=runs_policy(),
            style=Markup(_style()),
            run_address=run_address,
            pair_address=pair_address,
        )
    )


def render_problem(message: str) -> str:
    """A page that says what went wrong."""
    template = environment(ASSETS).get_template("problem.html.j2")
    return template.render(message=message, policy=runs_policy(), style=Markup(_style()))


def run_address(path: str) -> str:
    """Where the report of a run is."""
    return f"/run/{quote(path, safe='')}"


def pair_address(new: str, old: str) -> str:
    """Where the report of two runs is."""
    return f"/compare?{urlencode({'new': new, 'old': old})}"


def _style() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in STYLES)
