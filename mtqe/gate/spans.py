"""The error spans that a rule is about."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mtqe.compare.compatible import check_metric
from mtqe.compare.paired_scores import ScoredSystem
from mtqe.corpus.mqm import CATEGORIES
from mtqe.corpus.spans import origin, origin_kind, origin_name, worse_or_equal
from mtqe.errors import ConfigError, IncompatibleRuns
from mtqe.gate.rules import NewSpans, Rule, Spans
from mtqe.gate.targets import RuleTarget
from mtqe.run import Run
from mtqe.support.options import suggestion
from mtqe.support.words import shortened

if TYPE_CHECKING:
    import pandas as pd

Counts = NDArray[np.intp]

DIGEST = 16
"""Hexadecimal digits of a text's hash: enough to know an error again."""
QUOTED = 3
"""Spans of a segment that a message quotes."""
LONGEST_QUOTE = 60


def offending_spans(rule: Spans, subject: RuleTarget) -> Counts:
    """How many spans of the rule's each segment of a subject has, or how many new ones.

    Raises:
        ConfigError: nothing in the run was asked for such spans, or nothing gives that category.
        IncompatibleRuns: the baseline has no spans by the same origin.
    """
    found = _by_segment(_offending(rule, subject))
    ids = subject.frame["segment_id"].to_numpy(object)[subject.rows]
    return np.array([len(found.get(name, ())) for name in ids], np.intp)


def spans_message(rule: Rule, subject: RuleTarget, segment_id: str) -> str | None:
    """The spans of a segment that a rule is about, quoted."""
    if not isinstance(rule, Spans):
        return None
    rows = _by_segment(_offending(rule, subject)).get(segment_id, [])
    labels = {info.name: info.label for info in subject.candidate.run.manifest.origins or ()}
    said = [_quoted(row, labels) for row in rows[:QUOTED]]
    more = [f"and {len(rows) - QUOTED} more"] if len(rows) > QUOTED else []
    return "; ".join([*said, *more]) or None


def text_digest(text: str) -> str:
    """What baselines keep of a span's text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST]


def _quoted(row: Mapping[str, object], labels: Mapping[str, str]) -> str:
    """Such as: xCOMET: major “two hundred”, Accuracy/Mistranslation (reason)."""
    name = str(row["origin"])
    text = shortened(str(row["text"]).strip(), LONGEST_QUOTE)
    where = " in the source" if row["side"] == "source" else ""
    what = f"“{text}”" if text else f"a place without text (character {row['start']})"
    said = f"{row['severity']} {what}{where}" if row["severity"] else what + where
    kind = f", {row['category']}" if row["category"] else ""
    why = f" ({row['explanation']})" if row["explanation"] else ""
    return f"{labels.get(name, origin_name(name))}: {said}{kind}{why}"


def _offending(rule: Spans, subject: RuleTarget) -> list[dict[str, object]]:
    """The rows of the run's spans that break a rule, if there are too many."""
    origins = _origins(rule, subject.candidate.run)
    _check_category(rule, origins, subject.candidate.run)
    rows = list(_rows(rule, origins, subject.candidate))
    if not isinstance(rule, NewSpans) or subject.baseline is None:
        return rows
    _check_baseline(origins, subject.candidate.run, subject.baseline.run)
    known = Counter(_identity(row) for row in _rows(rule, origins, subject.baseline))
    new = []
    for row in rows:
        if known[_identity(row)]:
            known[_identity(row)] -= 1
        else:
            new.append(row)
    return new


def _identity(row: Mapping[str, object]) -> tuple[object, ...]:
    """What makes a span the same in another run; offsets move with the words before it."""
    text = str(row["text"])
    digest = text if text.startswith(BASELINE_TEXT) else BASELINE_TEXT + text_digest(text)
    return row["segment_id"], row["origin"], row["side"], digest


BASELINE_TEXT = "sha256:"
"""Before the hash that stands for a span's text in a run that a baseline file was read as."""


