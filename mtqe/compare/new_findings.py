"""Findings that a run has and an older one had not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from mtqe.compare.paired_scores import ScoredSystem
from mtqe.support.words import count

WORDS: Mapping[str, tuple[str, str]] = {
    "empty": ("new empty translation", "new empty translations"),
    "copy": ("new copy of the source", "new copies of the source"),
    "language": ("new translation in the wrong language", "new translations in the wrong language"),
    "repetition": (
        "new translation that repeats itself",
        "new translations that repeat themselves",
    ),
    "placeholders": (
        "new translation with lost placeholders",
        "new translations with lost placeholders",
    ),
}
"""What a headline calls findings of a check; others go by the check's name."""


def new_findings(
    ours: ScoredSystem, theirs: ScoredSystem, segments: Collection[str]
) -> Mapping[str, int]:
    """How many segments have a finding that the older run's translation had not, by check.

    Only critical findings count, and only of checks that both runs made alike.

    Args:
        ours: a system of the run in question.
        theirs: the system of the older run that it is compared with.
        segments: the ids of the segments that both have.
    """
    settings = {check.name: check.settings for check in theirs.run.manifest.checks}
    alike = [c.name for c in ours.run.manifest.checks if settings.get(c.name) == c.settings]
    before = set(_findings(theirs, alike))
    wanted = set(segments)
    return Counter(
        check
        for segment, check in dict.fromkeys(_findings(ours, alike))
        if segment in wanted and (segment, check) not in before
    )


def new_findings_text(found: Mapping[str, int]) -> Iterator[str]:
    """The findings in words, such as "2 new empty translations"."""
    for check, number in found.items():
        one, many = WORDS.get(check, (f"new finding ({check})", f"new findings ({check})"))
        yield count(number, one, many)


def _findings(side: ScoredSystem, checks: Collection[str]) -> Iterator[tuple[str, str]]:
    """Segment and check of each critical finding of a system."""
    from mtqe.checks import SEVERITIES  # not loaded to compare within a run

    table = side.run.findings_table.select(["segment_id", "system", "check", "severity"])
    columns = zip(*(table[name].to_pylist() for name in table.column_names), strict=True)
    for segment, whose, check, severity in columns:
        if whose == side.system and check in checks and severity == SEVERITIES[0]:
            yield segment, check
