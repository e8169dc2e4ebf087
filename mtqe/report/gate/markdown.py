"""A gate's result as Markdown, for a pull request's comment and a job's summary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from mtqe.corpus.segment_names import segment_name
from mtqe.gate import GateResult, RuleResult, Suspect
from mtqe.gate.explain import headline, interval, numbers, reason
from mtqe.report.gate.text import verdict_word
from mtqe.support.visible import one_line
from mtqe.support.words import count

COMMENT_LIMIT = 65_536
"""Characters that GitHub takes in one comment; GitLab takes more."""

TEXT_LIMIT = 300
"""Characters of a source or translation that are shown."""

SYMBOLS = {"pass": "✅", "fail": "❌", "inconclusive": "❔"}
MARKUP = re.compile(
    r"""
      [&<>`*~\[\]{}\\|$@\#^]             # HTML, emphasis, code, links, tables, mentions
    | (?<![^\W_])_ | _(?![^\W_])         # emphasis; inside a word it is none
    | :(?=\S)                           # addresses, emoji
    | !(?=\w) | %(?=[\w"])              # GitLab's merge requests and milestones
    | ^[-+=/] | ^[0-9]+[.)]             # lists, headings, GitLab's commands
    | (?i:www)\. | (?i:\bgh)-(?=[0-9])  # addresses without http:, GitHub's issues
    """,
    re.VERBOSE,
)
"""What GitHub or GitLab could take for more than text; a match's last character is escaped."""

NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
SEVERITY = ("fail", "inconclusive", "pass")
TABLE = """| | rule | system | value | threshold | interval | n |
|---|---|---|---:|---:|---|---:|"""
FOLD = "<details><summary>{}</summary>\n\n{}\n\n</details>\n"


def marker(corpus: str) -> str:
    """The hidden line by which the comment on a corpus is found again and updated in place."""
    return f"<!-- mtqe-gate {re.sub(r'[^A-Za-z0-9_.]', '_', corpus)} -->"


def gate_markdown(
    result: GateResult, *, limit: int = COMMENT_LIMIT, report: str | None = None
) -> str:
    """What broke, the rules that did not pass, the segments to look at, and folded what passed.

    Args:
        result: what the gate found.
        limit: characters; what doesn't fit is left out from the end, and counted.
        report: address of the HTML report, where there is one.
    """
    checks = sorted(result.checks, key=lambda check: SEVERITY.index(check.verdict))
    open_checks = [check for check in checks if check.verdict != "pass"]
    passed = [check for check in checks if check.verdict == "pass"]
    head = [
        marker(result.corpus),
        f"### {SYMBOLS[result.outcome]} {_text(result.corpus)}: {_text(_first_line(result))}",
        "",
        *([_text(headline(result)), ""] if open_checks else []),
        *([f"[Open the report]({report})", ""] if report else []),
        *(f"- {_text(remark)}" for remark in result.remarks),
    ]
    segments = ["\n".join(lines) for lines in _segments(open_checks)]
    return _fitted("\n".join(head), open_checks, segments, passed, limit)


def _first_line(result: GateResult) -> str:
    """What broke; the headline where nothing did."""
    broken = [check for check in result.checks if check.blocks]
    if not broken:
        return headline(result)
    first = min(broken, key=lambda check: SEVERITY.index(check.verdict))
    others = f" And {count(len(broken) - 1, 'more rule')}." if len(broken) > 1 else ""
    return f"{first.system}: {reason(first)}{others}"


def _fitted(
    head: str,
    checks: Sequence[RuleResult],
    segments: Sequence[str],
    passed: Sequence[RuleResult],
    limit: int,
) -> str:
    """Rules before segments before what passed, and as many as there is room for."""
    note = "\n{} more left out for want of room; the job's output has all.\n"
    frame = len(TABLE) + 2 * len(FOLD.format("", "")) + 200
    room = limit - len(head) - len(note) - frame
    rows, room = _within([_row(check) for check in checks], room)
    shown, room = _within(segments, room)
    fine, room = _within([_row(check) for check in passed], room)
    left_out = len(checks) - len(rows) + len(segments) - len(shown) + len(passed) - len(fine)
    parts = [head]
    if rows:
        parts += [TABLE, *rows, ""]
    if shown:
        parts.append(FOLD.format(f"Look at {count(len(segments), 'segment')}", "\n".join(shown)))
    if fine:
        title = f"{count(len(passed), 'rule')} passed"
        parts.append(FOLD.format(title, "\n".join([TABLE, *fine])))
    return "\n".join(parts) + (note.format(left_out) if left_out else "\n")


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


def _segments(checks: Sequence[RuleResult]) -> Iterator[list[str]]:
    """Each segment to look at once per system, with what every rule says of it."""
    found: dict[tuple[str, str], list[tuple[RuleResult, Suspect]]] = {}
    for check in checks:
        for suspect in check.suspects:
            found.setdefault((suspect.segment_id, check.system), []).append((check, suspect))
    for (_, system), about in found.items():
        suspect = about[0][1]
        name = segment_name(suspect.segment_id, suspect.line, None, suspect.place)
        lines = [f"- **{_text(name)}** {_text(system)}"]
        said = dict.fromkeys(filter(None, (_said(check, each) for check, each in about)))
        lines += [f"  - {text}" for text in said]
        for name, text in (
            ("source", suspect.source),
            ("baseline", suspect.baseline_hypothesis),
            ("now", suspect.hypothesis),
        ):
            if text is not None:
                shown = f"<code>{_text(_shortened(text))}</code>" if text.strip() else "(empty)"
                lines.append(f"  - {name}: {shown}")
        yield lines


def _said(check: RuleResult, suspect: Suspect) -> str:
    """What a rule says of a segment: its finding, or its scores before and now."""
    if suspect.message:
        return _text(_shortened(suspect.message))
    scores = _scores(check, suspect)
    return f"{_text(check.label)} {scores}" if scores else ""


def _scores(check: RuleResult, suspect: Suspect) -> str:
    scores = (suspect.baseline_score, suspect.score)
    return " → ".join(f"{score:.{check.decimals}f}" for score in scores if score is not None)


def _shortened(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else f"{text[:TEXT_LIMIT]}…"


def _text(text: str) -> str:
    """Text that can be neither Markdown nor HTML, on one line: entities for possible markup."""
    return MARKUP.sub(_escaped, one_line(" ".join(text.split())))


def _escaped(match: re.Match[str]) -> str:
    before, sign = match[0][:-1], match[0][-1]
    return before + NAMED.get(sign, f"&#{ord(sign)};")
