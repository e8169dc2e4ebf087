"""`mtqe doctor`: what works here, and the command that fixes what doesn't."""

from __future__ import annotations

import typer


def doctor() -> None:
    """Print what works here and, for what doesn't, how to fix it.

    Looks at versions, folders, backends, metrics and models. What is marked optional is needed only
    by those who use it.

    Example: mtqe doctor
    """
    from mtqe.config.doctor import diagnose

    for section in diagnose():
        typer.echo(f"{section.title}:")
        for line in section.lines:
            typer.echo(f"  {line.mark:8} {line.name}: {line.detail}")
