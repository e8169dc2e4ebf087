"""A gate's result as Markdown, for a pull request's comment and a job's summary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mtqe.gate import GateResult, RuleResult, Suspect
from mtqe.gate.explain import headline, interval, numbers, reason
from mtqe.report.gate.text import verdict_word

COMMENT_LIMIT = 65_536
"""Characters that GitHub takes in one comment; GitLab takes more."""

TEXT_LIMIT = 300
"""Characters of a source or translation that are shown."""

SYMBOLS = {"pass": "✅", "fail": "❌", "inconclusive": "❔"}
PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
SEVERITY = ("fail", "inconclusive", "pass")


def marker(corpus: str) -> str:
    """The hidden line by which the comment on a corpus is found again and updated in place."""
    return f"<!-- mtqe-gate {re.sub(r'[^A-Za-z0-9_.]', '_', corpus)} -->"


def gate_markdown(result: GateResult, *, limit: int = COMMENT_LIMIT) -> str:
    """The outcome, a table of checks, and the segments to look at, folded.

    Args:
        result: what the gate found.
        limit: characters; what doesn't fit is left out from the end, and counted.
    """
    checks = sorted(result.checks, key=lambda check: SEVERITY.index(check.verdict))
    head = [
        marker(result.corpus),
        f"### {SYMBOLS[result.outcome]} {_text(result.corpus)}: {headline(result)}",
        "",
        *(f"- {_text(remark)}" for remark in result.remarks),
        "",
        "| | rule | system | value | threshold | interval | n |",
        "|---|---|---|---:|---:|---|---:|",
    ]
    rows = [_row(check) for check in checks]
    details = ["\n".join(_details(check)) for check in checks if check.verdict != "pass"]
    return _fitted(["\n".join(head)], rows, details, limit)


def _fitted(head: list[str], rows: list[str], details: list[str], limit: int) -> str:
    """Rows before details, and as many as there is room for."""
    note = "\n{} more left out for want of room; the job's output has all.\n"
    room = limit - len(head[0]) - len(note) - 20
    kept_rows, room = _within(rows, room)
    kept_details, room = _within(details, room)
    left_out = len(rows) - len(kept_rows) + len(details) - len(kept_details)
    text = "\n".join([*head, *kept_rows, "", *kept_details])
    return text + (note.format(left_out) if left_out else "\n")


def _within(parts: Iterable[str], room: int) -> tuple[list[str], int]:
    kept: list[str] = []
    for part in parts:
        if len(part) + 1 > room:
            break
        kept.append(part)
        room -= len(part) + 1
    return kept, room


def _row(check: RuleResult) -> str:
    value, threshold = numbers(check)
    rule = " on ".join(filter(None, (check.rule, check.scope)))
    cells = [
        f"{SYMBOLS[check.verdict]} {verdict_word(check)}",
        _text(rule),
        _text(check.system),
        value,
        threshold,
        interval(check),
        str(check.segments),
    ]
    return f"| {' | '.join(cells)} |"


def _details(check: RuleResult) -> Iterator[str]:
    yield f"<details><summary>{_text(check.rule)}: {_text(reason(check))}</summary>"
    yield ""
    for suspect in check.suspects:
        yield from _suspect(check, suspect)
    yield ""
    yield "</details>"


def _suspect(check: RuleResult, suspect: Suspect) -> Iterator[str]:
    yield f"- **{_text(suspect.segment_id)}** {_scores(check, suspect)}".rstrip()
    if suspect.message:
        yield f"  - {_text(_shortened(suspect.message))}"
    for name, text in (
        ("source", suspect.source),
        ("baseline", suspect.baseline_hypothesis),
        ("now", suspect.hypothesis),
    ):
        if text:
            yield f"  - {name}: <code>{_text(_shortened(text))}</code>"


def _scores(check: RuleResult, suspect: Suspect) -> str:
    scores = (suspect.baseline_score, suspect.score)
    return " → ".join(f"{score:.{check.decimals}f}" for score in scores if score is not None)


def _shortened(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else f"{text[:TEXT_LIMIT]}…"


def _text(text: str) -> str:
    """Text that can be neither Markdown nor HTML: punctuation as entities, on one line."""
    return PUNCTUATION.sub(lambda match: f"&#{ord(match[0])};", " ".join(text.split()))
