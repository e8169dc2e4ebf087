"""Kinds of texts that people reported other programs to misjudge, rebuilt as texts of our own."""

from __future__ import annotations

import time

import pytest

from mtqe.checks.calendars import gregorian_years
from mtqe.checks.registry import CHECKS, ON_REQUEST
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.support.message_format import MessageError, all_arguments, missing_categories, variants
from tests.unit.checks.looking import built, corpus_of, findings, found

ALL = [name for name in CHECKS if name not in ON_REQUEST]


def everything(source, hypothesis, target, origin="en"):
    """The names of all checks that find something in a translation."""
    corpus = corpus_of(source, languages=(origin, target))
    return {name for name in ALL if findings(name, corpus, [hypothesis])}


@pytest.mark.parametrize(
    ("source", "hypothesis", "named"),
    [
        ("Moved %1 of %2 pictures.", "%1 Bilder verschoben.", ["lost: %2"]),
        ("Chapter %1", "Kapitel % 1", ["lost: %1"]),
        ("Sum: %L1 and %n part(s)", "Summe: %1 und Teile", ["lost: %L1, %n", "added: %1"]),
        ("%1 of %2 (%3)", "%1 von %2", ["lost: %3"]),
        ("Size: %zu bytes", "Größe: %z Byte", ["lost: %zu"]),
        ("%lld left", "%ld übrig", ["lost: %lld", "added: %ld"]),
        ("%1$@ and %2$@", "%1$@ und %1$@", ["lost: %2$@"]),
        ("Hello %(user)s", "Hallo %(Benutzer)s", ["lost: %(user)s"]),
        ("Total: {0:N2}", "Summe: {0}", ["lost: {0:N2}"]),
        ("Hi #{name}, %<count>d items", "Hallo #{Name}, %<count>d", ["lost: #{name}"]),
        ("Run $HOME/bin", "Starte $HEIM/bin", ["lost: $HOME"]),
        ("On {day, date, short}", "Am {tag, date, short}", ["lost: {day, date, short}"]),
        ("%#@files@ kept", "%#@Dateien@ behalten", ["lost: %#@files@"]),
        ("Since %1$tY", "Seit %1$ty", ["lost: %1$tY"]),
    ],
)
def test_placeholders_of_many_languages(source, hypothesis, named):
    finding = found("placeholders", source, hypothesis, ("en", "de"))
    assert finding is not None
    assert all(part in finding.message for part in named)
    assert found("placeholders", source, source, ("en", "de")) is None


@pytest.mark.parametrize(
    ("source", "hypothesis", "languages"),
    [
        ("Half of it, 50%, is gone", "Yarısı, yani %50, gitti", ("en", "tr")),
        ("Yarısı, yani %50, gitti", "Half of it, 50%, is gone", ("tr", "en")),
        ("Page %1, 5% done", "%1. sayfa, %5 tamam", ("en", "tr")),
        ("A 50% discount", "50%-os kedvezmény", ("en", "hu")),
        ("About 20% of us", "Etwa 20%igen von uns", ("en", "de")),
        ("100% of it", "100 % de ello", ("en", "es")),
    ],
)
def test_percentages_are_not_placeholders(source, hypothesis, languages):
    assert found("placeholders", source, hypothesis, languages) is None


ONE_OTHER = "{count, plural, one{Show one more guest} other{Show # more guests}}"
RUSSIAN = (
    "{count, plural, one{Показать ещё одного гостя} few{Показать ещё # гостей} "
    "other{Показать ещё # гостей}}"
)
TAGGED = "{count, plural, one {# page in <b>{binder}</b>} other {# pages in <b>{binder}</b>}}"
NESTED = (
    "{sex, select, female {She has {n, plural, =0 {no cat} one {# cat} other {# cats}}} "
    "other {They have {n, plural, one {# cat} other {# cats}} since {day, date, short}}}"
)


