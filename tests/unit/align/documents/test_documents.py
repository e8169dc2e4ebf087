import zipfile

import pytest

from mtqe.align.documents.html import decode, html_paragraphs
from mtqe.align.documents.paragraphs import LARGEST_DOCUMENT, Paragraph
from mtqe.align.documents.pdf import pdf_paragraphs
from mtqe.align.documents.plain import plain_paragraphs
from mtqe.align.documents.reading import read_document
from mtqe.align.sentences import sentence_units, sentences
from mtqe.errors import DataError
from mtqe.support.sentences import LONGEST_BLOCK


def texts(paragraphs):
    return [paragraph.text for paragraph in paragraphs]


def test_each_line_of_plain_text_that_is_not_empty_is_a_paragraph():
    found = plain_paragraphs("One.\r\n\r\n  Two\tthree. \n\u3000\nFour.\u2028Five.")
    assert texts(found) == ["One.", "Two three.", "Four.", "Five."]


def test_text_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("你好，世界。".encode("gb18030"))
    with pytest.raises(DataError, match="not UTF-8"):
        read_document(path)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_DOCUMENT + 1)
    with pytest.raises(DataError, match="larger than 64 MiB"):
        read_document(path)


def test_an_empty_document_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(" \n\n")
    with pytest.raises(DataError, match="holds no text"):
        read_document(path)


PAGE = """<html><body><nav><a>Home</a></nav><div class="menu">Menu text</div>
<article><h1>A <a>title</a></h1><p>First <b>bold</b>&nbsp;words.<br>Second.</p>
<figure><figcaption>A caption.</figcaption></figure>
<p style="display: none">Hidden.</p><ul><li><a>Elsewhere</a></li></ul>
<div>Loose <p>Inner.</p> tail</div></article><script>var x</script><footer>Foot</footer>"""


def test_a_page_gives_its_article():
    assert html_paragraphs(PAGE) == [
        Paragraph("A title", "heading"),
        Paragraph("First bold words."),
        Paragraph("Second."),
        Paragraph("A caption.", "caption"),
        Paragraph("Loose"),
        Paragraph("Inner."),
        Paragraph("tail"),
    ]


def test_a_page_whose_text_lies_in_an_aside_keeps_it():
    body = "<p>" + "A long paragraph of the article. " * 5 + "</p>"
    assert len(html_paragraphs(f"<aside>{body}</aside><p>Short.</p>")) == 2


def test_a_deep_page_is_read_in_bounded_depth():
    html_paragraphs("<div>" * 100_000 + "text")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ('<meta charset="gb2312">镕'.encode("gb18030"), "镕"),
        ('<meta charset="gbk">你'.encode(), "你"),
        ("é".encode("utf-16"), "é"),
        ("é".encode(), "é"),
    ],
)
def test_a_page_names_its_encoding_or_is_utf8(data, text):
    assert decode("page", data).endswith(text)


@pytest.mark.parametrize("data", [b"\xff\xe9", b'<meta charset="klingon">\xe9'])
def test_a_page_in_no_known_encoding_is_refused(data):
    with pytest.raises(DataError, match="save it as UTF-8"):
        decode("page", data)


def test_a_word_document_gives_paragraphs_and_tables_in_order(tmp_path):
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("Title", 1)
    document.add_paragraph("First.\nSecond.")
    document.add_table(1, 2).rows[0].cells[1].text = "In a table."
    document.add_paragraph("A picture.", style="Caption")
    path = tmp_path / "a.docx"
    document.save(path)
    assert read_document(path).paragraphs == (
        Paragraph("Title", "heading"),
        Paragraph("First."),
        Paragraph("Second."),
        Paragraph("In a table."),
        Paragraph("A picture.", "caption"),
    )


def packed(path, body):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("word/document.xml", body)
    return path


def test_a_zip_bomb_is_refused(tmp_path):
    pytest.importorskip("docx")
    path = packed(tmp_path / "a.docx", b"<a>" + b" " * (80 << 20) + b"</a>")
    with pytest.raises(DataError, match="unpacks to more than 200 times"):
        read_document(path)


def test_an_entity_bomb_is_refused(tmp_path):
    pytest.importorskip("docx")
    path = packed(tmp_path / "a.docx", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(DataError, match="XML entity 'b'"):
        read_document(path)


@pytest.mark.parametrize("suffix", [".docx", ".pdf"])
def test_a_file_of_another_format_is_refused(tmp_path, suffix):
    pytest.importorskip({".docx": "docx", ".pdf": "pypdfium2"}[suffix])
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"no such thing")
    with pytest.raises(DataError, match="is not a readable"):
        read_document(path)


def test_lines_of_a_pdf_become_paragraphs():
    pages = [
        f"Running title\r\nThis line of a paragraph goes on and on until the very margin\r\n"
        f"and hyphen\u00ad\r\nated words are one, and it ends here.\r\n"
        f"Another paragraph of page number {word} begins at this place\r\nand ends.\r\n{page}"
        for page, word in enumerate(("one", "two", "six"), 1)
    ]
    found = texts(pdf_paragraphs(pages))
    assert len(found) == 6
    assert found[0].endswith(
        "until the very margin and hyphenated words are one, and it ends here."
    )


def test_sentences_know_their_places():
    units = sentence_units([Paragraph("他说：“你好。”然后走了。"), Paragraph("完。")], "zh-Hans")
    assert [(unit.text, unit.place) for unit in units] == [
        ("他说：“你好。”", "1.1"),
        ("然后走了。", "1.2"),
        ("完。", "2.1"),
    ]


def test_a_paragraph_without_end_is_split_in_bounded_time():
    found = sentences("“a " * 20_000, "en")
    assert max(map(len, found)) <= LONGEST_BLOCK
    assert "".join(found).count("a") == 20_000
