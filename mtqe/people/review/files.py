"""Review files as the report exports them, JSON or TSV, and as `merge` writes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mtqe.errors import DataError, MtqeError
from mtqe.people.review.model import ErrorLabel, Proposal, Review, ReviewFile, SegmentReview
from mtqe.support.arguments import path_argument
from mtqe.support.files import write_whole
from mtqe.support.json_text import json_value

COLUMNS = (
    "system",
    "doc",
    "docSegId",
    "globalSegId",
    "rater",
    "source",
    "target",
    "category",
    "severity",
    "metadata",
)
"""Of TSV: those of Marot and of WMT's MQM data."""

SEVERITIES = ("major", "minor", "neutral")


def read_reviews(path: Path) -> ReviewFile:
    """Read a review file.

    Raises:
        DataError: it can't be read, or is not a review file; names the file and, in TSV, the line.
    """
    path = path_argument(path, "review")
    try:
        content = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DataError(f"{path} can't be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8; export the review again.") from error
    return _from_tsv(path, content) if path.suffix == ".tsv" else _from_json(path, content)


def write_reviews(path: Path, file: ReviewFile, **more: object) -> None:
    """Write reviews as JSON; readers pass over what `more` adds.

    Raises:
        MtqeError: the file can't be written.
    """
    text = json.dumps(file.model_dump(mode="json") | more, ensure_ascii=False, indent=1)
    try:
        write_whole(path, text + "\n")
    except OSError as error:
        raise MtqeError(
            f"the reviews could not be written to {path} ({error.strerror}); "
            "choose another place with --output."
        ) from error


def _from_json(path: Path, content: str) -> ReviewFile:
    try:
        return ReviewFile.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "its beginning"
        raise DataError(
            f"{path} is not a review that this version of mtqe can read: {first['msg']} at "
            f"{where}; export it from the report again."
        ) from error


def _from_tsv(path: Path, content: str) -> ReviewFile:
    rows = list(_rows(path, content))
    if not rows:
        raise DataError(f"{path} holds no review; export it from the report again.")
    runs = {row["metadata"]["run"] for row in rows}
    if len(runs) > 1:
        raise DataError(f"{path} holds reviews of more than one run; export each by itself.")
    segments: dict[str, dict[str, SegmentReview]] = {}
    for row in rows:
        known = segments.setdefault(row["rater"], {})
        name = row["metadata"]["segment_id"]
        known[name] = _extended(known.get(name), row)
    return ReviewFile(
        run=runs.pop(),
        systems=tuple(dict.fromkeys(row["system"] for row in rows if row["system"])),
        reviews=tuple(
            Review(
                reviewer=reviewer,
                blind=any(segment.shown for segment in found.values()),
                segments=tuple(found.values()),
            )
            for reviewer, found in segments.items()
        ),
    )


def _rows(path: Path, content: str) -> Iterator[dict[str, Any]]:
    head, *lines = content.split("\n")
    if tuple(head.rstrip("\r").split("\t")) != COLUMNS:
        raise DataError(f"{path}: the first line must name the columns {', '.join(COLUMNS)}.")
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        cells = line.rstrip("\r").split("\t")
        if len(cells) != len(COLUMNS):
            raise DataError(f"{path}, line {number}: {len(cells)} of {len(COLUMNS)} columns.")
        try:
            yield _row(dict(zip(COLUMNS, cells, strict=True)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f"{path}, line {number}: not as a report of mtqe exports it ({_reason(error)}); "
                "export the review again."
            ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{first['msg']} at {'.'.join(map(str, first['loc'])) or 'its beginning'}"
    return str(error)


def _row(cells: dict[str, Any]) -> dict[str, Any]:
    """The cells with their metadata unpacked and the error that they are about, if any."""
    metadata = json_value(cells["metadata"])
    said = SegmentReview(
        segment_id=metadata["segment_id"],
        segment=metadata.get("segment", ""),
        mark=metadata["mark"],
        note=metadata["note"],
        shown=tuple(metadata.get("shown", ())),
        dropped=tuple(Proposal.model_validate(each) for each in metadata.get("dropped", ())),
    )
    error = None
    if cells["severity"].lower() in SEVERITIES:
        error = ErrorLabel(
            system=cells["system"],
            side=metadata["side"],
            start=metadata["start"],
            end=metadata["end"],
            text=metadata["marked_text"],
            category=cells["category"],
            severity=cells["severity"].lower(),
            proposed=metadata.get("proposed"),
        )
    return cells | {
        "metadata": {"run": str(metadata["run"]), **metadata},
        "said": said,
        "error": error,
    }


def _extended(known: SegmentReview | None, row: dict[str, Any]) -> SegmentReview:
    said: SegmentReview = known or row["said"]
    if row["error"] is None:
        return said
    return said.model_copy(update={"errors": (*said.errors, row["error"])})
