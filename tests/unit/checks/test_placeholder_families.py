"""Each family of placeholders with correct translations, which pass, and broken ones."""

from __future__ import annotations

import pytest

from mtqe.checks.registry import CHECKS, ON_REQUEST
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.corpus.plurals import PLURAL
from mtqe.corpus.syntax import SYNTAX
from tests.unit.checks.looking import built

STRUCTURE = ("placeholders", "tags", "urls", "quotes", "brackets", "numbers")


def found(syntax, source, hypothesis, target, checks=STRUCTURE, **metadata):
    """What the checks of a text's structure find, by check."""
    labels = {SYNTAX: syntax, **metadata} if syntax else metadata
    corpus = Corpus("x", LanguagePair("en", target), (Segment("a", source, (), None, labels),))
    system = Translations.from_texts("mt", corpus, [hypothesis])
    return {
        name: finding.message
        for name in checks
        for finding in built(name, ("en", target)).findings(corpus, [system])
    }


FAMILIES = {
    "c": (
        "%s: %d of %lu files copied (%5.1f%%)",
        {
            "de": "%s: %d von %lu Dateien kopiert (%5.1f%%)",
            "ru": "%s: скопировано %d из %lu файлов (%5.1f%%)",
            "ar": "%s: نُسخ %d من %lu ملفات (%5.1f%%)",
            "ja": "%1$s: %3$lu ファイル中 %2$d をコピーしました (%4$5.1f%%)",
        },
        {
            "de": ("%s: %lu von %d Dateien kopiert (%5.1f%%)", "another order"),
            "ru": ("%s: скопировано %d из файлов (%5.1f%%)", "lost: %lu"),
            "ar": ("%s: نُسخ %d من %lu ملفات (%5.1f %)", "percent sign"),
            "ja": ("%1$s: %2$d をコピーしました (%4$5.1f%%)", "lost"),
        },
    ),
    "python": (
        "%(user)s sent %(count)d files to %s",
        {
            "de": "%(user)s hat %(count)d Dateien an %s gesendet",
            "ru": "%(user)s: %s, файлов: %(count)d",
            "ar": "أرسل %(user)s %(count)d ملفات إلى %s",
            "ja": "%(user)s が %s に %(count)d ファイルを送信",
        },
        {
            "de": ("%(Benutzer)s hat %(count)d Dateien an %s gesendet", "added: %(Benutzer)s"),
            "ru": ("%(user)s: %s", "lost: %(count)d"),
            "ar": ("أرسل %(user)s %(count)d ملفات", "lost: %s"),
            "ja": ("%(user)s が %s に %(count)s ファイルを送信", "lost: %(count)d"),
        },
    ),
    "python-brace": (
        "{0} of {total:,} in {name!r}",
        {
            "de": "{0} von {total:,} in {name!r}",
            "ru": "{name!r}: {0} из {total:,}",
            "ar": "{0} من {total:,} في {name!r}",
            "ja": "{name!r} の {total:,} 件中 {0} 件",
        },
        {
            "de": ("{0} von {gesamt:,} in {name!r}", "{gesamt:,}"),
            "ru": ("{name!r}: {0}", "lost: {total:,}"),
            "ar": ("{0} من {total:,} في {name}", "{name!r}"),
            "ja": ("{name!r} の {total:,} 件中 0 件", "lost: {0}"),
        },
    ),
    "qt": (
        "Opened %1, %L2 bytes, %n part(s)",
        {
            "de": "%1 geöffnet, %L2 Bytes, %n Teile",
            "ru": "Открыто: %1, %L2 байт, частей: %n",
            "ar": "فُتح %1، %L2 بايت، %n أجزاء",
            "ja": "%1 を開きました (%L2 バイト、%n 個)",
        },
        {
            "de": ("% 1 geöffnet, %L2 Bytes, %n Teile", "lost: %1"),
            "ru": ("Открыто: %1, %2 байт, частей: %n", "lost: %L2"),
            "ar": ("فُتح %1، %L2 بايت", "lost: %n"),
            "ja": ("%1 を開きました (%L3 バイト、%n 個)", "%L3"),
        },
    ),
    "java": (
        "{0} can not open {1,number,integer} files on {2,date}",
        {
            "de": "{0} kann am {2,date} {1,number,integer} Dateien nicht öffnen",
            "ru": "{0} не может открыть {1,number,integer} файлов {2,date}",
            "ar": "لا يستطيع {0} فتح {1,number,integer} ملفات في {2,date}",
            "ja": "{0} は {2,date} に {1,number,integer} ファイルを開けません",
            "fr": "L''outil {0} n''ouvre pas {1,number,integer} fichiers le {2,date}",
        },
        {
            "de": ("{0} kann am {2,date} Dateien nicht öffnen", "lost: {1,number,integer}"),
            "ru": ("{0} не может открыть {1,number,целое} файлов {2,date}", "{1,number,integer}"),
            "ar": ("لا يستطيع {0} فتح {1,number,integer} ملفات", "lost: {2,date}"),
            "ja": ("{3} は {2,date} に {1,number,integer} ファイルを開けません", "added: {3}"),
            "fr": ("L'outil {0} n'ouvre pas {1,number,integer} fichiers le {2,date}", "apostrophe"),
        },
    ),
    "csharp": (
        "{0} copied {1:N0} of {2,8:F1} MB",
        {
            "de": "{0} hat {1:N0} von {2,8:F1} MB kopiert",
            "ru": "{0}: скопировано {1:N0} из {2,8:F1} МБ",
            "ar": "نسخ {0} مقدار {1:N0} من {2,8:F1} م.ب",
            "ja": "{0} が {2,8:F1} MB 中 {1:N0} をコピー",
        },
        {
            "de": ("{0} hat {1} von {2,8:F1} MB kopiert", "lost: {1:N0}"),
            "ru": ("{0}: скопировано {1:N0}", "lost: {2,8:F1}"),
            "ar": ("نسخ {0} مقدار {1:N0} من {2,8:F1} {3} م.ب", "added: {3}"),
            "ja": ("{0} が {2,8:F1} MB 中 {1:N0 をコピー", "lost: {1:N0}"),
        },
    ),
    "objc": (
        "%1$@ sent %2$ld messages to %@",
        {
            "de": "%1$@ hat %2$ld Nachrichten an %@ gesendet",
            "ru": "%1$@: %@, сообщений: %2$ld",
            "ar": "أرسل %1$@ %2$ld رسائل إلى %@",
            "ja": "%1$@ が %@ に %2$ld 件送信",
        },
        {
            "de": ("%1$@ hat %2$d Nachrichten an %@ gesendet", "lost: %2$ld"),
            "ru": ("%1$@: сообщений: %2$ld", "lost: %@"),
            "ar": ("أرسل %1$ @ %2$ld رسائل إلى %@", "lost: %1$@"),
            "ja": ("%1$@ が %1$@ に %2$ld 件送信", "lost: %@"),
        },
    ),
    "ruby": (
        "%{name} has %<count>d items for #{price}",
        {
            "de": "%{name} hat %<count>d Artikel für #{price}",
            "ru": "%{name}: %<count>d шт. за #{price}",
            "ar": "لدى %{name} %<count>d عناصر بسعر #{price}",
            "ja": "%{name} は #{price} の品を %<count>d 個",
        },
        {
            "de": ("%{Name} hat %<count>d Artikel für #{price}", "lost: %{name}"),
            "ru": ("%{name}: %<count>d шт.", "lost: #{price}"),
            "ar": ("لدى %{name} عناصر بسعر #{price}", "lost: %<count>d"),
            "ja": ("{name} は #{price} の品を %<count>d 個", "lost: %{name}"),
        },
    ),
    "sh": (
        "Run $program in ${folder}",
        {
            "de": "Führe $program in ${folder} aus",
            "ru": "Запустите $program в ${folder}",
            "ar": "شغّل $program في ${folder}",
            "ja": "${folder} で $program を実行",
        },
        {
            "de": ("$Programm in ${folder} ausführen", "lost: $program"),
            "ru": ("Запустите $program", "lost: ${folder}"),
            "ar": ("شغّل program في ${folder}", "lost: $program"),
            "ja": ("${フォルダ} で $program を実行", "lost: ${folder}"),
        },
    ),
    "": (
        "Hello {{name}}, see $t(common.help) and <1>this</1>",
        {
            "de": "Hallo {{name}}, siehe $t(common.help) und <1>dies</1>",
            "ru": "Привет, {{name}}! <1>Это</1> и $t(common.help)",
            "ar": "مرحبا {{name}}، انظر $t(common.help) و<1>هذا</1>",
            "ja": "{{name}} さん、<1>これ</1>と $t(common.help)",
        },
        {
            "de": ("Hallo {{Name}}, siehe $t(common.help) und <1>dies</1>", "lost: {{name}}"),
            "ru": ("Привет, {{name}}! <1>Это</1>", "lost: $t(common.help)"),
            "ar": ("مرحبا {{name}}، انظر $t(عام.مساعدة) و<1>هذا</1>", "$t(common.help)"),
            "ja": ("{{name}} さん、<1>これと $t(common.help)", "</1>"),
        },
    ),
}
CORRECT = [(f, s, t, lang) for f, (s, good, _) in FAMILIES.items() for lang, t in good.items()]
BROKEN = [(f, s, *t, lang) for f, (s, _, bad) in FAMILIES.items() for lang, t in bad.items()]


