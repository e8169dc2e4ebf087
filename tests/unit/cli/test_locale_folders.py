"""Folders of a program's texts: checked, gated, and compared with what is known."""

from __future__ import annotations

import json

import pytest

from tests.command_line import mtqe

SOURCE = """<resources><string name="open">Open %1$s</string><string name="close">Close it</string>
<plurals name="f"><item quantity="one">a file</item><item quantity="other">%d files</item></plurals>
</resources>"""
GERMAN = """<resources><string name="open">{} öffnen</string><string name="close">Schließen</string>
<plurals name="f"><item quantity="one">eine Datei</item>
<item quantity="other">%d Dateien</item></plurals></resources>"""
RUSSIAN = """<resources><string name="open">Открыть %1$s</string>
<plurals name="f"><item quantity="one">%d файл</item><item quantity="few">%d файла</item>
<item quantity="many">%d файлов</item><item quantity="other">%d файла</item></plurals>
</resources>"""


@pytest.fixture
def res(tmp_path, monkeypatch):
    """A folder of Android's texts whose German lost a placeholder."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("values", SOURCE), ("values-de", GERMAN.format("Datei")),
                       ("values-ru", RUSSIAN)):  # fmt: skip
        write(tmp_path / "res" / name / "strings.xml", text)
    return tmp_path / "res"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_critical_findings_fail_without_rules(res):
    done = mtqe("gate", res)
    assert done.code == 3
    assert "FAIL  critical max findings 0 [values-de/strings.xml]" in done.out
    assert "PASS  critical max findings 0 [values-ru/strings.xml]" in done.out
    assert "Placeholder lost: %1$s" in done.out


def test_only_new_findings_fail_with_a_baseline(res, tmp_path):
    known = tmp_path / "known.jsonl"
    assert mtqe("baseline", "save", res, "-o", known).out == f"{known}: 1 finding\n"
    assert mtqe("gate", res, "--baseline", known).code == 0
    write(res / "values-ru" / "strings.xml", RUSSIAN.replace("%1$s", "%2$s"))
    write(res / "values" / "strings.xml", SOURCE.replace("Close it", "Close it now"))
    done = mtqe("gate", res, "--baseline", known)
    assert done.code == 3
    assert "FAIL  max new findings 0 [values-ru/strings.xml]" in done.out
    assert "PASS  max new findings 0 [values-de/strings.xml]" in done.out
    write(res / "values-pl" / "strings.xml", GERMAN.format("Plik"))  # a new file is all new
    assert (
        "FAIL  max new findings 0 [values-pl/strings.xml]"
        in mtqe("gate", res, "--baseline", known).out
    )


def test_equal_folders_give_equal_baselines(res, tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        mtqe("baseline", "save", res, "-o", tmp_path / name)
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


CONFIG = """[locale]
folder = "res"
source_language = "en"
languages = ["{languages}"]

[checks]
placeholders = {{ severity = "minor" }}

[gate]
baseline = "known.jsonl"

[[gate.rules]]
max_findings = 0
severity = "major"