@pytest.mark.parametrize(
    ("source", "hypothesis", "target"),
    [
        (ONE_OTHER, RUSSIAN, "ru"),
        (
            TAGGED,
            "{count, plural, one {# Seite in <b>{binder}</b>} other {# Seiten in <b>{binder}</b>}}",
            "de",
        ),
        (TAGGED, "{count, plural, other {<b>{binder}</b> に # ページあります}}", "ja"),
        (
            "{n, plural, =0 {No files} one {# file} other {# files}}",
            "{n, plural, =0 {Żadnych plików} one {# plik} few {# pliki} many {# plików} "
            "other {# pliku}}",
            "pl",
        ),
        (
            NESTED,
            "{sex, select, female {Sie hat {n, plural, =0 {keine Katze} one {# Katze} "
            "other {# Katzen}}} other {Sie haben {n, plural, one {# Katze} other {# Katzen}} "
            "seit {day, date, short}}}",
            "de",
        ),
        ("{n, plural, one {# day} other {# days}}", "{n, plural, =1 {Jeden den} few {# dny} "
         "other {# dní}}", "cs"),
    ],
)  # fmt: skip
def test_correct_messages_pass_every_check(source, hypothesis, target):
    assert everything(source, hypothesis, target) == set()


@pytest.mark.parametrize(
    ("source", "hypothesis", "target", "named"),
    [
        (
            "{count, plural, one{Show one} other{Show # more guests}}",
            "{число, plural, один{Показать} другие{Показать ещё гостей}}",
            "ru",
            ["count lost", "число", "один, другие", "#"],
        ),
        (
            "{count, plural, one {# page} other {# pages}}",
            "{count, plural, one {# strona} other {# stron}}",
            "pl",
            ["few and many", "Polish"],
        ),
        ("{n, plural, one {# day} other {# days}}", "{n, plural, one {# den} other {# dní}}",
         "cs", ["few is missing", "Czech"]),
        ("{n, plural, one {# day} other {# days}}", "{n, plural, one {# Tag}}", "de",
         ["other is missing"]),
        (TAGGED, TAGGED.replace("{binder}</b>} o", "{Ordner}</b>} o"), "de",
         ["lost: {binder}", "added: {Ordner}"]),
        (TAGGED, TAGGED.replace("other {# pages", "other {pages"), "de", ["lost: #"]),
        ("{sex, select, female {She} male {He} other {They}}",
         "{sex, select, weiblich {Sie} male {Er} other {Sie}}", "de",
         ["lost: female", "added: weiblich"]),
        ("{n, plural, one {a} other {# b}}", "{n, Plural, one {a} other {# b}}", "de",
         ["plural became Plural"]),
        ("{n, plural, one {a} other {# b}}", "{n, plural, one {a} other {# b}", "de",
         ["can't be read"]),
    ],
)  # fmt: skip
def test_broken_messages_are_found(source, hypothesis, target, named):
    finding = found("placeholders", source, hypothesis, ("en", target))
    assert finding is not None
    assert all(part in finding.message for part in named), finding.message


def test_a_tag_lost_in_one_case_of_a_message_is_found_there():
    broken = TAGGED.replace("<b>{binder}</b>} other", "{binder}} other")
    finding = found("tags", TAGGED, broken, ("en", "de"))
    assert finding is not None
    assert {side for side, _, _ in finding.spans} == {"source"}


def test_hostile_messages_are_bounded():
    deep = "{a, plural, other {" * 30 + "}}" * 30
    with pytest.raises(MessageError):
        all_arguments(deep)
    wide = "{a, plural, one {x} other {y}}" * 40
    started = time.process_time()
    assert len(variants(wide)) <= 200
    found("placeholders", wide, wide[:-1], ("en", "ru"))
    found("placeholders", deep, deep, ("en", "ru"))
    found("placeholders", "{a, plural, " * 5000, "{" * 5000, ("en", "ru"))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("language", "keys", "missing"),
    [
        ("ru", "one few other", []), ("ru", "one other", ["few", "many"]), ("ja", "other", []),
        ("ar", "one two few many other", ["zero"]), ("fr", "one other", []),
        ("he", "one other", ["two"]), ("xx", "other", []), ("pol", "one other", ["few", "many"]),
    ],
)  # fmt: skip
def test_plural_keywords_that_a_language_needs(language, keys, missing):
    branches = " ".join(f"{key} {{#}}" for key in keys.split())
    argument = all_arguments(f"{{n, plural, {branches}}}")[0]
    assert missing_categories(argument, language) == missing


