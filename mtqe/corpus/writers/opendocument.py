"""OpenDocument workbooks (.ods)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from mtqe.corpus.dataset import Dataset
from mtqe.corpus.localisation.xml_places import xml_text
from mtqe.corpus.text import PathLike
from mtqe.corpus.writers.output import write_bytes
from mtqe.corpus.writers.tables import Cell, columns_of, refuse_empty_texts
from mtqe.corpus.writers.xml_tree import checked

KIND = "application/vnd.oasis.opendocument.spreadsheet"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every part, so that equal corpora give equal files."""


def write_opendocument(path: PathLike, dataset: Dataset) -> None:
    """Write a workbook of one sheet; every text is a text, whatever it looks like.

    Raises:
        DataError: a text holds a character that XML can't, or a source or translation is empty.
    """
    columns = columns_of(path, dataset)
    refuse_empty_texts(path, columns, "a workbook")
    rows = [tuple(columns), *zip(*columns.values(), strict=True)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "mimetype", KIND, zipfile.ZIP_STORED)
        _put(archive, "META-INF/manifest.xml", _manifest())
        _put(archive, "content.xml", _content(rows))
    write_bytes(path, out.getvalue())


def _put(
    archive: zipfile.ZipFile, name: str, text: str, packed: int = zipfile.ZIP_DEFLATED
) -> None:
    part = zipfile.ZipInfo(name, LONG_AGO)
    part.compress_type = packed
    archive.writestr(part, text.encode("utf-8"))


def _manifest() -> str:
    entry = '<m:file-entry m:full-path="{}" m:media-type="{}"/>'
    parts = entry.format("/", KIND) + entry.format("content.xml", "text/xml")
    return f'{HEAD}<m:manifest xmlns:m="{MANIFEST}" m:version="1.2">{parts}</m:manifest>\n'


def _content(rows: list[tuple[Cell, ...]]) -> str:
    body = "".join(_row(row) for row in rows)
    spaces = f'xmlns:office="{OFFICE}" xmlns:table="{TABLE}" xmlns:text="{TEXT}"'
    sheet = f'<table:table table:name="segments">{body}</table:table>'
    return (
        f'{HEAD}<office:document-content {spaces} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
        "</office:document-content>\n"
    )


def _row(row: tuple[Cell, ...]) -> str:
    return f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>\n"


def _cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'
    paragraphs = "".join(f"<text:p>{''.join(_parts(p))}</text:p>" for p in value.split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def _parts(text: str) -> Iterator[str]:
    """A line with OpenDocument's elements for blanks, which would run together."""
    for part in re.split(r"(\t| {2,}|\A | \Z)", text):
        if part == "\t":
            yield "<text:tab/>"
        elif part and not part.strip(" "):
            yield f'<text:s text:c="{len(part)}"/>'
        else:
            yield xml_text(checked(part))
