"""Copies of programs' files with other texts: all else stays, plural forms fit the language."""

from __future__ import annotations

import json
import plistlib
import shutil
import subprocess
from typing import Any

import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.convert import convert
from mtqe.corpus.readers import read_dataset
from mtqe.errors import DataError

EN_RU = LanguagePair("en", "ru")


def russian(text):
    return f"Я{text}" if text else text


JSON = """{
  "menu": {"open": "Open \\u00e4", "number": 3},
  "file_one": "one file",
  "file_other": "{{count}} files",
  "list": ["a", "b"]
}
"""
JSON_RU = """{
  "menu": {"open": "ЯOpen ä", "number": 3},
  "file_one": "Я{{count}} files",
  "file_few": "Я{{count}} files",
  "file_many": "Я{{count}} files",
  "file_other": "Я{{count}} files",
  "list": ["Яa", "Яb"]
}
"""
YAML = """# Texts of the shop
en:
  open: "Open"  # a verb
  plain: The door
  single: 'it''s'
  long: |
    First
    second

  # numbers and names are no texts
  yes: yes
  size: 3
  sort: :name
  files:
    one: "%{count} file"
    other: "%{count} files"
  errors: &errors
    blank: can't be blank
  more:
    <<: *errors
    own: here
  days: [Mon, "Tue: 2"]
"""
YAML_RU = """# Texts of the shop
ru:
  open: "ЯOpen"  # a verb
  plain: ЯThe door
  single: 'Яit''s'
  long: |
    ЯFirst
    second

  # numbers and names are no texts
  yes: yes
  size: 3
  sort: :name
  files:
    one: "Я%{count} file"
    few: "Я%{count} files"
    many: "Я%{count} files"
    other: "Я%{count} files"
  errors: &errors
    blank: "Яcan't be blank"
  more:
    <<: *errors
    own: Яhere
  days: [ЯMon, "ЯTue: 2"]
"""
ANDROID = """<?xml version="1.0" encoding="utf-8"?>
<!-- Copyright -->
<resources xmlns:xliff="urn:oasis:names:tc:xliff:document:1.2">
    <!-- A verb -->
    <string name="open" x="true">It\\'s <xliff:g id="n" example="5">%1$s</xliff:g></string>
    <string name="app" translatable="false">Demo</string>
    <string name="same">@string/open</string>
    <string name="blank">" two  blanks "</string>
    <string name="html"><![CDATA[<a href="x">a & b</a>]]></string>
    <string name="tag">&lt;b&gt;x&lt;/b&gt;</string>
    <string name="empty"/>
    <plurals name="files">
        <item quantity="one">%d file</item>
        <item quantity="other">%d files</item>
    </plurals>
</resources>
"""
ANDROID_RU = """<?xml version="1.0" encoding="utf-8"?>
<!-- Copyright -->
<resources xmlns:xliff="urn:oasis:names:tc:xliff:document:1.2">
    <!-- A verb -->
    <string name="open" x="true">ЯIt\\'s <xliff:g id="n" example="5">%1$s</xliff:g></string>
    <string name="app" translatable="false">Demo</string>
    <string name="same">@string/open</string>
    <string name="blank">"Я two  blanks "</string>
    <string name="html"><![CDATA[Я<a href=\\"x\\">a & b</a>]]></string>
    <string name="tag">Я&lt;b&gt;x&lt;/b&gt;</string>
    <string name="empty"/>
    <plurals name="files">
        <item quantity="one">Я%d file</item>
        <item quantity="few">Я%d files</item>
        <item quantity="many">Я%d files</item>
        <item quantity="other">Я%d files</item>
    </plurals>
</resources>
"""
STRINGSDICT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>files</key>
	<dict>
		<key>NSStringLocalizedFormatKey</key>
		<string>Found %#@n@</string>
		<key>n</key>
		<dict>
			<key>NSStringFormatSpecTypeKey</key>
			<string>NSStringPluralRuleType</string>
			<key>one</key>
			<string>%d file</string>
			<key>other</key>
			<string>%d files</string>
		</dict>
	</dict>
</dict>
</plist>
"""
STRINGSDICT_RU = (
    STRINGSDICT.replace("<string>Found", "<string>ЯFound")
    .replace("<string>%d file<", "<string>Я%d file<")
    .replace(
        """			<key>other</key>
			<string>%d files</string>
""",
        """			<key>few</key>
			<string>Я%d files</string>
			<key>many</key>
			<string>Я%d files</string>
			<key>other</key>
			<string>Я%d files</string>
