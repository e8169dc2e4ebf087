"""The page that lists the runs of a folder, with the trend of each metric; it has no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from mtqe.report.page import render
from mtqe.report.page.render import environment, source_hash
from mtqe.report.serve import trends
from mtqe.report.serve.addresses import Addresses, ServerAddresses
from mtqe.report.serve.trends import RunGroup

ASSETS = Path(__file__).parent / "assets"
STYLES = (render.ASSETS / "report.css", ASSETS / "runs.css")


def runs_policy() -> str:
    """The content security policy of the page: its own style and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{source_hash(runs_style())}'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def render_runs(
    folder: str,
    found: Sequence[RunGroup],
    unreadable: Sequence[str],
    *,
    new_findings: Mapping[str, Mapping[str, int]] | None = None,
    addresses: Addresses | None = None,
) -> str:
    """The list of a folder's runs.

    Args:
        folder: what the page calls the folder.
        found: the runs by test set.
        unreadable: in a sentence each, what looks like a run but can't be read.
        new_findings: by path, the new findings of a run's systems.
        addresses: where the runs' pages are; on the server if None.
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
            style=Markup(runs_style()),
            new_findings=new_findings or {},
            addresses=addresses or ServerAddresses(),
        )
    )


def render_problem(message: str, home: str = "/") -> str:
    """A page that says what went wrong, with a link to the list."""
    template = environment(ASSETS).get_template("problem.html.j2")
    return template.render(
        message=message, home=home, policy=runs_policy(), style=Markup(runs_style())
    )


def runs_style() -> str:
    """The style of the list, of its problems, and of the service's page."""
    return "".join(path.read_text(encoding="utf-8") for path in STYLES)