@pytest.mark.parametrize(
    ("source", "hypothesis", "form", "is_found"),
    [
        ("%d file removed", "Eine Datei entfernt", "singular", False),
        ("One file removed", "%d Datei entfernt", "singular", False),
        ("{count} new mail", "Eine neue Nachricht", "singular", False),
        ("%d file in %s removed", "Eine Datei entfernt", "singular", True),
        ("%d files removed", "Dateien entfernt", "plural", True),
        ("%d files removed", "ملفان", "for 2", False),
        ("%d files removed", "файлов", "plural 0", True),
    ],
)
def test_a_form_for_one_number_may_leave_it_out(source, hypothesis, form, is_found):
    segment = Segment("0", source, metadata={"plural": form})
    corpus = Corpus("toy", LanguagePair("en", "de"), (segment,))
    system = Translations.from_texts("mt", corpus, [hypothesis])
    check = built("placeholders", ("en", "de"))
    assert bool(list(check.findings(corpus, [system]))) is is_found


@pytest.mark.parametrize(
    ("target", "hypothesis"),
    [
        ("th", "งานจัดขึ้นในวันที่ 9 พฤษภาคม 2567"),
        ("th", "งานจัดขึ้นในวันที่ ๙ พฤษภาคม ๒๕๖๗"),
        ("ja", "見本市は令和6年5月9日に開かれます。"),
        ("zh-TW", "展覽會於民國113年5月9日舉行。"),
        ("fa", "نمایشگاه در ۹ مه ۲۰۲۴ است."),
        ("lo", "ງານຈັດຂຶ້ນໃນວັນທີ 9 ພຶດສະພາ 2567."),
        ("zh-TW", "展覽會於民國一百一十三年5月9日舉行。"),
        ("ja", "見本市は令和六年5月9日に開かれます。"),
        ("fa", "نمایشگاه در ۲۰ اردیبهشت ۱۴۰۳ است."),
        ("he", 'היריד ייערך ב-9 במאי תשפ"ד.'),
        ("ne", "मेला 2081 वैशाख 27 मा हुनेछ।"),
    ],
)
def test_years_of_other_calendars_are_the_same_year(target, hypothesis):
    source = "The fair is on 9 May 2024."
    assert not {"numbers", "dates"} & everything(source, hypothesis, target)
    assert "numbers" in everything(source.replace("2024", "2021"), hypothesis, target)


@pytest.mark.parametrize(
    ("target", "hypothesis", "year"),
    [
        ("ja", "昭和元年に設立されました。", 1926),
        ("ja", "平成七年に設立されました。", 1995),
        ("zh-TW", "成立於民國八十四年。", 1995),
        ("he", 'נוסד בשנת תשפ"ג.', 2023),
        ("th", "ก่อตั้งในปี ๒๕๔๐", 1997),
    ],
)
def test_years_in_letters_are_the_same_year(target, hypothesis, year):
    assert found("numbers", f"It was founded in {year}.", hypothesis, ("en", target)) is None
    assert found("numbers", f"It was founded in {year + 9}.", hypothesis, ("en", target))


def test_a_day_counts_where_the_calendars_months_are_the_same():
    source = "The fair is on 9 May 2024."
    assert found("numbers", source, "งานจัดขึ้นในวันที่ 8 พฤษภาคม 2567", ("en", "th"))
    assert found("numbers", source, "نمایشگاه در ۸ مه ۲۰۲۴ است.", ("en", "fa"))


@pytest.mark.parametrize(
    ("language", "year", "gregorian"),
    [("th", 2567, 2024), ("fa", 1403, 2024), ("ar", 1445, 2024), ("am", 2016, 2024),
     ("he", 5784, 2024), ("ne", 2081, 2024), ("de", 2567, None)],
)  # fmt: skip
def test_years_by_calendar(language, year, gregorian):
    years = gregorian_years(year, language)
    assert gregorian in years if gregorian else years == frozenset()


