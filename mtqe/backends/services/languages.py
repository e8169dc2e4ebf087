"""Language tags as services spell them."""

from __future__ import annotations

from collections.abc import Mapping

from mtqe.backends.services.options import ServiceOptions
from mtqe.corpus.base import LanguagePair
from mtqe.support.languages import canonical

SIMPLIFIED = ("zh", "zh-hans", "zh-cn", "zh-sg", "zh-hans-cn", "zh-hans-sg")
TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "zh-hant-tw", "zh-hant-hk", "zh-hant-mo")


def chinese(simplified: str, traditional: str) -> dict[str, str]:
    """The tags of Chinese, each to one of a service's two codes."""
    return dict.fromkeys(SIMPLIFIED, simplified) | dict.fromkeys(TRADITIONAL, traditional)


def codes(
    languages: LanguagePair, options: ServiceOptions, special: Mapping[str, str]
) -> tuple[str, str]:
    """Codes of source and target: the options', else those of `special`, else the tags.

    Args:
        languages: as the corpus has them.
        options: may name codes.
        special: by canonical tag in lower case.
    """
    tags = canonical(languages.source), canonical(languages.target)
    source, target = (special.get(tag.lower(), tag) for tag in tags)
    return options.source_code or source, options.target_code or target
