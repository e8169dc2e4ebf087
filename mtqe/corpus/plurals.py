"""What the metadata ``plural`` says of segments that are one plural form of a message."""

from __future__ import annotations

from mtqe.corpus.base import Segment

PLURAL = "plural"
SINGULAR = "singular"
EXACT = "for "
"""Begins the name of a form that stands for one number or a few, such as ``for 0``."""


def may_omit_number(segment: Segment) -> bool:
    """Whether a translation may leave out the number, because its form says it."""
    form = segment.metadata.get(PLURAL, "")
    return form == SINGULAR or form.startswith(EXACT)
