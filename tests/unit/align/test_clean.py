import pytest

from mtqe.align.clean import judge, paragraph_reason, without_copies
from mtqe.align.documents.paragraphs import Paragraph
from mtqe.align.pairs import Pair
from mtqe.align.sentences import Unit


def units(*texts):
    return [Unit(text, number, 0) for number, text in enumerate(texts, 1)]


def reasons(source, target):
    pairs = [
        Pair(a, b, 0.9, 0.1, str(i), str(i), range(i, i + 1), range(i, i + 1))
        for i, (a, b) in enumerate(zip(source, target, strict=True))
    ]
    return [pair.reason for pair in judge(pairs, units(*source), units(*target))]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("© 2024 The Daily. All rights reserved.", "notice"),
        ("版权所有 海洋日报", "notice"),
        ("Advertisement", "notice"),
        ("Photo: Jane Doe", "caption"),
        ("图：研究船停靠在港口。路透社", "caption"),
        ("A ship in port. REUTERS", "caption"),
        ("Home | News | Sport", "notice"),
        ("首页 新闻 体育 财经", "notice"),
        ("2026年3月2日 10:21 来源：本报", "notice"),
        ("March 2, 2026", "notice"),
        ("English | Deutsch | Polski", "notice"),
        ("中文", "notice"),
        ("EN · Français", "notice"),
        ("tiếng Việt", "notice"),
        ("By Jana Ehlert and Tom Brandis", "byline"),
        ("Von Jana Ehlert und Tom Brandis", "byline"),
        ("By Lin Xiaoman, translated by Kate Doyle", "byline"),
        ("本报记者 林小满", "byline"),
        ("Redaktion: Lena Hoppe", "byline"),
        ("Edited by Paul Gray. Pictures: Nils Arendt", "byline"),
        ("Von Helden und Dieben", None),
        ("By train", None),
        ("Deutsch als Fremdsprache", None),
        ("Edited volumes sell badly.", None),
        ("de", None),
        ("The advertisement was seen by millions.", None),
        ("On 2 March 2026 the library moved.", None),
        ("二〇〇八年五月", None),
        ("x | y | z, he wrote. It was a | between letters.", None),
        ("Photography changed how people saw the war.", None),
        ("图书馆周一重新开放。", None),
        ("The company told Reuters.", None),
    ],
)
def test_captions_and_notices_are_told_by_their_words(text, reason):
    assert paragraph_reason(Paragraph(text)) == reason


def test_a_caption_is_told_by_its_markup():
    assert paragraph_reason(Paragraph("Anything at all.", "caption")) == "caption"


def test_menus_go_and_headlines_stay():
    source = ["首页", "新闻", "体育", "科学家发现新的深海鱼类", "这是一个完整的句子。"]
    target = ["Home", "News", "Sport", "Scientists discover a new deep-sea fish", "A sentence."]
    assert reasons(source, target) == ["navigation"] * 3 + [None, None]


def test_a_copied_pair_goes():
    assert reasons(["https://example.org/a"], ["https://example.org/a"]) == ["copy"]


def test_a_second_copy_of_the_body_goes_and_a_short_answer_stays():
    body = [f"这是正文的第{word}个句子，它足够长，不会偶然重复出现。" for word in "一二三"]
    translated = [
        f"This is the {word} sentence of the body text." for word in ("first", "2nd", "3rd")
    ]
    source = [*body, "是。", "不。", "是。", *body]
    target = [*translated, "Yes.", "No.", "Yes.", *translated]
    assert reasons(source, target) == [None] * 6 + ["repeated"] * 3


def test_later_copies_of_long_units_go_before_the_search():
    long = "This sentence is long enough not to be repeated by chance."
    found = without_copies(units(long, "Yes.", "No.", "Yes.", long.upper()))
    assert [unit.text for unit in found] == [long, "Yes.", "No.", "Yes."]


def test_a_short_copy_goes_with_the_long_ones_beside_it():
    long = "This sentence is long enough not to be repeated by chance."
    found = without_copies(units("A headline", long, "Yes.", "A new one.", "A headline", long))
    assert [unit.text for unit in found] == ["A headline", long, "Yes.", "A new one."]


@pytest.mark.parametrize(
    "menu",
    [["English", "Deutsch", "Polski"], ["中文 | English | 日本語"], ["Français", "Español"]],
)
def test_a_menu_of_languages_is_no_text(menu):
    assert [paragraph_reason(Paragraph(entry)) for entry in menu] == ["notice"] * len(menu)
