"""All checks on one test set and its translations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from mtqe.checks.base import NO_EVIDENCE, Check, Evidence, Finding
from mtqe.checks.large import LargeTexts, texts_of
from mtqe.checks.texts import Texts
from mtqe.corpus.base import Corpus, Translations
from mtqe.support.progress import Progress, silent
from mtqe.support.scratch import release

Looks = Callable[[Sequence[Check], Corpus, Texts], Iterator[tuple[int, Sequence[Finding]]]]
"""Who looks: gives the place of each check among those passed, in any order, and its findings."""


def why_not(
    check: Check,
    corpus: Corpus,
    systems: Sequence[Translations],
    evidence: Evidence = NO_EVIDENCE,
) -> str | None:
    """Why a check has nothing to look at here; None if it has.

    Args:
        check: any check.
        corpus: the test set.
        systems: its translations; may be empty.
        evidence: what is known beside the texts.
    """
    return _lacks(check, corpus, systems, evidence) or check.nothing_here(corpus, systems)


def _lacks(
    check: Check, corpus: Corpus, systems: Sequence[Translations], evidence: Evidence
) -> str | None:
    """What a check needs and has not; None if nothing."""
    if check.needs_source and not corpus.has_sources:
        return "no sources"
    if check.needs_translations and not systems:
        return "no translations"
    if check.needs_references and not any(segment.present_references for segment in corpus):
        return "no references"
    if check.needs_evidence and evidence.is_empty:
        return "needs what a run knows"
    return None


def _leave_out(check: Check, corpus: Corpus, texts: Texts, evidence: Evidence) -> bool:
    """Whether a check has nothing to look at, as far as this is told without reading large texts.

    Looking at each of them first would take as long as the checks themselves.
    """
    if isinstance(texts, LargeTexts) and (check.subject or not check.by_segment):
        return _lacks(check, corpus, texts, evidence) is not None
    return why_not(check, corpus, texts, evidence) is not None


def look_here(
    checks: Sequence[Check], corpus: Corpus, texts: Texts
) -> Iterator[tuple[int, Sequence[Finding]]]:
    """Look with one check after the other, in this process; see `Looks`."""
    if isinstance(texts, LargeTexts):
        yield from _look_by_blocks(checks, corpus, texts)
        return
    for place, check in enumerate(checks):
        yield place, tuple(check.findings(corpus, texts))


def _look_by_blocks(
    checks: Sequence[Check], corpus: Corpus, texts: LargeTexts
) -> Iterator[tuple[int, Sequence[Finding]]]:
    """Look at large texts: first segment by segment, then with the checks that must see all."""
    apart = {place: check for place, check in enumerate(checks) if check.by_segment}
    found: dict[int, list[Finding]] = {place: [] for place in apart}
    for block in texts.blocks():
        for place, check in apart.items():
            found[place] += check.findings(block.corpus, block)
    yield from found.items()
    for place, check in enumerate(checks):
        if place not in apart:
            nothing = check.nothing_here(corpus, texts) is not None
            yield place, () if nothing else tuple(check.findings(corpus, texts))
            release()


def run_checks(
    checks: Sequence[Check],
    corpus: Corpus,
    systems: Sequence[Translations],
    progress: Progress | None = None,
    evidence: Evidence = NO_EVIDENCE,
    look: Looks = look_here,
) -> tuple[Finding, ...]:
    """What the checks find, in the corpus's order; of a segment, the test set's own come first.

    Checks that need the sources are left out where these are not known.

    Args:
        checks: each gives at most one finding per segment and system.
        corpus: the test set.
        systems: translations of all its segments, in its order; may be empty.
        progress: told of each check.
        evidence: what is known beside the texts; nothing where there was no evaluation.
        look: who looks at the texts.
    """
    texts = texts_of(corpus, systems)
    applied = [check for check in checks if not _leave_out(check, corpus, texts, evidence)]
    task = (progress or silent()).task("check", len(applied))
    found: list[Sequence[Finding]] = [()] * len(applied)
    for place, findings in look([check.informed(evidence) for check in applied], corpus, texts):
        found[place] = findings
        task.advance(1)
    task.done()
    named = {finding.segment_id for findings in found for finding in findings}
    rows = {s.id: row for row, s in enumerate(corpus) if s.id in named} if named else {}
    places = {system.system: place for place, system in enumerate(systems)}
    return tuple(
        sorted(chain(*found), key=lambda f: (rows[f.segment_id], places.get(f.system or "", -1)))
    )
