"""How long translations may be, as files of several programs say it."""

from __future__ import annotations

import pytest

from mtqe.corpus.base import LanguagePair, Translations
from mtqe.corpus.readers import read_dataset
from tests.unit.checks.looking import built

EN_DE = LanguagePair("en", "de")
OLD = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2" xmlns:mq="MQXliff">
<file original="a" datatype="x" source-language="en" target-language="de"><body>
<group {group}><trans-unit id="1" {unit}><source>Save</source><target>{text}</target>{note}
</trans-unit></group></body></file></xliff>"""
NEW = """<xliff version="2.1" xmlns="urn:oasis:names:tc:xliff:document:2.0"
 xmlns:slr="urn:oasis:names:tc:xliff:sizerestriction:2.0" srcLang="en" trgLang="de"><file id="f">
<slr:profiles generalProfile="xliff:codepoints"/><unit id="1" slr:sizeRestriction="{size}">
<segment><source>Save</source><target>{text}</target></segment></unit></file></xliff>"""
PO = """msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

{note}
msgid "Save"
msgstr "{text}"
"""


def old(text, unit="", group="", note=""):
    return OLD.format(text=text, unit=unit, group=group, note=note)


FILES = {
    "XLIFF 1, characters": ("a.xlf", lambda text: old(text, 'maxwidth="5" size-unit="char"')),
    "XLIFF 1, of a group": ("a.xlf", lambda text: old(text, group='maxwidth="5" size-unit="char"')),
    "XLIFF 1, a note": ("a.xlf", lambda text: old(text, note="<note>max-length: 5</note>")),
    "XLIFF 2, most": ("a.xliff", lambda text: NEW.format(text=text, size="5")),
    "XLIFF 2, least and most": ("a.xliff", lambda text: NEW.format(text=text, size="2,5")),
    "memoQ": ("a.mqxliff", lambda text: old(text, 'mq:maxlengthchars="5"')),
    "PO, Weblate's flag": ("a.po", lambda text: PO.format(text=text, note="#, max-length:5")),
    "PO, a programmer's note": ("a.po", lambda text: PO.format(text=text, note="#. max-length: 5")),
    "PO, Android's way": ("a.po", lambda text: PO.format(text=text, note="#. [CHAR LIMIT=5]")),
}


def limited(path):
    """What the check finds in a file's own translations."""
    corpus = read_dataset(path, name="x", languages=EN_DE).corpus
    texts = [segment.references[0] for segment in corpus]
    system = Translations.from_texts("file", corpus, texts)
    return list(built("max-length", ("en", "de")).findings(corpus, [system]))


@pytest.mark.parametrize("kind", FILES)
def test_a_limit_is_read_and_held(write, kind):
    name, made = FILES[kind]
    assert limited(write(name, made("Mehr!").encode())) == []
    (finding,) = limited(write(name, made("Öffnen").encode()))
    assert "6 characters, where 5 are allowed" in finding.message


def test_bytes_are_counted_where_the_file_counts_them(write):
    unit = 'maxwidth="5" size-unit="byte"'
    assert limited(write("a.xlf", old("Auf!!", unit).encode())) == []
    (finding,) = limited(write("a.xlf", old("Öl ab", unit).encode()))
    assert "6 bytes, where 5 are allowed" in finding.message


@pytest.mark.parametrize("unit", ['maxwidth="5"', 'maxwidth="5" size-unit="pixel"', 'maxwidth="x"'])
def test_widths_that_need_a_font_are_left_alone(write, unit):
    assert limited(write("a.xlf", old("Speichern", unit).encode())) == []