""",
    )
)
QT = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1">
<context>
    <name>Main</name>
    <message>
        <location filename="a.cpp" line="3"/>
        <source>Open &amp;%1</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation type="unfinished"><numerusform></numerusform></translation>
    </message>
    <message>
        <source>Old</source>
        <translation type="vanished">Alt</translation>
    </message>
</context>
</TS>
"""
QT_RU = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS language="ru" version="2.1">
<context>
    <name>Main</name>
    <message>
        <location filename="a.cpp" line="3"/>
        <source>Open &amp;%1</source>
        <translation>ЯOpen &amp;%1</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>Я%n file(s)</numerusform>
            <numerusform>Я%n file(s)</numerusform>
            <numerusform>Я%n file(s)</numerusform>
        </translation>
    </message>
    <message>
        <source>Old</source>
        <translation type="vanished">Alt</translation>
    </message>
</context>
</TS>
"""
POT = """# Copyright
msgid ""
msgstr ""
"Content-Type: text/plain; charset=CHARSET\\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"

#. A verb
#: src/a.c:3
#, c-format
msgctxt "menu"
msgid "Open %s"
msgstr ""

msgid "one file"
msgid_plural "%d files"
msgstr[0] ""
msgstr[1] ""
"""
CASES = {
    "json": ("en.json", "ru.json", JSON, JSON_RU),
    "yaml": ("en.yml", "ru.yml", YAML, YAML_RU),
    "android": ("values/strings.xml", "values-ru/strings.xml", ANDROID, ANDROID_RU),
    "stringsdict": ("en/a.stringsdict", "ru/a.stringsdict", STRINGSDICT, STRINGSDICT_RU),
    "qt": ("app.ts", "app_ru.ts", QT, QT_RU),
    "arb": (
        "app_en.arb", "app_ru.arb",
        '{"@@locale": "en", "a": "Hi {name}", "@a": {"description": "d"}}',
        '{"@@locale": "ru", "a": "ЯHi {name}", "@a": {"description": "d"}}',
    ),
    "strings": (
        "en.lproj/a.strings", "ru.lproj/a.strings",
        '/* note */\n"a \\"b\\"" = "c\\n\\"d\\"";\nbare = "e";\n',
        '/* note */\n"a \\"b\\"" = "Яc\\n\\"d\\"";\nbare = "Яe";\n',
    ),
    "properties": (
        "m.properties", "m_ru.properties",
        "# c\na = b\nk\\ x : v\\\n   w\n! d\nu=\n",
        "# c\na = \\u042Fb\nk\\ x : \\u042Fvw\n! d\nu=\n",
    ),
    "resx": (
        "R.resx", "R.ru.resx",
        '<root>\n  <data name="a" xml:space="preserve">\n    <value>x &lt; y</value>\n    '
        '<comment>c</comment>\n  </data>\n  <data name=">>b"><value>b</value></data>\n</root>\n',
        '<root>\n  <data name="a" xml:space="preserve">\n    <value>Яx &lt; y</value>\n    '
        '<comment>c</comment>\n  </data>\n  <data name=">>b"><value>b</value></data>\n</root>\n',
    ),
    "srt": (
        "f.en.srt", "f.ru.srt",
        "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Hi\r\nyou</i>\r\n\r\n1\r\n00:00:03,000 --> "
        "00:00:04,000\r\nBye\r\n",
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nЯ<i>Hi\r\nyou</i>\r\n\r\n1\r\n00:00:03,000 --> "
        "00:00:04,000\r\nЯBye\r\n",
    ),
    "vtt": (
        "f.en.vtt", "f.ru.vtt",
        "WEBVTT\n\nNOTE mine\n\nintro\n00:01.000 --> 00:02.000 align:left\n<v Ann>Hi\n",
        "WEBVTT\n\nNOTE mine\n\nintro\n00:01.000 --> 00:02.000 align:left\nЯ<v Ann>Hi\n",
    ),
}  # fmt: skip


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def translations(tmp_path, source):
    """What a system made of a file's sources, as a file of its own."""
    corpus = read_dataset(source, name="x", languages=EN_RU).corpus
    rows = [{"segment_id": s.id, "hypothesis": russian(s.source)} for s in corpus]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    return f"mt={put(tmp_path / 'mt.jsonl', lines)}"


def translated(tmp_path, kind):
    name, target, text, _ = CASES[kind]
    source = put(tmp_path / name, text)
    path = tmp_path / target
    path.parent.mkdir(exist_ok=True)
    system = translations(tmp_path, source)
    convert(str(source), str(path), languages=("en", "ru"), hypotheses=[system])
    return path


@pytest.mark.parametrize("kind", CASES)
def test_only_texts_and_plural_forms_change(tmp_path, kind):
    path = translated(tmp_path, kind)
    assert path.read_bytes().decode() == CASES[kind][3]