@pytest.mark.parametrize(("syntax", "source", "hypothesis", "target"), CORRECT)
def test_correct_translations_pass(syntax, source, hypothesis, target):
    assert found(syntax, source, hypothesis, target) == {}


@pytest.mark.parametrize(("syntax", "source", "hypothesis", "named", "target"), BROKEN)
def test_broken_ones_are_found(syntax, source, hypothesis, named, target):
    assert named in found(syntax, source, hypothesis, target)["placeholders"]


@pytest.mark.parametrize(
    ("syntax", "source", "hypothesis", "target", "plural"),
    [
        ("c", "one file", "%d файл", "ru", "plural 0"),
        ("c", "%d files", "eine Datei", "de", "singular"),
        ("android", "%d files", "ملفان", "ar", "for 2"),
        ("objc", "%ld files", "一個", "ja", "for 1"),
    ],
)
def test_a_form_of_one_number_may_leave_it_out(syntax, source, hypothesis, target, plural):
    left = found(syntax, source, hypothesis, target, ("placeholders",), **{PLURAL: plural})
    assert bool(left) == (plural == "plural 0")


@pytest.mark.parametrize(
    ("source", "hypothesis", "target"),
    [
        ("%B %d, %Y", "%e. %B %Y", "de"),
        ("%a, %d %b %Y %H:%M:%S %z", "%A, %d. %B %Y, %H:%M Uhr", "de"),
        ("%b %d", "%-d %b", "ru"),
        ("%Y-%m-%d", "%Y年%m月%d日", "ja"),
    ],
)
def test_patterns_of_dates_are_each_language_s_own(source, hypothesis, target):
    assert found("ruby", source, hypothesis, target, ("placeholders",)) == {}
    assert found("ruby", source, "heute", target, ("placeholders",))


