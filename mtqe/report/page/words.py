"""The words of the report, in the language that its reader chose."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from mtqe.errors import ConfigError
from mtqe.support.options import suggestion

TABLES = Path(__file__).parent / "words"
DEFAULT = "en"

PLACE = re.compile(r"\{(\w+)\}")

Text = str | Mapping[str, str]


class Words:
    """The words of one language; a text has two forms where a number of things is counted.

    Attributes:
        language: BCP 47.
        table: texts by key.
    """

    def __init__(self, language: str, table: Mapping[str, Text]) -> None:
        """Say things in a language."""
        self.language = language
        self.table = table

    def say(self, key: str, **values: object) -> str:
        """A text with its values put in; `count` chooses between one and several.

        Raises:
            KeyError: the table has no such text.
        """
        text = self.table[key]
        if not isinstance(text, str):
            text = text["one" if values.get("count") == 1 else "other"]
        return PLACE.sub(lambda place: _shown(values[place[1]]), text)


def languages() -> tuple[str, ...]:
    """The languages that the report speaks."""
    return tuple(sorted(path.stem for path in TABLES.glob("*.json")))


@cache
def words(language: str = DEFAULT) -> Words:
    """The words of a language.

    Raises:
        ConfigError: the report doesn't speak it; names those that it does.
    """
    if language not in languages():
        raise ConfigError(
            f"the report has no words in {language!r}; {suggestion(language, languages())}"
        )
    table = json.loads((TABLES / f"{language}.json").read_text(encoding="utf-8"))
    return Words(language, table)


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
