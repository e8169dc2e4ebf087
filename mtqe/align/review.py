"""A page to look an alignment through: confirm, drop, merge and split pairs, then export them."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import jinja2
from markupsafe import Markup

from mtqe.align.alignment import Alignment
from mtqe.align.pairs import COLUMNS, REASONS
from mtqe.corpus.writers.output import write_text
from mtqe.support.languages import between_sentences

ASSETS = Path(__file__).parent / "assets"


def write_review(alignment: Alignment, path: Path) -> None:
    """Write the page, one file that works offline.

    Raises:
        DataError: the file can't be written.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS), autoescape=True, undefined=jinja2.StrictUndefined
    )
    style, script = ((ASSETS / f"review.{kind}").read_text("utf-8") for kind in ("css", "js"))
    page = environment.get_template("review.html.j2").render(
        style=Markup(style),
        style_hash=_hash(style),
        script=Markup(script),
        script_hash=_hash(script),
        payload=Markup(_payload(alignment)),
        languages=alignment.languages,
    )
    write_text(path, page)


def _hash(text: str) -> str:
    """What the content security policy calls an inline style or script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _payload(alignment: Alignment) -> str:
    """The alignment as JSON that can't end the element it stands in."""
    data = {
        "source": [[unit.text, unit.place] for unit in alignment.source],
        "target": [[unit.text, unit.place] for unit in alignment.target],
        "pairs": [
            [
                [pair.source_units.start, pair.source_units.stop],
                [pair.target_units.start, pair.target_units.stop],
                round(pair.confidence, 4),
                None if pair.cost is None else round(pair.cost, 4),
                pair.reason,
            ]
            for pair in alignment.pairs
        ],
        "reasons": REASONS,
        "columns": COLUMNS,
        "joints": [
            between_sentences(alignment.languages.source),
            between_sentences(alignment.languages.target),
        ],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