CHOICES = "You must select {{ limit }} choice.|You must select {{ limit }} choices."


@pytest.mark.parametrize(
    ("hypothesis", "target", "named"),
    [
        ("Wählen Sie {{ limit }} Möglichkeit.|Wählen Sie {{ limit }} Möglichkeiten.", "de", None),
        ("Выберите {{ limit }} вариант.|Выберите {{ limit }} варианта.|Выберите {{ limit }} "
         "вариантов.", "ru", None),
        ("{{ limit }} 個選択してください。", "ja", None),
        ("Выберите {{ limit }} вариант.|Выберите варианта.|Выберите {{ limit }} вариантов.", "ru",
         "lost: {{ limit }}"),
        ("{{ 制限 }} 個選択してください。", "ja", "added: {{ 制限 }}"),
    ],
)  # fmt: skip
def test_plural_forms_between_bars_are_compared_one_by_one(hypothesis, target, named):
    message = found("", CHOICES, hypothesis, target, ("placeholders",)).get("placeholders")
    assert (named in message) if named else message is None


@pytest.mark.parametrize(
    ("source", "hypothesis", "target", "named"),
    [
        ('It\'s <xliff:g id="n" example="5">%d</xliff:g>', '<xliff:g id="n">%d</xliff:g> ist es',
         "de", None),
        ('It\'s <xliff:g id="n" example="5">%d</xliff:g>', "%d ist es", "de", "xliff:g"),
        ('<a href="x">Help</a><br/>', '<a href="y">Справка</a><br/>', "ru", None),
        ('<a href="x">Help</a><br/>', '<a href="y">Справка<br/>', "ru", "</a>"),
        ("<p>Read <i>this</i></p>", "<p>اقرأ <i>هذا</i></p>", "ar", None),
        ("<i>Run!</i>", "<i>走れ!<i>", "ja", "lost: </i>"),
        ("{\\an8}<i>Run!</i>", "<i>Lauf!</i>", "de", "{\\an8}"),
        ("<v Ann>Hello", "<v Анна>Привет", "ru", None),
        ("<v Ann>Hello", "Привет", "ru", "<v>"),
        ("<c.yellow>Hi <00:00:01.500>you</c>", "<c.yellow>Hallo du</c>", "de", "<00:00:01.500>"),
        ("<none>", "<keine>", "de", None),
        ("copy <file> to <folder>", "<Datei> nach <Ordner> kopieren", "de", None),
        ("<bold>New</bold> text", "<bold>Neuer</bold> Text", "de", None),
        ("<bold>New</bold> text", "<bold>Neuer<bold> Text", "de", "</bold>"),
    ],
)  # fmt: skip
def test_markup_of_each_format(source, hypothesis, target, named):
    message = found("", source, hypothesis, target, ("tags",)).get("tags")
    assert (named in message) if named else message is None


