"""Checks that look at one translation: what each must find, and what it must let pass."""

from __future__ import annotations

import pytest

from tests.unit.checks.looking import found, marked

EN_DE = ("en", "de")
EN_ZH = ("en", "zh")
ZH_EN = ("zh", "en")
EN_RU = ("en", "ru")

FOUND = [
    ("empty", "Hello there.", " \n", EN_DE),
    ("copy", "The weather is nice today.", "the weather  is nice today", EN_DE),
    ("copy", "今天天气很好。", "今天天气很好", ZH_EN),
    ("language", "The weather is nice today.", "Погода сегодня хорошая.", EN_DE),
    ("language", "I would like to go home now.", "I would like to go to my house now.", EN_DE),
    ("repetition", "That is all.", "Das ist alles ist alles ist alles ist alles", EN_DE),
    ("repetition", "That is all.", "就是这样的就是这样的就是这样的就是这样的", EN_ZH),
    ("placeholders", "Hello {name}, %s files", "Hallo {Name}, %s Dateien", EN_DE),
    ("placeholders", "Read <1>this</1>.", "Lesen Sie dies.", EN_DE),
    ("placeholders", "{{count}} items for ${price}", "{{count}} Artikel für {price}", EN_DE),
    ("tags", "A <b>bold</b> word", "Ein <b>fettes Wort", EN_DE),
    ("urls", "See https://example.org/a.", "Siehe https://example.org/b.", EN_DE),
    ("emails", "Write to me@example.org.", "Schreib mir.", EN_DE),
    ("numbers", "It costs 1,250 euros.", "Es kostet 1.520 Euro.", EN_DE),
    ("numbers", "In 1987 it burnt.", "Es brannte.", EN_DE),
    ("numbers", "A man of 30.", "Ein Mann von 1999.", EN_DE),
    ("numbers", "COVID-19 is here.", "COVID-91 ist da.", EN_DE),
    ("dates", "Due on March 5, 2024.", "Fällig am 6. März 2024.", EN_DE),
    ("dates", "Due on 2024-03-15.", "2024年4月15日到期。", EN_ZH),
    ("untranslated", "The quick brown fox runs.", "Быстрая brown fox бежит.", EN_RU),
    ("untranslated", "我喜欢苹果和香蕉。", "I like 苹果 and bananas.", ZH_EN),
    ("untranslated", "we see many old boats here", "wir sehen many old boats here", EN_DE),
    ("quotes", 'He said "yes".', "Er sagte „ja.", EN_DE),
    ("brackets", "It (the cat) sleeps.", "Sie (die Katze schläft.", EN_DE),
    ("characters", "Hello", "Hal\u200blo", EN_DE),
    ("characters", "Hello", "Hallo\ufffd", EN_DE),
    ("characters", "Over there", "Dort drÃ¼ben", EN_DE),
    ("normalisation", "Over there", "Dort dru\u0308ben", EN_DE),
    ("tokenized", "Well, yes.", "Nun , ja .", EN_DE),
    ("tokenized", "Well, yes.", "嗯 是 的 当 然", EN_ZH),
    ("tokenized", "Twenty-five", "Fünf @-@ und", EN_DE),
    ("lower-cased", "The weather is nice today.", "das wetter ist heute schön.", EN_DE),
]

