"""Which language of a file is the source and which the target."""

from __future__ import annotations

from collections.abc import Sequence

from mtqe.corpus.base import LanguagePair
from mtqe.errors import ConfigError, DataError
from mtqe.support.languages import canonical, language, primary, script
from mtqe.support.visible import one_line


def parse_languages(source: str | None, target: str | None) -> LanguagePair | None:
    """The pair that options name, if they do.

    Raises:
        ConfigError: only one is given, or one is not a language tag.
    """
    if source is None and target is None:
        return None
    if source is None or target is None:
        raise ConfigError("give --source-language and --target-language together.")
    return LanguagePair(
        language(source, "--source-language"), language(target, "--target-language")
    )


def find_language(wanted: str, found: Sequence[str]) -> str | None:
    """The tag in a file that means a language: the same, else one that says more or less of it.

    ``en`` finds ``en-US``, ``eng`` and ``en_GB`` find ``en``, ``zh-Hant`` finds ``zh-TW``, but
    ``en-US`` never finds ``en-GB``.
    """
    target = _normal(wanted)
    for tag in found:
        if _normal(tag) == target:
            return tag
    related = [tag for tag in found if _prefix(_normal(tag), target) or _same(tag, wanted)]
    return related[0] if related else None


def agreed(
    name: str, given: LanguagePair | None, source: str | None, target: str | None
) -> LanguagePair:
    """The languages that were given, which must be the file's own where it names any.

    Args:
        name: what messages call the file.
        given: what the user said; it wins in its spelling.
        source: what the file says, if anything.
        target: what the file says, if anything.

    Raises:
        DataError: the two contradict each other, or neither says it.
    """
    if given is None:
        if source is None or target is None:
            side = "source" if source is None else "target"
            raise DataError(
                f"{name}: does not name its {side} language; say it with --{side}-language."
            )
        return LanguagePair(_tag(source), _tag(target))
    for side, ours, theirs in (("source", given.source, source), ("target", given.target, target)):
        if theirs is not None and find_language(ours, [theirs]) is None:
            raise DataError(
                f"{name}: its {side} language is {one_line(theirs)}, not {ours}; correct "
                f"--{side}-language."
            )
    return given


def _tag(name: str) -> str:
    """A file's own name of a language in BCP 47's spelling, such as ``sr-Latn`` of ``sr@latin``."""
    return canonical(name) if "@" in name or "." in name else name.replace("_", "-")


def _same(first: str, second: str) -> bool:
    """Whether two tags name one language and script, and not two different regions."""
    regions = {part for tag in (first, second) for part in _normal(tag).split("-")[1:]}
    return (
        primary(first) == primary(second)
        and script(first) == script(second) != ""
        and sum(len(part) == 2 or part.isdigit() for part in regions) < 2
    )


def _normal(tag: str) -> str:
    return canonical(tag).lower()


def _prefix(first: str, second: str) -> bool:
    return first.startswith(second + "-") or second.startswith(first + "-")
