"""What localisers look for beside meaning: ends, spaces, capitals, limits, accelerators, terms."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mtqe.checks import run_checks, why_not
from mtqe.checks.number_words import spells_out
from mtqe.corpus.base import Corpus, LanguagePair, Place, Segment, Translations
from tests.unit.checks.looking import built, corpus_of, findings, found, marked
from tests.wording import mentions

FOUND = [
    ("end-punctuation", "Save changes?", "Änderungen speichern", "de"),
    ("end-punctuation", "Save changes?", "Αποθήκευση αλλαγών.", "el"),
    ("end-punctuation", "The file was deleted.", "تم حذف الملف؟", "ar"),
    ("end-punctuation", "Name:", "名称", "zh"),
    ("end-punctuation", "Loading...", "読み込み中。", "ja"),
    ("end-punctuation", "Delete it?", "Eliminarlo?", "es"),
    ("end-punctuation", "Great!", "Genial!", "es"),
    ("end-punctuation", "Are you sure?", "क्या आप सुनिश्चित हैं।", "hi"),
    ("spaces", "Name: ", "Name:", "de"),
    ("spaces", "Open", " Ouvrir", "fr"),
    ("spaces", "Done.\n", "Готово.", "ru"),
    ("spaces", "one two", "ett  två", "sv"),
    ("no-break-spaces", "Really?", "Vraiment ?", "fr"),
    ("no-break-spaces", "It says “yes”.", "Il dit « oui ».", "fr"),
    ("no-break-spaces", "It is 5 km away.", "Es ist 5 km weit.", "de"),
    ("no-break-spaces", "Wait!", "Attends!", "fr"),
    ("doubled-words", "The end of the line.", "Das Ende der Linie und und mehr.", "de"),
    ("doubled-words", "The end of the line.", "La fin de de la ligne.", "fr"),
    ("doubled-words", "The end of the line.", "Конец в в строке.", "ru"),
    ("capitalisation", "Open the file", "ouvrir le fichier", "fr"),
    ("capitalisation", "Open the file", "открыть файл", "ru"),
    ("capitalisation", "“Open the file”", "„otevřít soubor“", "cs"),
    ("stray-letters", "The computer", "Der Сomputer", "de"),
    ("stray-letters", "The files", "файлы 的 список", "ru"),
    ("stray-letters", "The water", "das वाटर Wasser", "de"),
    ("stray-letters", "The cat", "кoшка", "ru"),
    ("url-language", "On https://en.wikipedia.org/A", "Auf https://en.wikipedia.org/A", "de"),
    ("url-language", "https://a.org/en/help", "https://a.org/en/help を参照", "ja"),
    ("url-language", "https://a.org/?lang=en&x=1", "Voir https://a.org/?lang=en&x=1", "fr"),
    ("urls", "See https://a.org/en/x", "Siehe https://a.org/fr/x", "de"),
]  # fmt: skip
LET_PASS = [
    ("end-punctuation", "Save changes?", "Αποθήκευση αλλαγών;", "el"),
    ("end-punctuation", "Save changes?", "حفظ التغييرات؟", "ar"),
    ("end-punctuation", "The file was deleted.", "फ़ाइल हटा दी गई।", "hi"),
    ("end-punctuation", "The file was deleted.", "ไฟล์ถูกลบ", "th"),
    ("end-punctuation", "Is it open?", "開いていますか。", "ja"),
    ("end-punctuation", "_Keys:", "按键(_K):", "zh"),
    ("end-punctuation", "Loading...", "Wird geladen…", "de"),
    ("end-punctuation", "What?!", "¿¡Qué!?", "es"),
    ("end-punctuation", "He said “no”.", "Er sagte „nein.“", "de"),
    ("end-punctuation", "Use &lt;b&gt;", "&lt;b&gt; verwenden", "de"),
    ("end-punctuation", "Is it ready?", "Պատրա՞ստ է։", "hy"),
    ("spaces", "Name: ", "名称：", "zh"),
    ("spaces", " indented", " eingerückt", "de"),
    ("spaces", "Yes.  No.", "Ja.  Nein.", "de"),
    ("no-break-spaces", "Really?", "Vraiment\u202f?", "fr"),
    ("no-break-spaces", "Really?", "Vraiment?", "fr-CA"),
    ("no-break-spaces", "at 10:30", "à 10:30", "fr"),
    ("doubled-words", "Those who stay", "Die, die die Arbeit machen", "de"),
    ("doubled-words", "slowly", "pelan pelan", "id"),
    ("doubled-words", "slowly", "धीरे धीरे", "hi"),
    ("doubled-words", "slowly", "yavaş yavaş", "tr"),
    ("doubled-words", "He had had enough", "Boutros Boutros hatte genug", "de"),
    ("doubled-words", "very very good", "gut gut", "de"),
    ("capitalisation", "Settings of the phone", "iPhone-Einstellungen", "de"),
    ("capitalisation", "The south", "iNingizimu", "zu"),
    ("capitalisation", "Use apt-get now", "apt-get jetzt nutzen", "de"),
    ("capitalisation", "In the evening", "'s Avonds", "nl"),
    ("capitalisation", "The house", "სახლი", "ka"),
    ("stray-letters", "the angle α", "der Winkel α", "de"),
    ("stray-letters", "SMS received", "SMSка получена", "ru"),
    ("stray-letters", "the word дом", "das Wort дом", "de"),
    ("stray-letters", "Hello", "Здраво", "sr"),
    ("url-language", "On https://en.wikipedia.org/A", "Auf https://de.wikipedia.org/B", "de"),
    ("url-language", "https://a.org/enter/x", "https://a.org/enter/x", "de"),
    ("urls", "See https://en.wikipedia.org/wiki/A", "S. https://en.wikipedia.org/wiki/A", "de"),
    ("numbers", "It has 87 rooms and 3 halls.", "Quatre-vingt-sept pièces et trois salles.", "fr"),
    ("numbers", "In 135 cases", "In hundertfünfunddreißig Fällen", "de"),
    ("numbers", "about 25 people", "около двадцати пяти человек", "ru"),
    ("numbers", "245 pages", "doscientas cuarenta y cinco páginas", "es"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "source", "hypothesis", "target"), FOUND)
def test_what_is_found(check, source, hypothesis, target):
    finding = found(check, source, hypothesis, ("en", target))
    assert finding is not None
    assert finding.check == check
    for side, start, end in finding.spans:
        assert 0 <= start < end <= len({"source": source, "hypothesis": hypothesis}[side])


@pytest.mark.parametrize(("check", "source", "hypothesis", "target"), LET_PASS)
def test_what_is_let_pass(check, source, hypothesis, target):
    assert found(check, source, hypothesis, ("en", target)) is None


def test_numbers_are_found_in_words_of_either_side():
    assert found("numbers", "eighty-seven rooms", "87 Zimmer", ("en", "de")) is None
    assert found("numbers", "nineteen eighty-four", "1984", ("en", "pl")) is None
    assert found("numbers", "85 rooms", "siebenundachtzig Zimmer", ("en", "de")) is not None
    assert found("numbers", "100 rooms", "viele Zimmer", ("en", "de")) is not None


@pytest.mark.parametrize(
    ("text", "value", "language", "said"),
    [
        ("sixty men", 6, "en", False),
        ("dreißig", 3, "de", False),
        ("трёхсот сорока пяти", 345, "ru", True),
        ("осамдесет седам", 87, "sr", True),
        ("yirmi bir kişi", 21, "tr", True),
        ("vent'anni", 20, "it", False),
        ("तीन", 3, "hi", False),
    ],
)
def test_words_for_numbers(text, value, language, said):
    assert spells_out(text, frozenset({Decimal(value)}), language) is said


def test_a_habit_of_small_letters_is_meant():
    sources = [f"Word {n} is here" for n in range(30)]
    small = [f"mot {n} est ici" for n in range(30)]
    corpus = corpus_of(*sources, languages=("en", "fr"))
    assert findings("capitalisation", corpus, small) == []
    one = [*small[:1], *(text.capitalize() for text in small[1:])]
    assert [f.segment_id for f in findings("capitalisation", corpus, one)] == ["s0"]


@pytest.mark.parametrize(
    ("sources", "texts", "wanted"),
    [
        (["&Open", "&Save", "R&D"], ["Öffnen", "&Sichern", "F&E"], {"s0": "lost"}),
        (["_Open", "E_xit", "a_b_c"], ["_Abrir", "_Salir_", "a_b_c"], {}),
        (["_Open", "_Save", "Size"], ["打开(_O)", "保存", "_大小"], {"s1": "lost", "s2": "added"}),
        (["~Open", "~Save"], ["~Öff~nen", "~Sichern"], {"s0": "Several"}),
        (["Tom & Jerry", "R&D"], ["Tom und Jerry", "F+E"], {}),
    ],
)
def test_accelerators(sources, texts, wanted):
    corpus = corpus_of(*sources, languages=("en", "de"))
    seen = {f.segment_id: f.message for f in findings("accelerators", corpus, texts)}
    assert seen.keys() == wanted.keys()
    assert all(word in seen[name] for name, word in wanted.items())


def test_lengths_are_limited_by_options_and_by_what_files_say():
    metadata = [{"max-length": "5"}, {"note": "[CHAR LIMIT=4]"}, {"max-bytes": "3"}, {}]
    segments = tuple(Segment(f"s{n}", "x", (), None, labels) for n, labels in enumerate(metadata))
    corpus = Corpus("toy", LanguagePair("en", "de"), segments)
    texts = ["öffnen", "Tür", "Tür", "a long translation"]
    found_here = findings("max-length", corpus, texts)
    assert [f.segment_id for f in found_here] == ["s0", "s2"]
    assert mentions(found_here[0].message, "6 characters", "5")
    assert [f.segment_id for f in findings("max-length", corpus, texts, characters=10)] == [
        "s0", "s2", "s3",
    ]  # fmt: skip


def test_characters_can_be_forbidden():
    finding = found("forbidden-characters", "x", "Straße – „ja“", characters="ß–")
    assert marked(finding, "", "Straße – „ja“") == [("hypothesis", "ß"), ("hypothesis", "–")]
    assert mentions(finding.message, "ß", "U+00DF", "U+2013")


def test_one_source_should_have_one_translation():
    segments = (
        Segment("a", "Open", place=Place("line 3", "x.po", 3)),
        Segment("b", "Open"),
        Segment("c", "Open"),
        Segment("d", "Open", metadata={"context": "adjective"}),
        Segment("e", "Close"),
    )
    corpus = Corpus("toy", LanguagePair("en", "de"), segments)
    texts = ["Öffnen", "öffnen", "Aufmachen", "Offen", "Zu"]
    (finding,) = findings("unequal-translations", corpus, texts)
    assert finding.segment_id == "c"
    assert mentions(finding.message, "Öffnen", "line 3")


def test_two_sources_with_one_translation():
    texts = ["Sie müssen ein Kennwort wählen.", "Sie müssen ein Kennwort wählen!", "Etwas anderes"]
    sources = ["Choose a longer password.", "Choose a shorter password.", "Something"]
    (finding,) = findings("equal-translations", corpus_of(*sources), texts)
    assert (finding.segment_id, "longer" in finding.message) == ("s1", True)
    assert not findings("equal-translations", corpus_of("Save all", "_Save all"), texts[:2])


@pytest.mark.parametrize(
    ("check", "texts", "reason"),
    [
        ("placeholders", ["Hello", "100 % sure"], "no placeholders"),
        ("urls", ["Hello", "a.b"], "no web addresses"),
        ("numbers", ["Hello", "none"], "no numbers"),
        ("dates", ["In 1984", "5 cats"], "no dates"),
        ("quotes", ["Hello", "it's"], "no quotation marks"),
        ("accelerators", ["R&D", "a_b"], "no accelerators"),
        ("max-length", ["Hello"], "no limits"),
        ("misalignment", ["Hello"], "fewer than 30 segments"),
        ("reference-output", ["Hello"], "no references"),
        ("unequal-translations", ["Hello", "Bye"], "no source twice"),
        ("lower-cased", ["Hello"], "no capitals in zh"),
        ("doubled-words", ["Hello"], "not for zh"),
    ],
)
def test_checks_that_have_nothing_to_look_at_say_so(check, texts, reason):
    corpus = corpus_of(*texts, languages=("en", "zh"))
    system = Translations.from_texts("mt", corpus, ["你好"] * len(texts))
    looked = built(check, ("en", "zh"))
    assert why_not(looked, corpus, [system]) == reason
    assert run_checks([looked], corpus, [system]) == ()


@pytest.mark.parametrize(
    ("check", "source", "hypothesis"),
    [
        ("placeholders", "Hello {name}", "Hallo"),
        ("urls", "see www.a.org", "siehe"),
        ("numbers", "Hello", "in 1984"),
        ("dates", "on 5 May 2020", "am 6. Mai 2020"),
        ("quotes", 'say "yes"', "sag „ja"),
    ],
)
def test_and_are_not_left_out_where_they_have(check, source, hypothesis):
    corpus = corpus_of(source, languages=("en", "de"))
    system = Translations.from_texts("mt", corpus, [hypothesis])
    assert [f.check for f in run_checks([built(check, ("en", "de"))], corpus, [system])] == [check]
