"""Web pages whose ``<meta charset>`` says another encoding than theirs."""

from __future__ import annotations

import pytest

from mtqe.align.documents.html import decode
from mtqe.errors import DataError

PAGE = '<html><head><meta charset="{}"></head><body><p>{}</p></body></html>'
GERMAN, RUSSIAN = "Grüße aus Köln", "Привет, мир"
JAPANESE, GREEK = "こんにちは世界", "Καλημέρα κόσμε"


@pytest.mark.parametrize(
    ("said", "really", "text"),
    [
        ("iso-8859-1", "utf-8", GERMAN),
        ("windows-1252", "utf-8", RUSSIAN),
        ("windows-1251", "utf-8", RUSSIAN),
        ("shift_jis", "utf-8", JAPANESE),
        ("gb2312", "utf-8", "你好，世界"),
        ("utf-8", "utf-16-le", RUSSIAN),
        ("utf-8", "utf-16-be", GERMAN),
        ("iso-8859-1", "cp1252", "“Grüße”"),
        ("windows-1251", "cp1251", RUSSIAN),
        ("shift_jis", "cp932", JAPANESE),
        ("iso-8859-15", "iso-8859-15", GERMAN),
        ("nonsense", "utf-8", GERMAN),
    ],
)
def test_the_text_counts_more_than_what_a_page_says(said, really, text):
    page = PAGE.format(said, text)
    assert decode("p.html", page.encode(really)) == page


@pytest.mark.parametrize(
    ("said", "really", "text"),
    [
        ("iso-8859-1", "cp1251", RUSSIAN),
        ("windows-1252", "iso-8859-7", GREEK),
        ("iso-8859-1", "koi8-r", RUSSIAN),
        ("utf-8", "cp1252", GERMAN),
        ("utf-8", "cp932", JAPANESE),
        ("nonsense", "cp1252", GERMAN),
    ],
)
def test_a_page_in_no_encoding_that_it_names_is_refused(said, really, text):
    with pytest.raises(DataError, match=r"^p\.html: .*save it as UTF-8\.$"):
        decode("p.html", PAGE.format(said, text).encode(really))
