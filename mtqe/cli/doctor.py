"""`mtqe doctor`: what works here, and the command that mends what doesn't."""

from __future__ import annotations

import typer


def doctor() -> None:
    """Print what works here and, for what doesn't, how to mend it.

    Looks at versions, folders, backends, metrics and models.

    Example: mtqe doctor
    """
    from mtqe.config.doctor import diagnose

    for section in diagnose():
        typer.echo(f"{section.title}:")
        for line in section.lines:
            mark = "ok " if line.works else "no "
            typer.echo(f"  {mark} {line.name}: {line.detail}")
