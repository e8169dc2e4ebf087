"""The HTML report: one self-contained file that works offline, from a disk or a server."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from markupsafe import Markup

from mtqe.errors import MtqeError
from mtqe.report.page import payload
from mtqe.report.page.data import ReportData
from mtqe.report.page.words import DEFAULT, words
from mtqe.support.files import write_whole
from mtqe.support.versions import own_version

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = (
    "words.js",
    "dom.js",
    "text.js",
    "diff.js",
    "findings.js",
    "spans.js",
    "mqm.js",
    "reviewstorage.js",
    "review.js",
    "store.js",
    "segmentname.js",
    "query.js",
    "state.js",
    "order.js",
    "virtual.js",
    "toast.js",
    "export.js",
    "badges.js",
    "spanmarks.js",
    "ngrams.js",
    "ngramview.js",
    "blind.js",
    "reviewfile.js",
    "reviewtools.js",
    "intervals.js",
    "sortable.js",
    "filters.js",
    "controls.js",
    "card.js",
    "means.js",
    "correlation.js",
    "charts.js",
    "points.js",
    "brush.js",
    "scatter.js",
    "agreement.js",
    "lengths.js",
    "findingstable.js",
    "spantable.js",
    "slices.js",
    "comparison.js",
    "segments.js",
    "print.js",
    "selection.js",
    "labeller.js",
    "reviewpanel.js",
    "keyboard.js",
    "theme.js",
    "main.js",
)
"""Modules of the page's script; a module comes after those that it imports."""

_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_DOC = re.compile(r"^ */\*\*(?:[^\n]*\*/\n|\n(?: *\*[^\n]*\n)*? *\*/\n)", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(async |class|const|function))", re.MULTILINE)
_INDENT = re.compile(r"^ +", re.MULTILINE)


def write_html(data: ReportData, path: Path, language: str = DEFAULT) -> None:
    """Write the report as one file, whole or not at all.

    Raises:
        MtqeError: the file can't be written; nothing is left behind.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, render_html(data, language))
    except OSError as error:
        raise MtqeError(
            f"the report could not be written to {path} ({error.strerror or error}); "
            "free space or choose another place with --output."
        ) from error


def render_html(data: ReportData, language: str = DEFAULT) -> str:
    """The report's page; nothing in it comes from or goes to anywhere else.

    Raises:
        ConfigError: the report doesn't speak the language.
    """
    style, script, spoken = _style(), bundle(), words(language)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            data=data,
            manifest=data.manifest,
            policy=policy(script, style),
            style=Markup(style),
            script=Markup(script),
            words=spoken,
            say=spoken.say,
            summary=payload.summary(data, spoken),
            blocks=payload.blocks(data),
        )
    )


def environment(folder: Path = ASSETS) -> jinja2.Environment:
    """The templates of a folder; they escape whatever is put into them."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_bytecode_cache(),
    )
    templates.filters["score"] = _score
    templates.filters["signed"] = _signed
    return templates


def _bytecode_cache() -> jinja2.BytecodeCache | None:
    """Compiled templates beside Python's own byte code, if that may be written.

    Whoever can write there can change the code that reads it. A release, or a change in a checkout,
    has its own ones.
    """
    folder = Path(__file__).parent / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    if sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return None
    return jinja2.FileSystemBytecodeCache(str(folder), f"{own_version()}-%s.jinja")


def bundle() -> str:
    """The modules of `SCRIPTS` as one script, without imports, exports, types and indentation."""
    modules = ((ASSETS / name).read_text(encoding="utf-8") for name in SCRIPTS)
    plain = (_EXPORT.sub("", _DOC.sub("", _IMPORT.sub("", text))) for text in modules)
    return _INDENT.sub("", "\n".join(plain))  # no text in the scripts spans lines


def policy(script: str, style: str) -> str:
    """The content security policy: this script, this style, no request, no markup from strings."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{source_hash(script)}'",
            f"style-src '{source_hash(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def page_policy() -> str:
    """The policy of every report that this version writes."""
    return policy(bundle(), _style())


def _style() -> str:
    return (ASSETS / "report.css").read_text(encoding="utf-8")


def source_hash(text: str) -> str:
    """The hash of an inline script or style as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _score(value: float | None, decimals: int) -> str:
    return "—" if value is None else f"{value:.{decimals}f}"


def _signed(value: float, decimals: int) -> str:
    return f"{value:+.{decimals}f}"
