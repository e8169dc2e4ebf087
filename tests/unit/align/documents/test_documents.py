import zipfile
from pathlib import Path

import pytest

from mtqe.align.clean import paragraph_reason
from mtqe.align.documents.html import decode, html_paragraphs
from mtqe.align.documents.paragraphs import LARGEST_DOCUMENT, Paragraph
from mtqe.align.documents.pdf import PdfLine, pdf_paragraphs
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
    lines = [[PdfLine(line) for line in page.split("\r\n")] for page in pages]
    found = texts(pdf_paragraphs(lines))
    assert len(found) == 6
    assert found[0].endswith(
        "until the very margin and hyphenated words are one, and it ends here."
    )


BODY = "F1 11 Tf"
BOLD = "F2 11 Tf"
LARGE = "F2 16 Tf"
LAYOUT = [
    (LARGE, "A headline over the text"),
    (BODY, "The council met on Monday evening to speak about the"),
    (BODY, "old harbour, which has been closed for several years."),
    (BOLD, "What was decided"),
    (BODY, "After two hours all members agreed on three points for"),
    (BODY, "the next year:"),
    (BODY, "\\225 The quay is repaired before the winter, so that the"),
    (BODY, "fishing boats can come back."),
    (BODY, "\\225 The crane goes to the museum."),
    (BODY, "- The sheds are sold \\226 if anybody wants to have them at"),
    (BODY, "- or rather below - the price."),
    (BOLD, "A second thing"),
    (BOLD, "that was said"),
    (BODY, "Nobody spoke against it."),
]


def small_pdf(layout):
    """A PDF of one page, with two of the fonts that every reader has."""
    shown = "\n".join(f"/{font} ({text}) Tj T*" for font, text in layout)
    stream = f"BT 60 740 Td 18 TL {shown} ET"
    fonts = "/F1 5 0 R /F2 6 0 R"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        f"/Resources << /Font << {fonts} >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        *(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
            for name in ("Helvetica", "Helvetica-Bold")
        ),
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n"
        f"<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    )


def test_headings_of_a_pdf_stand_apart_and_bullets_are_dropped(tmp_path):
    pytest.importorskip("pypdfium2")
    path = tmp_path / "a.pdf"
    path.write_text(small_pdf(LAYOUT), encoding="latin-1")
    found = read_document(path).paragraphs
    assert [paragraph.text for paragraph in found if paragraph.role == "heading"] == [
        "A headline over the text",
        "What was decided",
        "A second thing that was said",
    ]
    assert [paragraph.text for paragraph in found if paragraph.role == "text"] == [
        "The council met on Monday evening to speak about the old harbour, which has been closed "
        "for several years.",
        "After two hours all members agreed on three points for the next year:",
        "The quay is repaired before the winter, so that the fishing boats can come back.",
        "The crane goes to the museum.",
        "The sheds are sold – if anybody wants to have them at - or rather below - the price.",
        "Nobody spoke against it.",
    ]


@pytest.mark.parametrize("mark", ["•", "◦", "▪", "\uf0b7", "–", "*"])
def test_items_of_a_list_are_paragraphs_without_their_marks(mark):
    lines = ["The list begins here:", f"{mark} first item", f"{mark} second item"]
    found = pdf_paragraphs([[PdfLine(line) for line in lines]])
    assert texts(found) == ["The list begins here:", "first item", "second item"]


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


PAGES = Path(__file__).parent / "pages"


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.html")), ids=lambda path: path.stem)
def test_messy_pages_keep_every_paragraph_of_their_article(page):
    found = [p.text for p in read_document(page).paragraphs if not paragraph_reason(p)]
    wanted = page.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert [text for text in found if text in wanted] == wanted
    wrong = sum(len(text) for text in found if text not in wanted)
    assert wrong < 0.25 * sum(map(len, found))


TEASER = '<a href="/next"><img src="n.jpg"><h2>A headline</h2><p>{text}</p></a>'


@pytest.mark.parametrize(
    "html",
    [
        TEASER.format(
            text="A teaser so long that nobody could take it for an entry of a menu. " * 3
        ),
        '<a href="/next"><span><svg></svg></span><div>Why the old mill has a new miller</div></a>',
        '<p><a href="/next">More from here: an old mill finds a new miller after twelve years of '
        "silence beside the river</a></p>",
        '<ul class="x"><li><a href="/de">Deutsch</a></li><li><a href="/pl">Polski</a></li></ul>',
    ],
)
def test_what_only_leads_elsewhere_goes(html):
    body = "<p>The article's own paragraph stands here.</p>"
    assert texts(html_paragraphs(f"<body>{html}{body}</body>")) == [
        "The article's own paragraph stands here."
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<h1><a href="/here">The headline of the article</a></h1>',
        '<p>He said that <a href="/x">this long sentence about the mill</a> was his.</p>',
        '<p><a href="/big.jpg"><img src="small.jpg"></a>A paragraph with a picture before it.</p>',
    ],
)
def test_links_inside_the_text_stay(html):
    assert len(html_paragraphs(f"<body>{html}<p>More text.</p></body>")) == 2