@pytest.mark.parametrize(
    ("source", "hypothesis", "target"),
    [
        ("Open '%1'.", '"%1" öffnen.', "de"),
        ("Interval", "更新間隔(_X)", "ja"),
        ("bases (2, 16)", "進数変換 (2 進数、 16 進数)", "ja"),
        ("Use it (iOS 17 only)", "Verwenden (ab iOS 17)", "de"),
        (",", "\u00a0", "ru"),
        ("must be less than ${inclusive == true ? 'or equal to ' : ''}{value}",
         "muss kleiner ${inclusive == true ? 'oder gleich ' : ''}{value} sein", "de"),
    ],
)  # fmt: skip
def test_false_alarms_of_real_files(source, hypothesis, target):
    assert found("", source, hypothesis, target, (*STRUCTURE, "empty")) == {}


def test_a_text_that_is_no_format_may_have_percent_signs():
    assert found("no-c", "100% of it", "100 % davon", "de", ("placeholders",)) == {}
    assert found("c", "100% sure", "100 % sicher", "de", ("placeholders",)) == {}
    assert found("c", "%d%% done", "%d % erledigt", "de", ("placeholders",))


def test_all_checks_pass_correct_families():
    usual = [
        name for name in CHECKS if name not in ON_REQUEST and name not in ("length", "language")
    ]
    for syntax, source, hypothesis, target in CORRECT:
        assert found(syntax, source, hypothesis, target, usual) == {}, (syntax, target)
