"""`mtqe translate --template`: a program's file translated, as a file of the same kind."""

from __future__ import annotations

import json
import sys

import pytest

from tests.command_line import mtqe

JSON = '{\n  "open": "Open {name}",\n  "more": {"close": "Close it"}\n}\n'
ANDROID = """<resources>
    <string name="app" translatable="false">Notes</string>
    <plurals name="f"><item quantity="one">%d file</item><item quantity="other">%d files</item></plurals>
</resources>
"""  # noqa: E501
PO = """msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

# a verb
msgid "Open"
msgstr ""
"""
SRT = "1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Makes a configuration whose systems put a letter before each text."""
    monkeypatch.chdir(tmp_path)

    def make(name, text, target="ru", systems=("engine",), body="'Я' + line"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        engine = tmp_path / "engine.py"
        engine.write_text(
            "import sys\nfor line in sys.stdin.buffer.read().decode().splitlines():\n"
            f"    sys.stdout.buffer.write(({body} + '\\n').encode())\n",
            encoding="utf-8",
        )
        command = json.dumps([sys.executable, str(engine)])
        tables = "".join(
            f'[systems.{system}]\nbackend = "command"\ncommand = {command}\n' for system in systems
        )
        (tmp_path / "mtqe.toml").write_text(
            f'[corpus]\npath = "{name}"\nsource_language = "en"\ntarget_language = "{target}"\n'
            f"{tables}",
            encoding="utf-8",
        )
        return path

    return make


def test_json_is_written_where_it_is_wanted(project, tmp_path):
    source = project("locale/en.json", JSON)
    done = mtqe("translate", "mtqe.toml", "--template", source, "-o", "new/place/ru.json")
    assert done.code == 0, done.err
    assert "ru.json: 2 translated, 0 failed" in done.out
    text = (tmp_path / "new/place/ru.json").read_text(encoding="utf-8")
    assert text == JSON.replace("Open", "ЯOpen").replace("Close", "ЯClose")


def test_plural_forms_are_those_of_the_target(project, tmp_path):
    source = project("values/strings.xml", ANDROID)
    done = mtqe("translate", "mtqe.toml", "--template", source, "-o", "out")
    assert done.code == 0, done.err
    text = (tmp_path / "out/engine/strings.xml").read_text(encoding="utf-8")
    assert [text.count(f'quantity="{form}">Я%d') for form in ("one", "few", "many", "other")] == [
        1, 1, 1, 1,
    ]  # fmt: skip
    assert '<string name="app" translatable="false">Notes</string>' in text


@pytest.mark.parametrize(
    ("name", "text", "target", "copy"),
    [
        ("app_en.arb", '{"@@locale": "en", "a": "Hi"}', "pt-BR", "app_pt_BR.arb"),
        ("en.json", '{"a": "Hi"}', "pt-BR", "pt-BR.json"),
        ("film.en.srt", SRT, "ru", "film.ru.srt"),
        ("a.properties", "# Ä\na=Hi\n", "ru", "a.properties"),
        ("app.pot", PO, "ru", "app.po"),
    ],
)
def test_each_system_has_a_folder_with_a_file_of_the_target_language(
    project, tmp_path, name, text, target, copy
):
    source = project(name, text, target, ("one", "two"))
    done = mtqe("translate", "mtqe.toml", "--template", source, "-o", "out")
    assert done.code == 0, done.err
    written = [p.relative_to(tmp_path / "out") for p in (tmp_path / "out").rglob("*.*")]
    assert sorted(map(str, written)) == [f"one/{copy}", f"two/{copy}"]
    assert "Я" in (tmp_path / "out" / "two" / copy).read_text(encoding="utf-8")


def test_a_file_that_holds_both_languages_is_filled_in_place(project):
    path = project("ru.po", PO)
    done = mtqe("translate", "mtqe.toml", "--template", path, "-o", path)
    assert done.code == 0, done.err
    assert '\n# a verb\nmsgid "Open"\nmsgstr "ЯOpen"\n' in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--template", "locale/en.json", "-o", "locale/en.json"], "is the template itself"),
        (["--template", "mtqe.toml"], "no copies are made of such files"),
        (["--template", "other.json", "-o", "x.json"], "'missing'"),
        (["--template", "locale/en.json", "--format", "tsv"], "--format or --template"),
        (["--lossy"], "--lossy is about --template"),
        (["--template", "locale/en.json", "-o", "x.json"], "one file for 2 systems"),
    ],
)
def test_what_can_not_be_written_is_said_before_anything_is_translated(
    project, tmp_path, options, said
):
    systems = ("one", "two") if "2 systems" in said else ("one",)
    project("locale/en.json", JSON, systems=systems, body="open('ran', 'w').name")
    (tmp_path / "other.json").write_text(
        '{"open": "a", "more": {"close": "b"}, "missing": "c"}', encoding="utf-8"
    )
    done = mtqe("translate", "mtqe.toml", *options)
    assert done.code in (1, 2)
    assert said in " ".join(done.err.split())
    assert not (tmp_path / "ran").exists()
    assert (tmp_path / "locale/en.json").read_text(encoding="utf-8") == JSON


def test_a_text_that_failed_is_refused_or_left_as_it_was(project, tmp_path):
    source = project("en.json", JSON, body="'' if 'Close' in line else line.upper()")
    arguments = "translate", "mtqe.toml", "--template", source, "-o", "ru.json"
    done = mtqe(*arguments)
    assert done.code == 1
    assert "no translation for 1 text of" in done.err
    assert not (tmp_path / "ru.json").exists()
    done = mtqe(*arguments, "--lossy")
    assert done.code == 0, done.err
    assert "lacks translations of 1 text" in done.err
    text = (tmp_path / "ru.json").read_text(encoding="utf-8")
    assert '"OPEN {NAME}"' in text
    assert '"Close it"' in text


@pytest.mark.parametrize("name", ["out.tsv", "old"])
def test_a_file_is_no_folder_for_translations(project, tmp_path, name):
    project("en.json", JSON, systems=("a", "b"))
    (tmp_path / "old").write_text("x")
    result = mtqe("translate", "mtqe.toml", "-o", name)
    assert result.code == 2
    assert "give a folder" in result.err
    assert not (tmp_path / "out.tsv").exists()
    assert mtqe("translate", "mtqe.toml", "-o", "new").code == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a.jsonl", "b.jsonl"]