@pytest.mark.parametrize("kind", CASES)
def test_what_was_written_is_read_and_written_the_same(tmp_path, kind):
    path = translated(tmp_path, kind)
    again = path.with_name(f"copy-{path.name}")
    convert(str(path), str(again), languages=("en", "ru"))
    assert again.read_bytes() == path.read_bytes()
    corpus = read_dataset(path, name="x", languages=EN_RU).corpus
    assert all(s.references == (russian(s.source) or None,) for s in corpus)


def test_a_gettext_template_gets_the_language_s_plural_forms(tmp_path):
    pytest.importorskip("translate")
    source, path = put(tmp_path / "app.pot", POT), tmp_path / "ru.po"
    convert(
        str(source), str(path), languages=("en", "ru"), hypotheses=[translations(tmp_path, source)]
    )
    text = path.read_text()
    kept = '#. A verb\n#: src/a.c:3\n#, c-format\nmsgctxt "menu"'
    parts = ("# Copyright", kept, "charset=UTF-8", "Language: ru", "nplurals=3")
    for part in (*parts, 'msgstr[2] "Я%d files"'):
        assert part in text
    corpus = read_dataset(path, name="x").corpus
    assert [s.references[0] for s in corpus] == ["ЯOpen %s", *["Я%d files"] * 3]
    if shutil.which("msgfmt"):
        subprocess.run(["msgfmt", "-c", "-o", "/dev/null", path], check=True, capture_output=True)


def test_fewer_forms_too(tmp_path):
    for kind, own in (("json", "_other"), ("android", "other"), ("yaml", "other:")):
        name, _, text, _ = CASES[kind]
        source = put(tmp_path / kind / name, text)
        pair = LanguagePair("en", "ja")
        corpus = read_dataset(source, name="x", languages=pair).corpus
        rows = [{"segment_id": s.id, "hypothesis": "日" + s.source} for s in corpus]
        system = put(tmp_path / "ja.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        path = tmp_path / kind / f"ja-{source.name}"
        convert(str(source), str(path), languages=("en", "ja"), hypotheses=[f"mt={system}"],
                template=str(source))  # fmt: skip
        written = path.read_text()
        assert own in written
        assert "one" not in written.replace("one file", "")


CATALOG = {
    "sourceLanguage": "en",
    "strings": {
        "Open": {"comment": "verb", "localizations": {"fr": {"stringUnit": {"value": "Ouvrir"}}}},
        "%d files": {
            "localizations": {
                "en": {"variations": {"plural": {
                    "one": {"stringUnit": {"state": "new", "value": "%d file"}},
                    "other": {"stringUnit": {"state": "new", "value": "%d files"}},
                }}}
            }
        },
        "Demo": {"shouldTranslate": False},
    },
    "version": "1.0",
}  # fmt: skip


def test_a_string_catalog_gets_one_more_language(tmp_path):
    source = put(tmp_path / "a.xcstrings", json.dumps(CATALOG))
    convert(str(source), str(tmp_path / "b.xcstrings"), languages=("en", "ru"),
            hypotheses=[translations(tmp_path, source)])  # fmt: skip
    written = json.loads((tmp_path / "b.xcstrings").read_text())
    assert list(written["strings"]) == list(CATALOG["strings"])
    opened = written["strings"]["Open"]["localizations"]
    assert opened["fr"] == {"stringUnit": {"value": "Ouvrir"}}
    assert opened["ru"] == {"stringUnit": {"state": "translated", "value": "ЯOpen"}}
    forms = written["strings"]["%d files"]["localizations"]["ru"]["variations"]["plural"]
    assert {form: unit["stringUnit"]["value"] for form, unit in forms.items()} == {
        "one": "Я%d file", "few": "Я%d files", "many": "Я%d files", "other": "Я%d files",
    }  # fmt: skip
    assert written["strings"]["Demo"] == {"shouldTranslate": False}


def test_what_has_no_translation_is_named(tmp_path):
    source = put(tmp_path / "en.json", '{"a": "A", "b": "B"}')
    system = put(tmp_path / "mt.json", '{"a": "Я"}')
    given: dict[str, Any] = {"languages": ("en", "ru"), "hypotheses": [f"mt={system}"]}
    with pytest.raises(DataError, match=r"no translation for 1 text .*'b'.*--lossy"):
        convert(str(source), str(tmp_path / "ru.json"), **given)
    outcome = convert(str(source), str(tmp_path / "ru.json"), lossy=True, **given)
    assert outcome.lost == ("translations of 1 text, for there are none",)
    assert (tmp_path / "ru.json").read_text() == '{"a": "Я", "b": "B"}'
    other = put(tmp_path / "other.json", '{"a": "A"}')
    put(tmp_path / "mt.json", '{"a": "Я", "b": "Б"}')
    with pytest.raises(DataError, match="has no place for 1 segment"):
        convert(str(source), str(tmp_path / "x.json"), template=str(other), **given)
    with pytest.raises(DataError, match="another kind"):
        convert(str(source), str(tmp_path / "x.yml"), template=str(other), **given)
    table = put(tmp_path / "table.tsv", "source\treference\nA\tA\n")
    with pytest.raises(DataError, match="no copies"):
        convert(str(source), str(tmp_path / "x.tsv"), template=str(table), **given)
    with pytest.raises(DataError, match="there is no such file; name a template that exists"):
        convert(str(source), str(tmp_path / "x.json"), template=str(tmp_path / "gone"), **given)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("en.json", '{"a": "A"}'),
        ("en.yml", "en:\n  a: A\n"),
        ("values/strings.xml", "<resources><string name='a'>A</string></resources>"),
    ],
)
def test_a_template_of_one_language_is_not_written_over(tmp_path, name, text):
    source = put(tmp_path / name, text)
    identifier = read_dataset(source, name="x", languages=EN_RU).corpus[0].id
    row = json.dumps({"segment_id": identifier, "hypothesis": "Я"})
    system = put(tmp_path / "mt.jsonl", row + "\n")
    link = source.with_name(f"link{source.suffix}")
    link.symlink_to(source)
    for target in (source, link):
        with pytest.raises(DataError, match="is the template itself; write another file"):
            convert(str(source), str(target), languages=("en", "ru"), hypotheses=[f"mt={system}"],
                    template=str(source))  # fmt: skip
    assert source.read_text() == text


