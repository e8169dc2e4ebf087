"""Whole datasets as tables: TSV, CSV, JSONL, Parquet and Excel."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers.columns import (
    DOCUMENT_NAMES,
    HYPOTHESIS,
    ID_NAMES,
    REFERENCE_NAME,
    SCORE,
    SOURCE_NAMES,
)
from mtqe.corpus.segment_names import segment_name
from mtqe.corpus.text import PathLike, flaw
from mtqe.corpus.writers.output import write_bytes, write_text
from mtqe.errors import DataError
from mtqe.support.extras import import_extra
from mtqe.support.formulas import guarded

Cell = str | float | None
Columns = Mapping[str, Sequence[Cell]]

LONGEST_CELL = 32_767
"""Characters that a cell of Excel holds."""
NO_EXCEL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
"""What Excel can't hold, or would take for one of its own escapes."""


def columns_of(path: PathLike, dataset: Dataset) -> dict[str, list[Cell]]:
    """A dataset's columns under the names that `read_dataset` knows.

    Raises:
        DataError: a metadata column has a name that stands for something else, or a text is none.
    """
    corpus = dataset.corpus
    columns: dict[str, list[Cell]] = {"segment_id": [segment.id for segment in corpus]}
    if any(segment.document is not None for segment in corpus):
        columns["document"] = [segment.document for segment in corpus]
    columns["source"] = [segment.source for segment in corpus]
    for index in range(len(corpus[0].references)):
        name = "reference" if index == 0 else f"reference_{index + 1}"
        columns[name] = [segment.references[index] for segment in corpus]
    for name in corpus.slice_columns:
        if is_reserved(name):
            raise DataError(
                f"{path}: the metadata column {name!r} has a name that means something else in a "
                "table; rename it."
            )
        columns[name] = [segment.metadata.get(name) for segment in corpus]
    for system in dataset.systems:
        columns[f"{HYPOTHESIS}{system.system}"] = list(system.hypotheses)
    for human in dataset.human:
        for name, scores in human.systems.items():
            columns[f"{SCORE}{human.kind}:{name}"] = list(scores)
    _refuse_flaws(path, columns)
    return columns


def is_reserved(name: str) -> bool:
    """Whether a column of this name would be read as something else than metadata."""
    fixed = (*ID_NAMES, *SOURCE_NAMES, *DOCUMENT_NAMES)
    prefixed = name.startswith((HYPOTHESIS, SCORE)) or not name
    return prefixed or name in fixed or REFERENCE_NAME.fullmatch(name) is not None


def _refuse_flaws(path: PathLike, columns: Columns) -> None:
    for row, name, cell in _cells(columns):
        if isinstance(cell, str) and (problem := flaw(cell) or flaw(name)):
            raise DataError(f"{path}: {_named(columns, row)} holds {problem}.")


def _named(columns: Columns, row: int) -> str:
    """What messages call a row's segment."""
    source = columns["source"][row] if "source" in columns else None
    text = source if isinstance(source, str) else None
    return segment_name(str(columns["segment_id"][row]), row + 1, text)


def _cells(columns: Columns) -> Iterator[tuple[int, str, Cell]]:
    for name, cells in columns.items():
        for row, cell in enumerate(cells):
            yield row, name, cell


def write_dataset_tsv(path: PathLike, dataset: Dataset) -> None:
    """Write one row per segment as TSV, which has no quoting.

    Raises:
        DataError: a text has a tab or a line break, or a translation is missing.
    """
    columns = columns_of(path, dataset)
    _refuse_missing(path, columns)
    for row, name, cell in _cells(columns):
        if any(mark in text for text in (str(cell), name) for mark in "\t\n\r"):
            raise DataError(
                f"{path}: {_named(columns, row)} has a tab or line break inside, "
                "which TSV cannot hold; write JSONL instead."
            )
    write_text(path, "".join("\t".join(row) + "\n" for row in _text_rows(columns)))


def write_dataset_csv(path: PathLike, dataset: Dataset) -> None:
    """Write CSV as RFC 4180 has it, all texts in quotes.

    An apostrophe stands before texts that a spreadsheet would take for formulas; `read_csv` takes
    it back.

    Raises:
        DataError: a translation is missing, which CSV can't say.
    """
    columns = {
        guarded(name): [guarded(cell) if isinstance(cell, str) else cell for cell in cells]
        for name, cells in columns_of(path, dataset).items()
    }
    _write_csv(path, columns)


