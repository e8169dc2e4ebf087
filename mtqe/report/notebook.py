"""The report of a run in a notebook's frame, or as a file."""

from __future__ import annotations

import os

from markupsafe import Markup, escape

from mtqe.report.page.data import report_data
from mtqe.report.page.render import render_html, write_html
from mtqe.run import Run
from mtqe.support.arguments import path_argument
from mtqe.support.visible import one_line

HEIGHT = 800
"""Pixels of a notebook's frame."""


class RunReport:
    """The HTML report of a run; a notebook shows it in a frame.

    Attributes:
        html: the page, complete in itself.
    """

    def __init__(self, run: Run, path: str | os.PathLike[str] | None = None) -> None:
        """Render the report, and write it to a file if one is named.

        Raises:
            MtqeError: the run's tables can't be read, or the file can't be written.
        """
        place = None if path is None else path_argument(path, "the report's file")
        data = report_data(run)
        self._name = one_line(run.manifest.id)
        self.html = render_html(data)
        if place is not None:
            write_html(data, place)

    def __repr__(self) -> str:
        return f"<Report of {self._name}: {len(self.html):,} characters of HTML>"

    def _repr_html_(self) -> Markup:
        # The page may run its own script, and reaches neither the notebook nor its kernel.
        return Markup(
            '<iframe title="{}" sandbox="allow-scripts allow-downloads" srcdoc="{}" width="100%" '
            'height="{}" style="border:0"></iframe>'
        ).format(f"report of {self._name}", escape(str(self.html)), HEIGHT)
