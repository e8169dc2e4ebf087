"""Small hostile changes to files, the same for the same seed."""

from __future__ import annotations

import io
import random
import zipfile
from typing import Any

TOKENS = (
    b"\0", b"\xff", b"\xfe\xff", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\xc2\x85", b"\r", b"\n",
    b"\r\n",
    b"\t", b'"', b"'", b"\\", b"<", b">", b"&", b"&#0;", b"&#xD800;", b"<![CDATA[", b"<!--", b"{",
    b"}",
    b"[", b"]", b",", b";", b":", b"=", b"%", b"%s", b"-1", b"0", b"1e999", b"NaN",
    b"null", b"true",
    b"9" * 40, b"9" * 6000, b"A" * 3000, b"(" * 500, b"[" * 3000, b'{"a":' * 1500, b"<a>" * 400,
    b" " * 3000, b"\\u0000", b"\\ud800", b"../", b"/dev/zero", b"\xe0\xb9\x91", b"\xf0\x9f\x98\x80",
)  # fmt: skip


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with one to four changes."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        _change(changed, chance)
    return bytes(changed)


def _change(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data) + 1)
    size = min(chance.choice((1, 1, 2, 5, 20, 100)), max(0, len(data) - place))
    kind = chance.randrange(7)
    if kind == 0 and place < len(data):
        data[place] ^= 1 << chance.randrange(8)
    elif kind == 1:
        del data[place : place + size]
    elif kind == 2:
        data[place:place] = data[place : place + size] * chance.choice((1, 2, 50))
    elif kind == 3:
        data[place:place] = chance.choice(TOKENS)
    elif kind == 4:
        data[place : place + size] = chance.choice(TOKENS)
    elif kind == 5:
        del data[place:]
    else:
        other = chance.randrange(len(data) + 1)
        part = data[other : other + size]
        data[place : place + len(part)] = part


def mutated_file(data: bytes, chance: random.Random) -> bytes:
    """The data with a few changes; zip files are changed inside a part more often than not."""
    if data.startswith(b"PK") and chance.random() < 0.7:
        return _part_mutated(data, chance)
    return mutated(data, chance)


def _part_mutated(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as changed:
        names = archive.namelist()
        victim = chance.choice(names)
        for name in names:
            part = archive.read(name)
            changed.writestr(name, mutated(part, chance) if name == victim else part)
    return out.getvalue()


VALUES = (
    None, True, -1, 0, 2**31, 2**63 - 1, 10**30, float("nan"), float("inf"), -float("inf"), 1e308,
    "", "\0", "\x1b[31m", "\u202e", "=1+1", "<script>", "__proto__", "x" * 5_000, [], ["x", None],
    {"side": "x", "start": -1, "end": 2**31 - 1}, [{"side": None, "start": 9, "end": 1}], b"\xff",
)  # fmt: skip


def mutated_parquet(data: bytes, chance: random.Random) -> bytes:
    """A table with other cells, columns or rows; or with changed bytes in its pages, or anywhere.

    Changed bytes alone say little: nearly all of them hit the description of a small file's
    columns, or a page's checksum, and such a file is not decoded at all.
    """
    kind = chance.random()
    if kind < 0.5:
        return _table_mutated(data, chance)
    if kind < 0.75:
        return _pages_mutated(data, chance)
    return mutated(data, chance)


def _table_mutated(data: bytes, chance: random.Random) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(data))
    for _ in range(chance.choice((1, 1, 2, 4))):
        table = _other_table(table, chance)
    out = io.BytesIO()
    options = {"write_page_checksum": chance.random() < 0.5, "store_schema": chance.random() < 0.8}
    try:
        pq.write_table(table, out, **options)
    except (pa.ArrowException, NotImplementedError):  # a type that Parquet has not
        return data
    return out.getvalue()


def _other_table(table: Any, chance: random.Random) -> Any:
    import pyarrow as pa

    if not table.num_columns:
        return table
    place = chance.randrange(table.num_columns)
    name, column = table.column_names[place], table.column(place)
    kind = chance.randrange(6)
    if kind == 0:
        return table.remove_column(place)
    if kind == 1:
        return table.append_column(chance.choice((name, "", "__proto__", "x" * 300)), column)
    if kind == 2:
        rows = [chance.randrange(table.num_rows) for _ in range(table.num_rows)]
        return table.take(pa.array(rows, pa.int64())) if table.num_rows else table
    if kind == 3:
        kept = chance.randrange(table.num_rows + 1)
        return pa.concat_tables([table, table]) if kept == 0 else table.slice(0, kept)
    cells = column.to_pylist()
    if kind == 4:
        cells = [chance.choice(VALUES)] * len(cells)
    elif cells:
        cells[chance.randrange(len(cells))] = chance.choice(VALUES)
    wanted = column.type if chance.random() < 0.7 else None
    try:
        return table.set_column(place, name, pa.array(cells, wanted))
    except (pa.ArrowException, OverflowError, TypeError, ValueError):  # no such column can be
        return table


def _pages_mutated(data: bytes, chance: random.Random) -> bytes:
    """Bytes changed before the description of the columns, in a file without checksums."""
    import pyarrow.parquet as pq

    out = io.BytesIO()
    packed = chance.choice(("none", "zstd"))
    pq.write_table(pq.read_table(io.BytesIO(data)), out, compression=packed)
    changed = bytearray(out.getvalue())
    end = len(changed) - 8 - int.from_bytes(changed[-8:-4], "little")
    for _ in range(chance.choice((1, 1, 2, 4))):
        place = chance.randrange(4, max(5, end))
        changed[place] = chance.choice(
            (changed[place] ^ 1 << chance.randrange(8), 0, 127, 128, 255)
        )
    return bytes(changed)