def write_dataset_exact_csv(path: PathLike, dataset: Dataset) -> None:
    """Write CSV with the very texts, formulas or not, for programs that read no apostrophes.

    Raises:
        DataError: a translation is missing, which CSV can't say.
    """
    _write_csv(path, columns_of(path, dataset))


def _write_csv(path: PathLike, columns: Columns) -> None:
    _refuse_missing(path, columns)
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(_text_rows(columns))
    write_text(path, out.getvalue())


def _refuse_missing(path: PathLike, columns: Columns) -> None:
    for row, name, cell in _cells(columns):
        if cell is None and name.startswith(HYPOTHESIS):
            raise DataError(
                f"{path}: {name.removeprefix(HYPOTHESIS)} has no translation of "
                f"{_named(columns, row)}, which this format cannot say; write JSONL."
            )


def _text_rows(columns: Columns) -> Iterator[list[str]]:
    yield list(columns)
    for row in zip(*columns.values(), strict=True):
        yield ["" if cell is None else str(cell) for cell in row]


def write_dataset_jsonl(path: PathLike, dataset: Dataset) -> None:
    """Write one object per segment; what a segment lacks is null, missing metadata is left out."""
    columns = columns_of(path, dataset)
    metadata = set(dataset.corpus.slice_columns)
    lines = []
    for row in zip(*columns.values(), strict=True):
        record = dict(zip(columns, row, strict=True))
        kept = {k: v for k, v in record.items() if v is not None or k not in metadata}
        lines.append(json.dumps(kept, ensure_ascii=False, allow_nan=False) + "\n")
    write_text(path, "".join(lines))


def write_dataset_parquet(path: PathLike, dataset: Dataset) -> None:
    """Write Parquet; what a segment lacks is null."""
    import pyarrow
    import pyarrow.parquet

    columns = columns_of(path, dataset)
    arrays = {
        name: pyarrow.array(
            cells, pyarrow.float64() if name.startswith(SCORE) else pyarrow.string()
        )
        for name, cells in columns.items()
    }
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(arrays), out, compression="zstd")
    write_bytes(path, out.getvalue())


def write_dataset_excel(path: PathLike, dataset: Dataset) -> None:
    """Write a workbook of one sheet; every text is a text, whatever it looks like.

    Raises:
        DataError: a text doesn't fit a cell, or a source or translation is empty.
    """
    columns = columns_of(path, dataset)
    refuse_empty_texts(path, columns, "Excel")
    write_workbook(path, columns)


def refuse_empty_texts(path: PathLike, columns: Columns, program: str) -> None:
    """Stop where an empty text would be taken for none.

    Raises:
        DataError: a source or translation is empty.
    """
    for row, name, cell in _cells(columns):
        if cell == "" and (name == "source" or name.startswith(HYPOTHESIS)):
            raise DataError(
                f"{path}: {_named(columns, row)} has an empty text in {name!r}, "
                f"which {program} can't tell from none; write JSONL."
            )


def write_workbook(path: PathLike, columns: Columns) -> None:
    """Write columns as the one sheet of a workbook.

    Raises:
        DataError: a text doesn't fit a cell.
    """
    openpyxl = import_extra("openpyxl", "excel", "Excel files")
    rows = [tuple(columns), *zip(*columns.values(), strict=True)]
    for number, row in enumerate(rows, 1):
        _check_excel_cells(f"{path}, row {number}", row)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("segments")
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([_excel_cell(sheet, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    write_bytes(path, out.getvalue())


def _check_excel_cells(where: str, row: Sequence[Cell]) -> None:
    for value in row:
        if isinstance(value, str) and (len(value) > LONGEST_CELL or NO_EXCEL.search(value)):
            raise DataError(
                f"{where}: {value[:40]!r} is too long for a cell or holds a character that Excel "
                "can't; write JSONL."
            )


def _excel_cell(sheet: object, value: Cell) -> object:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, float) and float(f"{value:.16g}") != value:
        value = str(value)  # a workbook keeps sixteen digits of a number
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"  # a text that begins with = is no formula
    return cell
