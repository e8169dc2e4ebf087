"""Colours, sizes and letters of figures, and how a notebook shows one."""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib as mpl
from markupsafe import Markup
from matplotlib import font_manager
from matplotlib.figure import Figure

FONTS = (
    "DejaVu Sans",
    "Noto Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans Arabic",
    "Noto Sans Devanagari",
    "Arial Unicode MS",
    "PingFang SC",
    "Microsoft YaHei",
)
"""Fonts whose letters are tried one after the other; names of systems may have any script."""


@dataclass(frozen=True)
class Theme:
    """Colours; each stands out from the ground with a contrast of 4.5 or more, but for the grid."""

    ground: str
    ink: str
    soft: str
    grid: str
    accent: str


THEMES: Mapping[str, Theme] = {
    "light": Theme("#ffffff", "#1a1f27", "#56606e", "#dde2e9", "#1f6fc4"),
    "dark": Theme("#1c2027", "#e6e9ee", "#a4aebc", "#333a45", "#6fb1ff"),
}
"""The report's own colours."""


class NotebookFigure(Figure):
    """A matplotlib figure that a notebook shows as it is, with words for those who can't see it.

    Attributes:
        description: what it shows.
    """

    description: str = ""

    def _repr_html_(self) -> str:
        return Markup('<img alt="{}" src="data:image/svg+xml;base64,{}">').format(
            self.description, base64.b64encode(self.svg()).decode("ascii")
        )

    def svg(self) -> bytes:
        """The figure as SVG, the same bytes for the same figure.

        Its letters are text, so that a browser finds fonts for scripts that this machine has none
        for.
        """
        settings: dict[Any, Any] = {"svg.hashsalt": "mtqe", "svg.fonttype": "none"}
        with mpl.rc_context(settings), io.BytesIO() as out, warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph .* missing from font")
            self.savefig(out, format="svg", metadata={"Date": None})
            return out.getvalue()


@contextmanager
def styled(theme: str) -> Iterator[Theme]:
    """Let what is drawn have a theme's colours, whatever the user's own settings say."""
    colours = THEMES[theme]
    settings: dict[Any, Any] = {  # matplotlib's own type has every name
        "figure.facecolor": colours.ground,
        "axes.facecolor": colours.ground,
        "axes.edgecolor": colours.soft,
        "axes.labelcolor": colours.ink,
        "axes.titlecolor": colours.ink,
        "axes.grid": True,
        "axes.grid.axis": "x",
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "grid.color": colours.grid,
        "text.color": colours.ink,
        "text.parse_math": False,
        "xtick.color": colours.soft,
        "ytick.color": colours.soft,
        "xtick.labelcolor": colours.ink,
        "ytick.labelcolor": colours.ink,
        "font.family": list(_fonts()),
        "font.size": 10,
        "axes.titlesize": 11,
        "savefig.facecolor": "auto",
    }
    with mpl.rc_context(rc=mpl.rcParamsDefault):
        mpl.rcParams.update(settings)
        yield colours


@cache
def _fonts() -> tuple[str, ...]:
    """Those of `FONTS` that this machine has; matplotlib brings the first one."""
    here = {font.name for font in font_manager.fontManager.ttflist}
    return tuple(name for name in FONTS if name in here) or FONTS[:1]
