"""What `mtqe.corpus.text` makes of bytes: each malformed file has one defined outcome."""

from __future__ import annotations

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.corpus.readers import read_lines
from mtqe.corpus.text import load_lines
from mtqe.errors import DataError
from tests.wording import mentions

AWKWARD = "a\u2028b\u2029c\u0085d\fe\vf\x1cg\x1dh\x1ei\ufeffj\rk"


def test_only_line_feeds_end_lines(write):
    path = write("a.txt", f"{AWKWARD}\n\n  b \n".encode())
    assert read_lines(path) == (AWKWARD, "", "  b ")


def test_the_last_line_end_may_be_missing(write):
    assert read_lines(write("a.txt", b"a\nb")) == ("a", "b")
    assert read_lines(write("b.txt", b"a\nb\n")) == ("a", "b")
    assert read_lines(write("c.txt", b"a\nb\n\n")) == ("a", "b", "")


def test_an_empty_file_has_no_lines(write):
    assert read_lines(write("a.txt", b"")) == ()


def test_crlf_throughout_is_removed_and_counted(write):
    lines = load_lines(write("a.txt", b"a\r\nb\r\r\nc"))
    assert lines.texts == ("a", "b\r", "c")
    assert [note.split(": ")[1] for note in lines.notes] == ["2 lines ended in CR LF"]


@pytest.mark.parametrize(
    ("data", "line", "ends"),
    [(b"a\nb\r\nc\n", 2, "ends in CR LF"), (b"a\r\nb\r\nc\nd\n", 3, "ends in LF")],
)
def test_mixed_line_ends_are_refused(write, data, line, ends):
    with pytest.raises(DataError, match=rf"a\.txt, line {line}: {ends} .*one line end"):
        read_lines(write("a.txt", data))


def test_a_lone_carriage_return_is_content(write):
    assert load_lines(write("a.txt", b"a\rb\nc\n")).texts == ("a\rb", "c")


def test_a_byte_order_mark_is_removed_at_the_start_only(write):
    lines = load_lines(write("a.txt", "\ufeff\ufeffa\n\ufeffb\n".encode()))
    assert lines.texts == ("\ufeffa", "\ufeffb")
    assert lines.notes[0].endswith("byte order mark removed")


def test_a_nul_names_its_line(write):
    with pytest.raises(DataError, match=r"a\.txt, line 3: a NUL character .*UTF-8"):
        read_lines(write("a.txt", b"a\nb\nc\0\n"))


@pytest.mark.parametrize("bad", [b"\xff", b"\xed\xa0\x80", b"\xc3"])
def test_bytes_that_are_not_utf8_name_line_and_offset(write, bad):
    with pytest.raises(DataError, match=rf"a\.txt, line 2: byte 0x{bad[0]:02x} at offset 4 is not"):
        read_lines(write("a.txt", b"ab\nc" + bad + b"\nd\n"))


def test_utf16_is_refused(write):
    with pytest.raises(DataError, match="is UTF-16; save it as UTF-8"):
        read_lines(write("a.txt", "a\n".encode("utf-16")))


def test_gzip_is_unpacked(write):
    assert read_lines(write("a.txt.gz", gzip.compress(b"a\n"))) == ("a",)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: data[:-9], "cut short or damaged"),
        (lambda data: data[:-8] + bytes(8), "cut short or damaged"),
        (lambda data: data[:12] + b"\xff\xff\xff" + data[15:], "cut short or damaged"),
        (lambda data: data + b"more", "cut short or damaged"),
        (lambda _: b"plain text\n", "is not gzip"),
        (lambda _: b"", "is not gzip"),
    ],
)
def test_damaged_gzip_is_refused(write, spoil, message):
    packed = gzip.compress(b"one line\nand another\n" * 20)
    with pytest.raises(DataError, match=rf"a\.gz: .*{message}"):
        read_lines(write("a.gz", spoil(packed)))


def test_gzip_without_its_name_is_recognised(write):
    with pytest.raises(DataError, match=r"is gzip data; give it a name that ends in \.gz"):
        read_lines(write("a.txt", gzip.compress(b"a\n")))


def test_files_that_cannot_be_opened(tmp_path):
    with pytest.raises(DataError, match=r"none\.txt: cannot be read \(No such file"):
        read_lines(tmp_path / "none.txt")
    with pytest.raises(DataError, match=r"cannot be read \(Is a directory"):
        read_lines(tmp_path)


def test_a_dash_is_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("ä\r\nb\r\n".encode()), "ascii"))
    lines = load_lines("-")
    assert lines.texts == ("ä", "b")
    (note,) = lines.notes
    assert mentions(note, "standard input", "2 lines", "CR LF")


TEXT_LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"))


@given(st.lists(TEXT_LINE))
def test_lines_come_back_as_they_were_written(tmp_path_factory, lines):
    path = tmp_path_factory.getbasetemp() / "lines.txt"
    path.write_bytes("".join(line + "\n" for line in lines).encode())
    first = [lines[0].removeprefix("\ufeff"), *lines[1:]] if lines else []
    assert list(read_lines(path)) == first


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("Schöne Füße für Jürgen", "latin-1", "if it is Latin-1: iconv -f latin1 -t utf8 "),
        (
            "On l\u2019a vu pendant l\u2019été dernier",
            "cp1252",
            "if it is Windows-1252: iconv -f cp1252 -t utf8 ",
        ),
        ("Добрый день, мир", "cp1251", None),
        ("Добрый день, мир", "koi8-r", None),
        ("你好，世界", "gb18030", None),
        ("こんにちは世界", "shift-jis", None),
    ],
)
def test_how_to_convert_is_said_where_bytes_read_like_western_text(write, text, code, says):
    path = write("my text.txt", f"plain\n{text}\n".encode(code))
    with pytest.raises(DataError, match="is not UTF-8; save the file as UTF-8") as error:
        read_lines(path)
    command = f"{says}'{path}' > NEW)."
    assert str(error.value).endswith(command if says else "save the file as UTF-8.")


def test_no_command_is_given_for_cut_utf_8(write):
    with pytest.raises(DataError, match=r"save the file as UTF-8\.$"):
        read_lines(write("a.txt", "Schöne Füße ".encode() + "ü".encode()[:1] + b"\n"))
