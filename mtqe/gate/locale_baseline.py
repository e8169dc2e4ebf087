"""What a locale folder's translations had wrong, as a small text file to commit.

JSON lines: a header with the checks and their settings, then a line a file and segment with
findings. Equal findings give equal bytes. Unlike a run's baseline it holds no scores and no hash of
the test set, for a program's texts change every week.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from mtqe.checks import SEVERITIES, Finding, Severity
from mtqe.errors import DataError
from mtqe.run import CheckInfo
from mtqe.support.files import write_whole
from mtqe.support.json_text import json_value
from mtqe.support.lines import read_lines

VERSION = 1
HEAD = "mtqe_locale_baseline"
Known = Mapping[str, Mapping[str, Mapping[str, Severity]]]
"""By file and segment, the severity of each check's finding."""


@dataclass(frozen=True)
class LocaleBaseline:
    """Findings that are known.

    Attributes:
        checks: checks that were made.
        known: what they found.
    """

    checks: tuple[CheckInfo, ...]
    known: Known


def save_locale_baseline(
    path: Path, checks: Sequence[CheckInfo], findings: Sequence[tuple[str, Finding]]
) -> None:
    """Write what was found.

    Args:
        path: the file; replaced if it is there.
        checks: checks that were made.
        findings: each with the file that it is in.
    """
    known: dict[tuple[str, str], dict[str, str]] = {}
    for file, finding in findings:
        known.setdefault((file, finding.segment_id), {})[finding.check] = finding.severity
    rows: list[dict[str, object]] = [
        {HEAD: VERSION, "checks": [check.model_dump() for check in checks]}
    ]
    for (file, segment), found in known.items():
        rows.append({"file": file, "segment": segment, "findings": found})
    lines = (json.dumps(row, ensure_ascii=False, allow_nan=False) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, "".join(f"{line}\n" for line in lines))


def load_locale_baseline(path: Path) -> LocaleBaseline:
    """Read what `save_locale_baseline` wrote.

    Raises:
        DataError: the file can't be read, or is not such a baseline.
    """
    try:
        rows = [json_value(line) for line in read_lines(path)]
    except OSError as error:
        raise DataError(
            f"the baseline {path} can't be read ({error.strerror}); "
            "`mtqe baseline save FOLDER` writes one."
        ) from error
    except ValueError as error:
        raise _damaged(path, "a line is not JSON") from error
    if not rows or not isinstance(rows[0], dict) or rows[0].get(HEAD) != VERSION:
        raise _damaged(path, "it is not one of a locale folder")
    known: dict[str, dict[str, dict[str, Severity]]] = {}
    try:
        checks = tuple(CheckInfo.model_validate(check) for check in rows[0]["checks"])
        for row in rows[1:]:
            found: dict[str, Severity] = {str(c): s for c, s in row["findings"].items()}
            if not set(found.values()) <= set(SEVERITIES):
                raise _damaged(path, "a finding has a severity that there isn't")
            known.setdefault(str(row["file"]), {})[str(row["segment"])] = found
    except (KeyError, TypeError, AttributeError, ValidationError) as error:
        raise _damaged(path, "a line lacks what it should have") from error
    return LocaleBaseline(checks, known)


def _damaged(path: Path, what: str) -> DataError:
    return DataError(
        f"{path} can't be used as a baseline: {what}; save it again with "
        "`mtqe baseline save FOLDER`."
    )
