"""`mtqe check` on files with translations, and on what has nothing to look at."""

from __future__ import annotations

import json

import pytest

from tests.command_line import mtqe
from tests.wording import mentions

HEADER = (
    'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


@pytest.fixture
def file(tmp_path):
    def write(name, text):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def findings(path, *arguments):
    result = mtqe("check", path, "--json", *arguments)
    assert result.code == 0, result.err
    report = json.loads(result.out)
    return [(f["check"], f["system"]) for f in report["findings"]], report


def test_a_plural_s_singular_may_leave_out_the_number(file):
    pytest.importorskip("translate")
    text = HEADER + (
        'msgid "%d file removed"\nmsgid_plural "%d files removed"\n'
        'msgstr[0] "Eine Datei entfernt"\nmsgstr[1] "%d Dateien entfernt"\n'
    )
    assert findings(file("a.po", text))[0] == []
    broken = text.replace('"%d Dateien entfernt"', '"Dateien entfernt"')
    assert findings(file("b.po", broken))[0] == [("placeholders", "translation")]


ANDROID = (
    '<resources><plurals name="a"><item quantity="one">{}</item><item quantity="other">{}</item>'
    "</plurals></resources>"
)
QT = (
    '<TS version="2.1" language="de" sourcelanguage="en"><context><name>W</name>'
    '<message numerus="yes"><source>%n file(s) removed</source><translation>'
    "<numerusform>Eine Datei entfernt</numerusform><numerusform>{}</numerusform></translation>"
    "</message></context></TS>"
)


@pytest.mark.parametrize(
    ("files", "target", "good", "bad"),
    [
        (
            {
                "values/strings.xml": ANDROID.format("%d file removed", "%d files removed"),
                "values-de/strings.xml": ANDROID.format("Eine Datei entfernt", "{}"),
            },
            "de",
            "%d Dateien entfernt",
            "Dateien entfernt",
        ),
        (
            {
                "en.json": '{"a_one": "{{count}} file gone", "a_other": "{{count}} files gone"}',
                "ru.json": '{"a_one": "Удалён {{count}} файл", "a_few": "Удалено {{count}} файла", '
                '"a_many": "{}", "a_other": "Удалено {{count}} файла"}',
            },
            "ru",
            "Удалено {{count}} файлов",
            "Удалено файлов",
        ),
        ({"a.ts": QT}, "de", "%n Dateien entfernt", "Dateien entfernt"),
    ],
    ids=["Android", "i18next", "Qt"],
)
def test_plurals_of_other_formats_are_checked_form_by_form(
    tmp_path, file, files, target, good, bad
):
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
    for form, expected in ((good, []), (bad, [("placeholders", "translation")])):
        paths = [file(name, text.replace("{}", form)) for name, text in files.items()]
        languages = ("--source-language", "en", "--target-language", target)
        assert findings(paths[-1], *languages)[0] == expected


TMX = (
    '<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>{}</seg></tuv>'
    '<tuv xml:lang="de"><seg>{}</seg></tuv></tu></body></tmx>'
)
XLIFF = (
    '<xliff version="1.2"><file original="a" source-language="en" target-language="de" '
    'datatype="x"><body><trans-unit id="1"><source>{}</source><target>{}</target></trans-unit>'
    "</body></file></xliff>"
)
PO = HEADER + 'msgid "{}"\nmsgstr "{}"\n'


@pytest.mark.parametrize(("name", "form"), [("a.po", PO), ("a.tmx", TMX), ("a.sdlxliff", XLIFF)])
def test_a_lost_placeholder_is_found_in_every_format_of_translations(file, name, form):
    pytest.importorskip("translate")
    good = file(name, form.format("Open %s now", "Jetzt %s öffnen"))
    assert findings(good)[0] == []
    bad = file(name, form.format("Open %s now", "Jetzt öffnen"))
    assert findings(bad)[0] == [("placeholders", "translation")]


def test_entries_without_a_translation_are_counted(file):
    pytest.importorskip("translate")
    done = 'msgid "Close %s now"\nmsgstr "Jetzt %s schließen"\n\n'
    path = file("a.po", HEADER + done + 'msgid "Open"\nmsgstr ""\n')
    found, report = findings(path)
    assert (found, report["without_translation"]) == ([], {"translation": 1})
    assert "no translation, so not checked: 1 segment" in mtqe("check", path).out
    whole = file("b.po", HEADER + done)
    assert findings(whole)[1]["without_translation"] == {}
    assert "no translation" not in mtqe("check", whole).out


def test_references_are_checked_under_a_name(file):
    path = file("a.tsv", "source\treference\nOpen %s now\tJetzt öffnen\n")
    languages = ("--source-language", "en", "--target-language", "de")
    assert findings(path, *languages, "--references-as", "human")[0] == [("placeholders", "human")]
    found, report = findings(path, *languages)
    assert found == []
    assert "placeholders" in report["not_applied"]["no translations"]
    assert "nothing found by: empty" in mtqe("check", path, *languages).out
    assert "not applied (no translations; --references-as" in mtqe("check", path, *languages).out


def test_systems_in_a_table_are_checked(file):
    path = file("a.tsv", "source\thypothesis:mt\nOpen %s now\tJetzt öffnen\n")
    languages = ("--source-language", "en", "--target-language", "de")
    assert findings(path, *languages)[0] == [("placeholders", "mt")]


def test_a_file_without_languages_says_so(file):
    result = mtqe("check", file("a.tsv", "source\treference\na\tb\n"))
    assert result.code == 1
    assert "--source-language" in result.err


def test_validate_reads_the_files_of_systems(file):
    file("corpus.tsv", "source\treference\na\tb\n")
    config = file(
        "mtqe.toml",
        '[corpus]\nsource_language = "en"\ntarget_language = "de"\npath = "corpus.tsv"\n'
        '[systems.mt]\nbackend = "file"\npath = "out.txt"\n',
    )
    result = mtqe("validate", config)
    assert result.code == 1
    assert "out.txt" in result.err
    file("out.txt", "c\n")
    assert mtqe("validate", config).code == 0


def test_a_folder_of_a_program_s_texts_is_checked_file_by_file(tmp_path, file):
    pytest.importorskip("translate")
    for name, text in {
        "web/en.json": '{"a": "Open {name} now"}',
        "web/de.json": '{"a": "Jetzt {name} öffnen"}',
        "web/pt-BR.json": '{"a": "Abrir agora"}',
        "web/package.json": '{"a": "x"}',
        "res/values/strings.xml": '<resources><string name="a">%1$s left</string></resources>',
        "res/values-de/strings.xml": '<resources><string name="a">übrig</string></resources>',
        "po/de.po": PO.format("Open %s", "%s öffnen"),
        "node_modules/de.po": "broken",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = mtqe("check", tmp_path, "--json", "--fail-on", "placeholders")
    assert result.code == 3, result.err
    reports = {r["corpus"]: [f["check"] for f in r["findings"]] for r in json.loads(result.out)}
    assert reports == {
        "po/de.po": [],
        "res/values-de/strings.xml": ["placeholders"],
        "web/de.json": [],
        "web/pt-BR.json": ["placeholders"],
    }
    assert mtqe("check", tmp_path / "web", "-c", "tags", "--fail-on", "tags").code == 0
    empty = mtqe("check", tmp_path / "node_modules" / "none")
    assert empty.code == 1


def test_a_folder_without_translations_says_so(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    result = mtqe("check", tmp_path)
    assert result.code == 1
    assert "no file of translations" in result.err


def test_references_of_runs_and_configurations_are_checked_too(file, tmp_path):
    file("s.txt", "Open %s now\n")
    file("r.txt", "Jetzt öffnen\n")
    config = (
        '[corpus]\nsource = "s.txt"\nreferences = ["r.txt"]\n'
        'source_language = "en"\ntarget_language = "de"\n'
    )
    file("mtqe.toml", config)
    for path in (tmp_path, tmp_path / "mtqe.toml"):
        assert findings(path)[0] == []
        assert findings(path, "--references-as", "human")[0] == [("placeholders", "human")]
    assert "--references-as NAME" in mtqe("check", tmp_path).out


def test_segments_are_named_by_their_line_and_text(file):
    path = file("a.tsv", "source\thypothesis:mt\nOne\tEins\nOpen %s now\tJetzt öffnen\n")
    languages = ("--source-language", "en", "--target-language", "de")
    result = mtqe("check", path, *languages)
    assert mentions(result.out, "line 3, ", "“Open %s now” [mt] Placeholder lost")
    keyed = file("de.json", '{\n "a": "Eins",\n "menu": {\n  "open": "Jetzt öffnen"\n }\n}')
    file("en.json", '{"a": "One", "menu": {"open": "Open %s now"}}')
    assert "key menu.open “Open %s now”" in mtqe("check", keyed, *languages).out


def test_only_checks_that_had_something_to_look_at_found_nothing(file):
    path = file("a.tsv", "source\thypothesis:mt\nOne\tEins\n")
    out = mtqe("check", path, "--source-language", "en", "--target-language", "de").out
    found_nothing = next(line for line in out.splitlines() if line.startswith("nothing found by"))
    assert "capitalisation" in found_nothing
    assert not {"placeholders", "tags", "urls", "numbers"} & set(
        found_nothing.replace(",", "").split()
    )
    assert mentions(out, "nothing to look at for: placeholders, tags, urls")


LEVELS = {"error", "warning", "note", "none"}


def test_sarif_has_what_its_schema_requires(file, tmp_path):
    """By hand, for the schema's text is not ours to keep; jsonschema accepted it when written."""
    file("de.po", HEADER + 'msgid "Open %s now?"\nmsgstr "Jetzt öffnen"\n')
    file("a b.xlf", XLIFF.format("Open {x}", "Öffnen"))
    out = tmp_path / "checks.sarif"
    result = mtqe("check", tmp_path, "--sarif", out, "--fail-on", "critical")
    assert result.code == 3
    log = json.loads(out.read_text(encoding="utf-8"))
    assert (log["version"], log["$schema"].endswith("sarif-2.1.0.json")) == ("2.1.0", True)
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "mtqe"
    names = [rule["id"] for rule in driver["rules"]]
    assert len(set(names)) == len(names) > 30
    assert all(rule["defaultConfiguration"]["level"] in LEVELS for rule in driver["rules"])
    for found in run["results"]:
        assert found["message"]["text"]
        assert names[found["ruleIndex"]] == found["ruleId"]
        assert found["level"] in LEVELS
    places = {
        (found["ruleId"], found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for found in run["results"]
    }
    assert ("placeholders", (tmp_path / "a b.xlf").as_uri()) in places
    lines = [
        found["locations"][0]["physicalLocation"]["region"]["startLine"]
        for found in run["results"]
        if found["ruleId"] == "end-punctuation"
    ]
    assert lines == [6]


def test_sarif_names_files_relative_to_the_working_directory(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file("a.tsv", "source\thypothesis:mt\nOpen %s now\tJetzt öffnen\n")
    mtqe(
        "check", "a.tsv", "--source-language", "en", "--target-language", "de", "--sarif", "o.sarif"
    )
    (found,) = json.loads((tmp_path / "o.sarif").read_text())["runs"][0]["results"]
    (location,) = found["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "a.tsv"},
        "region": {"startLine": 2},
    }
    assert mentions(location["logicalLocations"][0]["name"], "line 2", "Open %s now")


def test_a_path_that_holds_nothing_to_check_is_named(file, tmp_path):
    absent = mtqe("check", tmp_path / "nope.tsv")
    assert absent.code == 1
    assert mentions(absent.err, "nope.tsv", "does not exist")
    plain = mtqe("check", file("old.en", "One line.\n"))
    assert plain.code == 1
    assert mentions(plain.err, "old.en", "plain text", "mtqe score")


def test_a_folder_and_a_document_are_not_aligned(file, tmp_path):
    languages = ("--source-language", "de", "--target-language", "en", "-o", tmp_path / "p.tsv")
    (tmp_path / "german").mkdir()
    for documents in (("german", "a.txt"), ("a.txt", "german")):
        file("a.txt", "One line.\n")
        result = mtqe("align", *(tmp_path / name for name in documents), *languages)
        assert result.code == 1
        assert mentions(result.err, "german is a folder", "a.txt is not", "two folders")
    assert not (tmp_path / "p.tsv").exists()