@pytest.mark.parametrize(
    ("target", "hypothesis", "named"),
    [
        ("sr-Latn", "Добро јутро, комшија.", "Cyrillic"),
        ("sr-Cyrl", "Dobro jutro, komšija.", "Latin"),
        ("sr@latin", "Добро јутро, комшија.", "Cyrillic"),
        ("uz_Cyrl", "Xayrli tong, qo‘shni, bugun kutubxona ochiq.", "Latin"),
        ("zh-Hant", "图书馆中午开门。", "simplified"),
        ("zh-TW", "图书馆中午开门。", "simplified"),
        ("zh_HK", "我们明天见，请准时来。", "simplified"),
        ("zh-Hans", "圖書館中午開門。", "traditional"),
        ("zh-CN", "我們明天見，請準時來。", "traditional"),
        ("pa-PK", "ਲਾਇਬ੍ਰੇਰੀ ਦੁਪਹਿਰ ਨੂੰ ਖੁੱਲ੍ਹਦੀ ਹੈ।", "Gurmukhi"),
        ("deu", "Библиотека открывается в полдень.", "German"),
        ("srp_Latn", "Продавница је данас затворена.", "Cyrillic"),
        ("sr-Latn-ME", "Продавница ABC је затворена.", "Cyrillic"),
        ("bs-Cyrl", "Prodavnica je danas zatvorena.", "Latin"),
        ("az-Cyrl", "Kitabxana bu gün açıqdır.", "Latin"),
        ("kk-Latn", "Кітапхана бүгін ашық.", "Cyrillic"),
        ("mn-Mong", "Номын сан өнөөдөр нээлттэй.", "Cyrillic"),
        ("ku-Arab", "Pirtûkxane îro vekirî ye.", "Latin"),
        ("cmn-Hant", "请先保存文件。", "simplified"),
        ("zho_Hant", "火车九点开。", "simplified"),
        ("zh-MO", "请先保存文档。", "simplified"),
        ("yue-Hans", "請先儲存檔案。", "traditional"),
        ("zh-SG", "請開門。", "traditional"),
    ],
)
def test_the_script_of_a_tag_is_compared_with_the_text(target, hypothesis, named):
    finding = found("language", "The library opens at noon.", hypothesis, ("en", target))
    assert finding is not None
    assert named in finding.message


@pytest.mark.parametrize(
    ("target", "hypothesis", "named"),
    [
        ("pol", "Библиотека открывается в полдень.", "Polish"),
        ("ukr", "The library opens at noon, see you tomorrow.", "Ukrainian"),
        ("arb", "The library opens at noon.", "Arabic"),
        ("ces_Latn", "Библиотека открывается в полдень.", "Czech"),
        ("el_GR", "Die Bibliothek öffnet am Mittag.", "Greek"),
        ("jpn", "图书馆中午开门，请准时到。", "Japanese"),
        ("kor", "図書館は正午に開きます。", "Korean"),
    ],
)
def test_no_name_of_a_language_switches_its_check_off(target, hypothesis, named):
    finding = found("language", "The library opens at noon.", hypothesis, ("en", target))
    assert finding is not None
    assert named in finding.message


@pytest.mark.parametrize(
    ("target", "hypothesis"),
    [
        ("ar", "نحن نعيش في باريس."), ("zh", "图书馆中午开门。"),
        ("zh", "圖書館中午開門。"), ("zh", "我們明天見，請準時來。"),
        ("zh-TW", "圖書館中午開門，請準時到。"), ("zh-CN", "图书馆中午开门，请准时到。"),
        ("sr", "Dobro jutro, živimo u Parizu."),
        ("sr", "Добро јутро, живимо у Паризу."),
        ("zho_Hans", "我们住在巴黎。"), ("pa", "ਅਸੀਂ ਪੈਰਿਸ ਵਿੱਚ ਰਹਿੰਦੇ ਹਾਂ।"),
        ("sr_Latn", "Mi živimo u Parizu."), ("sr-ME", "Mi živimo u Parizu."),
        ("sr-Cyrl-BA", "Ми живимо у Паризу."), ("cmn-Hant", "我們住在巴黎。"),
        ("yue", "我哋住喺巴黎。"), ("zh_HK", "我們住在巴黎。"),
        ("ka", "ჩვენ პარიზში ვცხოვრობთ."), ("hi", "हम पेरिस में रहते हैं।"),
        ("ta", "நாங்கள் பாரிஸில் வசிக்கிறோம்."), ("fa", "ما در پاریس زندگی می‌کنیم."),
        ("he", 'אנחנו גרים בפריז בחו"ל.'),
    ],
)  # fmt: skip
def test_right_scripts_pass_every_check(target, hypothesis):
    assert everything("We live in Paris.", hypothesis, target) == set()