[[gate.rules]]
max_unscored = {unscored}
"""


def test_a_configuration_names_the_folder_languages_checks_and_rules(res, tmp_path):
    config = write(tmp_path / "mtqe.toml", CONFIG.format(languages='de", "ru', unscored=0))
    mtqe("baseline", "save", config, "-o", tmp_path / "known.jsonl")
    done = mtqe("gate", config, "--json")
    assert done.code == 3
    found = {(c["rule"], c["system"]): c["verdict"] for c in json.loads(done.out)["checks"]}
    assert found == {
        ("major max findings 0", "values-de/strings.xml"): "pass",
        ("major max findings 0", "values-ru/strings.xml"): "pass",
        ("max unscored 0", "values-de/strings.xml"): "pass",
        ("max unscored 0", "values-ru/strings.xml"): "fail",
    }
    write(config, CONFIG.format(languages="de", unscored=1))
    assert mtqe("gate", tmp_path).code == 0
    write(config, CONFIG.format(languages="fr", unscored=1))
    assert "no file of translations into fr" in mtqe("gate", config).err
    write(config, CONFIG.format(languages="de", unscored=1).replace('"res"', '"nowhere"'))
    assert mtqe("gate", config).code == 1


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ('metric = "chrf"\nmax_drop = 1', "no scores"),
        ('max_unscored = 0\nmetric = "chrf"', "no scores"),
        ("max_new_findings = 0", "baseline"),
        ('max_findings = 0\nsystem = "values-xx/strings.xml"', "no file of translations"),
        ('max_findings = 0\ncheck = "spelling"', "no check is called"),
    ],
)
def test_rules_that_a_folder_can_t_answer_are_errors(res, tmp_path, rule, named):
    rules = write(tmp_path / "rules.toml", f"[[gate.rules]]\n{rule}\n")
    done = mtqe("gate", res, "--rules", rules)
    assert done.code == 1
    assert named in done.err


def test_damaged_baselines_are_errors(res, tmp_path):
    known = tmp_path / "known.jsonl"
    for text in ("", "x\n", "[]\n", '{"mtqe_locale_baseline": 1}\n', '{"mtqe_baseline": 1}\n',
                 '{"mtqe_locale_baseline": 1, "checks": []}\n{"file": "a"}\n'):  # fmt: skip
        write(known, text)
        done = mtqe("gate", res, "--baseline", known)
        assert done.code == 1
        assert "can't be used as a baseline" in done.err


def test_another_setting_of_a_check_needs_another_baseline(res, tmp_path):
    known = tmp_path / "known.jsonl"
    mtqe("baseline", "save", res, "-o", known)
    rules = write(tmp_path / "rules.toml", "[[gate.rules]]\nmax_new_findings = 0\n")
    assert mtqe("gate", res, "--rules", rules, "--baseline", known).code == 0
    write(known, known.read_text().replace('"placeholders"', '"other"'))
    assert mtqe("gate", res, "--rules", rules, "--baseline", known).code == 1


CATALOG = {
    "sourceLanguage": "en",
    "strings": {
        "Open %@": {"localizations": {
            "de": {"stringUnit": {"value": "Öffne %@"}}, "fr": {"stringUnit": {"value": "Ouvrir"}},
        }},
        "Close": {"localizations": {"de": {"stringUnit": {"value": "Schließen"}}}},
    },
    "version": "1.0",
}  # fmt: skip


def test_each_language_of_a_string_catalog_is_checked(tmp_path):
    write(tmp_path / "app" / "Localizable.xcstrings", json.dumps(CATALOG))
    done = mtqe("check", tmp_path / "app", "--json")
    reports = json.loads(done.out)
    assert [report["corpus"] for report in reports] == [
        "Localizable.xcstrings (de)", "Localizable.xcstrings (fr)",
    ]  # fmt: skip
    assert [len(report["findings"]) for report in reports] == [0, 1]
    assert mtqe("gate", tmp_path / "app").code == 3


def test_templates_and_files_without_translations_stop_nothing(tmp_path):
    pytest.importorskip("translate")
    po = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: {}\\n"\n\n'
    write(tmp_path / "po" / "app.pot", po.format("") + 'msgid "a %s"\nmsgstr ""\n')
    write(tmp_path / "po" / "de.po", po.format("de") + 'msgid "a %s"\nmsgstr "ein %s"\n')
    write(tmp_path / "po" / "fr.po", po.format("fr") + 'msgid "a %s"\nmsgstr ""\n')
    done = mtqe("check", tmp_path / "po")
    assert done.code == 0
    assert "app.pot" not in done.out
    assert mtqe("gate", tmp_path / "po").code == 0


def test_a_folder_below_a_configuration_is_checked_as_such(res, tmp_path):
    write(tmp_path / "mtqe.toml", CONFIG.format(languages="de", unscored=1))
    assert "values-ru/strings.xml" in mtqe("check", res).out
