"""`mtqe --help` with its commands by purpose, in plain text that needs no further library."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

EVALUATE = "Evaluate"
TEST_SETS = "Test sets"
CI = "CI"
PEOPLE = "People"
SET_UP = "Set up"
OTHER = "Commands"
PANELS = (EVALUATE, TEST_SETS, CI, PEOPLE, SET_UP)


class PanelGroup(TyperGroup):
    """Lists each command under the ``rich_help_panel`` that it was added with."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - click's own
        """Write one section per panel; what belongs to none comes last."""
        widest = max(map(len, self.commands))
        panels: dict[str, list[tuple[str, str]]] = {panel: [] for panel in PANELS}
        for name, command in self.commands.items():
            summary = command.get_short_help_str(formatter.width - 6 - widest)
            panel = getattr(command, "rich_help_panel", None) or OTHER
            panels.setdefault(panel, []).append((name.ljust(widest), summary))
        for panel, rows in panels.items():
            if rows:
                with formatter.section(panel):
                    formatter.write_dl(rows)
