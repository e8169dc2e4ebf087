"""Small hostile changes to files, the same for the same seed."""

from __future__ import annotations

import io
import random
import zipfile

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