def _origins(rule: Spans, run: Run) -> tuple[str, ...]:
    """The origins that a rule is about: what was named, or all but the checks.

    Raises:
        ConfigError: there is no such origin in the run.
    """
    asked = [info.name for info in run.manifest.origins or ()]
    checks = [origin("check", check.name) for check in run.manifest.checks]
    if rule.origin is None:
        if not asked:
            raise ConfigError(
                "nothing in the run marks errors; add a metric that does, such as comet with the "
                "model Unbabel/XCOMET-XL, and run again."
            )
        return tuple(asked)
    named = {rule.origin}
    names = [*asked, *checks]
    found = [name for name in names if named & {name, origin_kind(name), origin_name(name)}]
    if not found:
        raise ConfigError(
            f"nothing in the run that is called {rule.origin!r} marks errors; "
            f"{suggestion(rule.origin, names)}"
        )
    return tuple(found)


def _check_category(rule: Spans, origins: Sequence[str], run: Run) -> None:
    """See that some origin gives categories, and judges alone the one that is asked for.

    Other origins, such as people and plug-ins, have categories of their own.

    Raises:
        ConfigError: nothing in the run can be of that category.
    """
    if rule.category is None:
        return
    of_metric = {info.name: info.metric for info in run.manifest.origins or ()}
    without = [name for name in origins if _is_esa(run, of_metric.get(name))]
    marked = run.spans[run.spans["origin"].isin(origins)]
    uncategorised = len(marked) > 0 and marked["category"].isna().all()
    if len(without) == len(origins) or uncategorised:
        names = ", ".join(origin_name(name) for name in without or origins)
        raise ConfigError(
            f"{names} gives errors no category, so none would count; leave out `category`, or add "
            'a judge with kind = "mqm".'
        )
    if any(origin_kind(name) != "judge" for name in origins):
        return
    known = {*CATEGORIES, *(name.split("/")[0] for name in CATEGORIES)}
    if rule.category not in known:
        raise ConfigError(
            f"judges give no category {rule.category!r}; {suggestion(rule.category, known)}"
        )


def _is_esa(run: Run, metric: str | None) -> bool:
    """Whether a metric is a judge that is not asked for categories."""
    found = next((info for info in run.manifest.metrics if info.name == metric), None)
    return found is not None and found.metric == "judge" and "|kind:esa|" in found.signature


def _check_baseline(origins: Sequence[str], run: Run, baseline: Run) -> None:
    """See that the baseline has spans that can be compared.

    Raises:
        ConfigError: the rule is about checks, whose spans baselines don't keep.
        IncompatibleRuns: it lacks an origin, or its metric is another one.
    """
    if run is baseline:
        return
    theirs = {info.name for info in baseline.manifest.origins or ()}
    ours = {info.name: info.metric for info in run.manifest.origins or ()}
    for name in origins:
        if origin_kind(name) == "check":
            raise ConfigError("findings of checks have a rule of their own: use max_new_findings.")
        if name not in theirs:
            raise IncompatibleRuns(
                f"the baseline has no error spans by {name!r}; save a new baseline."
            )
        if origin_kind(name) != "person":
            check_metric(run, baseline, ours[name])


def _rows(rule: Spans, origins: Sequence[str], side: ScoredSystem) -> Iterator[dict[str, object]]:
    frame = side.run.spans
    chosen = (frame["system"] == side.system) & frame["origin"].isin(origins)
    if rule.severity is not None:
        chosen &= frame["severity"].isin(worse_or_equal(rule.severity))
    if rule.category is not None:
        chosen &= _of_category(frame, rule.category)
    found = frame[chosen]
    found = found.astype(object).where(found.notna(), None)
    for row in found.to_dict("records"):
        yield {str(name): value for name, value in row.items()}


def _of_category(frame: pd.DataFrame, category: str) -> pd.Series[bool]:
    """Whether each span is of a category, or of one below it, as MQM's have kinds."""

    def belongs(name: object) -> bool:
        return isinstance(name, str) and (name == category or name.startswith(f"{category}/"))

    return frame["category"].map(belongs).astype(bool)


def _by_segment(
    rows: Sequence[dict[str, object]],
) -> dict[object, list[dict[str, object]]]:
    found: dict[object, list[dict[str, object]]] = {}
    for row in rows:
        found.setdefault(row["segment_id"], []).append(row)
    return found
