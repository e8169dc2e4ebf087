"""A model's own codes for languages, found by language tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from langcodes import closest_match, standardize_tag
from langcodes.tag_parser import LanguageTagError

from mtqe.errors import BackendError
from mtqe.support.languages import canonical
from mtqe.support.options import suggestion

FARTHEST = 10
"""Of langcodes' distance: Brazilian for European Portuguese passes, Danish for Norwegian not."""
SHOWN = 40


def find_code(tag: str, codes: Sequence[str]) -> str:
    """The code that means a language, by CLDR's matching (the package langcodes).

    Args:
        tag: a BCP 47 tag, such as ``zh-TW``, or one of `codes` itself.
        codes: as a model has them, such as ``es``, ``spa_Latn``, ``zho_Hans``, ``es_XX``.

    Raises:
        BackendError: no code is near; names the closest spelling, or what there is.
    """
    if tag in codes:
        return tag
    by_tag = dict(_tags(codes))
    try:
        match, _ = closest_match(canonical(tag), list(by_tag), max_distance=FARTHEST)
    except LanguageTagError:
        match = "und"
    if match not in by_tag:
        raise BackendError(f"the model has no code for the language {tag!r}; {_hint(tag, codes)}")
    return by_tag[match]


def check_code(code: str, codes: Sequence[str]) -> str:
    """The code itself, which the user wrote.

    Raises:
        BackendError: the model doesn't have it; names the closest one.
    """
    if code not in codes:
        raise BackendError(f"the model has no code {code!r}; {_hint(code, codes)}")
    return code


def _tags(codes: Iterable[str]) -> Iterator[tuple[str, str]]:
    for code in codes:
        try:
            yield standardize_tag(code.removesuffix("_XX")), code
        except LanguageTagError:
            continue


def _hint(tag: str, codes: Sequence[str]) -> str:
    hint = suggestion(tag, codes)
    if hint.startswith("known are") and len(codes) > SHOWN:
        some = ", ".join(sorted(codes)[:SHOWN])
        return f"it has {len(codes)} codes, such as {some}."
    return hint
