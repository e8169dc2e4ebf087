"""Commands that say how to give an option several values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand


class RepeatingCommand(TyperCommand):
    """A command whose complaint about a word too many names the option to repeat for it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - click's own
        """Parse as usual.

        Raises:
            typer.BadParameter: a word is too many, and it follows the value of a repeatable option.
        """
        words = list(args)  # which the parser takes away
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            told = getattr(error, "message", "")
            if "extra argument" not in told or (found := self._to_repeat(words)) is None:
                raise
            option, value = found
            raise typer.BadParameter(
                f"got {value} after the value of {option}; write {option} before each value, as in "
                f"{option} A {option} B.",
                ctx,
            ) from error

    def _to_repeat(self, words: Sequence[str]) -> tuple[str, str] | None:
        """The first repeatable option that two words follow, and the second of these."""
        names = {
            name
            for parameter in self.params
            if getattr(parameter, "multiple", False)
            for name in parameter.opts
        }
        for place, word in enumerate(words):
            option, has_value, _ = word.partition("=")
            rest = words[place + (1 if has_value else 2) :]
            if option in names and rest and not rest[0].startswith("-"):
                return option, rest[0]
        return None