@pytest.mark.parametrize(
    ("name", "text", "new"),
    [
        ("en.srt", "1\n00:00:01,000 --> 00:00:02,000\nHi\n", "a\n\nb"),
        ("en.srt", "1\n00:00:01,000 --> 00:00:02,000\nHi\n", "\n00:00:01,000 --> 00:00:02,000"),
        ("values/strings.xml", "<resources><string name='a'>x</string></resources>", "a\x01b"),
    ],
)
def test_a_text_that_a_file_can_t_hold_is_refused(tmp_path, name, text, new):
    source = put(tmp_path / name, text)
    identifier = read_dataset(source, name="x", languages=EN_RU).corpus[0].id
    row = json.dumps({"segment_id": identifier, "hypothesis": new})
    system = put(tmp_path / "mt.jsonl", row + "\n")
    target = tmp_path / f"ru{source.suffix}"
    with pytest.raises(DataError, match="can't hold"):
        convert(str(source), str(target), languages=("en", "ru"), hypotheses=[f"mt={system}"],
                template=str(source))  # fmt: skip
    assert not target.exists()


def test_apple_s_and_java_s_encodings_stay(tmp_path):
    apple = tmp_path / "en.strings"
    apple.write_bytes('"a" = "ä";\n'.encode("utf-16"))
    convert(str(apple), str(tmp_path / "ru.strings"), languages=("en", "ru"),
            hypotheses=[translations(tmp_path, apple)])  # fmt: skip
    assert (tmp_path / "ru.strings").read_bytes().decode("utf-16") == '"a" = "Яä";\n'
    java = tmp_path / "m.properties"
    java.write_bytes("a=\xe4\n".encode("latin-1"))
    convert(str(java), str(tmp_path / "m_ru.properties"), languages=("en", "ru"),
            hypotheses=[translations(tmp_path, java)])  # fmt: skip
    assert (tmp_path / "m_ru.properties").read_bytes() == b"a=\\u042F\xe4\n"


@pytest.mark.parametrize(
    ("tool", "kind", "command"),
    [
        ("node", "json", ["node", "-e", "JSON.parse(require('fs').readFileSync(process.argv[1]))"]),
        ("node", "arb", ["node", "-e", "JSON.parse(require('fs').readFileSync(process.argv[1]))"]),
        ("xmllint", "android", ["xmllint", "--noout"]),
        ("xmllint", "resx", ["xmllint", "--noout"]),
        ("xmllint", "stringsdict", ["xmllint", "--noout", "--nonet"]),
        ("lrelease", "qt", ["lrelease", "-qm", "/dev/null"]),
        ("ruby", "yaml", ["ruby", "-ryaml", "-e", "YAML.load_file(ARGV[0], aliases: true)"]),
    ],
)
def test_the_formats_own_tools_accept_it(tmp_path, tool, kind, command):
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    path = translated(tmp_path, kind)
    subprocess.run([*command, path], check=True, capture_output=True)


def test_python_reads_what_apple_would(tmp_path):
    path = translated(tmp_path, "stringsdict")
    rules = plistlib.loads(path.read_bytes())["files"]["n"]
    assert [key for key in rules if not key.startswith("NS")] == ["one", "few", "many", "other"]
