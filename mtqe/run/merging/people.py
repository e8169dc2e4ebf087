"""People's scores of several parts as one metric: other ratings by nature, else alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mtqe.metrics.base import Signature
from mtqe.metrics.human import DIGEST, Human
from mtqe.metrics.info import MetricInfo

RATINGS = frozenset({"raters", "digest", "path"})
"""Options that say which ratings they are, and not of what kind."""
SIGNED = frozenset({"raters", "ratings"})
"""What the signature says of them."""
HEXADECIMAL = re.compile(rf"[0-9a-f]{{1,{DIGEST}}}")


def comparable_options(info: MetricInfo) -> Mapping[str, Any]:
    """The options in which parts must be alike."""
    differing = RATINGS if info.metric == Human.name else frozenset()
    return {key: value for key, value in info.options.items() if key not in differing}


def comparable_signature(info: MetricInfo, signature: str) -> Signature:
    """The fields of a signature of this metric in which parts must be alike."""
    parsed = Signature.parse(signature)
    differing = SIGNED if info.metric == Human.name else frozenset()
    return replace(parsed, fields=tuple(item for item in parsed.fields if item[0] not in differing))


def of_all_ratings(same: Sequence[MetricInfo]) -> MetricInfo:
    """The first part's metric; of people's scores that differ, the metric of all ratings.

    How many people rated all parts is not known, as the same may have rated several. No single
    file has all ratings, so the scores can't be computed again, as those by `mtqe human`.
    """
    first = same[0]
    if first.metric != Human.name or all(info.options == first.options for info in same):
        return first
    digests = [str(info.options.get("digest", "")) for info in same]
    options = {**first.options, "raters": 0, "path": "", "digest": _together(digests)}
    metric = first.model_copy(update={"options": options}).build()
    return first.model_copy(update={"options": options, "signature": str(metric.signature(""))})


def _together(digests: Sequence[str]) -> str:
    """The sum of different digests: the same in whatever order, and however often, runs merge."""
    numbers = {int(text, 16) for text in digests if HEXADECIMAL.fullmatch(text)}
    return f"{sum(numbers) % 16**DIGEST:0{DIGEST}x}"