LET_PASS = [
    ("empty", "", "", EN_DE),
    ("copy", "Hotel Excelsior Berlin", "Hotel Excelsior Berlin", EN_DE),
    ("copy", "OK", "OK", EN_DE),
    ("language", "The weather is nice today.", "Das Wetter ist heute schön.", EN_DE),
    ("language", "NATO, UNESCO", "NATO, UNESCO", EN_RU),
    ("language", "Yes.", "Ja.", EN_DE),
    ("language", "Run <code>make all</code> now", "运行 <code>make all</code> 吧", EN_ZH),
    ("repetition", "no no no no no, he said", "nein nein nein nein nein, sagte er", EN_DE),
    ("placeholders", "100% sure of {x}", "zu 100 % sicher bei {x}", EN_DE),
    ("placeholders", "Save 50% of it", "Sparen Sie 50% davon", EN_DE),
    ("tags", "if a < b and c > d", "wenn a < b und c > d", EN_DE),
    ("urls", "See https://example.org/en/a.", "Siehe https://example.org/de/a.", EN_DE),
    ("urls", "(see www.example.org)", "（见www.example.org）", EN_ZH),
    ("numbers", "It costs 1,250.50 euros.", "Es kostet 1.250,50 Euro.", EN_DE),
    ("numbers", "1.2 million people", "120万人", EN_ZH),
    ("numbers", "365 million", "3亿6500万", EN_ZH),
    ("numbers", "三百五十人", "350 people", ZH_EN),
    ("numbers", "六点五公里", "6.5 km", ZH_EN),
    ("numbers", "三点二亿人", "320 million people", ZH_EN),
    ("numbers", "转发了五十多万次", "shared over 500,000 times", ZH_EN),
    ("numbers", "He has 3 dogs.", "Er hat drei Hunde.", EN_DE),
    ("numbers", "at 7 pm", "um 19 Uhr", EN_DE),
    ("numbers", "in the 1980s", "in den 80ern", EN_DE),
    ("numbers", "12 345 files", "12,345 files", ("fr", "en")),
    ("numbers", "٣٫٥ كيلو", "3.5 kilos", ("ar", "en")),
    ("numbers", "COVID-19 spreads", "新冠病毒传播", EN_ZH),
    ("dates", "Due on March 5, 2024.", "Fällig am 5.3.2024.", EN_DE),
    ("dates", "on 3 May", "el 3 de mayo", ("en", "es")),
    ("dates", "on 3 May", "bald", EN_DE),
    ("untranslated", "Ask John Smith now.", "Спросите John Smith.", EN_RU),
    ("untranslated", "Use {name} and %s", "Используйте {name} и %s", EN_RU),
    ("quotes", 'a 5" screen', 'ein Bildschirm von 5"', EN_DE),
    ("quotes", 'He said "yes', "Er sagte „ja", EN_DE),
    ("brackets", "a) first b) second", "a) erstens b) zweitens", EN_DE),
    ("brackets", "Great :)", "Toll :)", EN_DE),
    ("characters", "Hello", "नमस्ते क्\u200dष", ("en", "hi")),
    ("normalisation", "Over there", "Dort drüben", EN_DE),
    ("normalisation", "Hello", "क़लम", ("en", "hi")),
    ("tokenized", "Really?", "Vraiment ?", ("en", "fr")),
    ("tokenized", "Has 5 likes", "Té 5 'm'agrada' i 3 'm'encanta'", ("en", "ca")),
    ("tokenized", "Well , yes .", "Nun , ja .", EN_DE),
    ("lower-cased", "the weather is nice today", "das wetter ist heute schön", EN_DE),
    ("lower-cased", "The weather is nice today.", "今天天气很好，我们出去走走吧。", EN_ZH),
]


@pytest.mark.parametrize(("check", "source", "hypothesis", "languages"), FOUND)
def test_what_is_found(check, source, hypothesis, languages):
    finding = found(check, source, hypothesis, languages)
    assert finding is not None
    assert (finding.segment_id, finding.system, finding.check) == ("s0", "mt", check)
    for side, start, end in finding.spans:
        assert 0 <= start < end <= len({"source": source, "hypothesis": hypothesis}[side])


@pytest.mark.parametrize(("check", "source", "hypothesis", "languages"), LET_PASS)
def test_what_is_let_pass(check, source, hypothesis, languages):
    assert found(check, source, hypothesis, languages) is None


def test_spans_mark_what_is_meant_in_code_points():
    source, hypothesis = "😀 In 1987 {x} burnt.", "😀 Im Jahr 1978 brannte {y}."
    numbers = found("numbers", source, hypothesis, EN_DE)
    assert marked(numbers, source, hypothesis) == [("source", "1987"), ("hypothesis", "1978")]
    assert numbers.message == "Number lost: 1987; Number added: 1978."
    placeholders = found("placeholders", source, hypothesis, EN_DE)
    assert marked(placeholders, source, hypothesis) == [("source", "{x}"), ("hypothesis", "{y}")]


def test_a_message_about_many_tokens_stays_short():
    finding = found("placeholders", " ".join(f"{{v{n}}}" for n in range(20)), "nichts", EN_DE)
    assert finding.message == "Placeholders lost: {v0}, {v1}, {v2}, {v3}, {v4}, …."


def test_a_language_that_is_not_known_is_told_from_the_source_alone():
    english = "In addition, the association will address local governments and educators."
    assert found("language", english, english[:-10], ("en", "liv")) is not None
    assert found("language", english, "Āigavõttõks um mīernaigā rānda", ("en", "liv")) is None


def test_severity_is_an_option():
    assert found("numbers", "In 1987", "Im Jahr 1978", EN_DE, severity="minor").severity == "minor"
