from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jinja2
import pytest

from mtqe.errors import ConfigError, MtqeError
from mtqe.report.page import payload, render
from mtqe.report.page.data import ReportData, report_data
from mtqe.report.page.gate_panel import GatePanel
from mtqe.report.page.render import ASSETS, SCRIPTS, bundle, render_html, write_html
from mtqe.report.page.words import languages, words
from tests.unit.report.tiny_run import tiny_run

HERE = Path(__file__).parent
TESTS = Path(__file__).parents[3]


@pytest.fixture
def data(tmp_path) -> ReportData:
    return report_data(tiny_run(tmp_path / "run"))


def _unpack(packed: str):
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def test_the_policy_names_the_script_and_the_style_that_are_there(data):
    page = render_html(data)
    for tag, start in (("script", '<script type="module">'), ("style", "<style>")):
        content = page.split(start, 1)[1].split(f"</{tag}>", 1)[0]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in page


def test_the_page_asks_for_nothing(data):
    page = re.sub(r"http://www\.w3\.org/2000/svg", "", render_html(data))
    assert not re.search(r"https?://|@import|url\(|<link|<img|<iframe", page)
    assert not re.search(r"<[^>]+\son[a-z]+=", page.split("<script", 1)[0])


def test_the_same_data_gives_the_same_page(data):
    assert render_html(data) == render_html(data)


def test_a_later_process_finds_the_compiled_template(data, monkeypatch, tmp_path):
    monkeypatch.setattr(render, "__file__", str(tmp_path / "render.py"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    page = render_html(data)
    (kept,) = tmp_path.glob("__pycache__/*.jinja")
    with monkeypatch.context() as patched:
        patched.setattr(jinja2.Environment, "_generate", None)
        assert render_html(data) == page
    kept.write_bytes(b"damaged")
    assert render_html(data) == page


def test_a_gate_is_shown_in_words_with_links_that_hold_any_id(data):
    assert 'aria-label="Gate"' not in render_html(data)
    segment = {"segment_id": "a&b=<c> #é", "text": "a&b=<c> #é (1 → 0)"}
    rule = {"outcome": "fail", "verdict": "fail", "title": "<t>", "reason": "It fell."}
    panel = {"outcome": "fail", "headline": "Failed.", "remarks": ["<r>"]}
    gate = GatePanel.model_validate({**panel, "rules": [{**rule, "segments": [segment]}]})
    page = render_html(data.model_copy(update={"gate": gate}))
    assert 'href="#view=segments&amp;segment=a%26b%3D%3Cc%3E%20%23%C3%A9"' in page
    assert "&lt;t&gt;" in page
    assert "&lt;r&gt;" in page


def test_names_are_escaped(data):
    evil = "<img src=x onerror=alert(1)>{{ 7 * 7 }}"
    corpus = data.manifest.corpus.model_copy(update={"name": evil, "notes": (evil,)})
    manifest = data.manifest.model_copy(update={"corpus": corpus})
    page = render_html(data.model_copy(update={"manifest": manifest}))
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;{{ 7 * 7 }}" in page


def test_the_blocks_hold_all_segments_in_order(data, monkeypatch):
    monkeypatch.setattr(payload, "BLOCK", 2)
    first, second = map(_unpack, payload.blocks(data))
    assert first["ids"] + second["ids"] == ["s1", "s2", "s3"]
    assert second["failures"] == [{}, {"0": "timed out after 30 s"}]
    assert second["scores"][1] == [[None], [None]]
    assert first["scores"][0][0] == [100.0, 50.0]


def test_a_score_that_is_not_finite_is_refused_rather_than_written():
    with pytest.raises(ValueError, match="not JSON compliant"):
        payload.pack([float("nan")])


def test_an_empty_list_is_a_page_too(tmp_path, data):
    assert 'class="block"' not in render_html(report_data(tiny_run(tmp_path / "r"), max_segments=0))


def test_every_module_is_in_the_page_and_nothing_of_its_imports():
    script = bundle()
    assert {path.name for path in ASSETS.glob("*.js")} == set(SCRIPTS)
    assert not re.search(r"^(import|export) ", script, re.MULTILINE)
    assert "</script" not in script


def test_no_two_modules_use_one_name_for_different_things():
    text = "\n".join(path.read_text(encoding="utf-8") for path in ASSETS.glob("*.js"))
    names = re.findall(
        r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", text, re.MULTILINE
    )
    assert [name for name in names if names.count(name) > 1] == []


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path, data):
    target = tmp_path / "report.html"
    target.mkdir()
    with pytest.raises(MtqeError, match="report could not be written"):
        write_html(data, target)
    assert [path.name for path in tmp_path.glob("*report*")] == ["report.html"]


def test_an_existing_report_is_replaced(tmp_path, data):
    target = tmp_path / "new" / "report.html"
    write_html(data, target)
    write_html(data, target)
    assert list(target.parent.iterdir()) == [target]


def test_the_functions_of_the_page_do_what_they_say():
    if shutil.which("node") is None:
        pytest.skip("node is not installed: apt-get install nodejs (version 20 or later)")
    tests = sorted(path.name for path in HERE.glob("*.test.mjs"))
    command = ["node", "--import", "./register.mjs", "--test", *tests]
    result = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_types_of_the_page_hold():
    compiler = shutil.which("tsc", path=f"{TESTS}/node_modules/.bin") or shutil.which("tsc")
    if compiler is None:
        pytest.skip("tsc is not installed: run .ci/node")
    result = subprocess.run([compiler, "-p", HERE], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_scripts_are_in_the_formatters_layout():
    prettier = shutil.which("prettier", path=f"{TESTS}/node_modules/.bin")
    if prettier is None:
        pytest.skip("prettier is not installed: run .ci/node")
    files = [*map(str, ASSETS.glob("*.js")), *map(str, HERE.glob("*.mjs"))]
    command = [prettier, "--config", f"{TESTS}/prettier.json", "--check", *files]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"run `make format`: {result.stdout}{result.stderr}"


@pytest.mark.parametrize("language", languages())
def test_every_language_has_all_words_and_no_others(language):
    english, table = words("en").table, words(language).table
    assert set(table) == set(english)
    for key, text in table.items():
        assert isinstance(text, str) == isinstance(english[key], str), key
        places = [set(re.findall(r"{(\w+)}", str(each[key]))) for each in (english, table)]
        assert places[0] == places[1], key
        assert str(text).strip(), key


def test_the_page_uses_the_words_that_the_tables_have():
    """A key is named whole, or its beginning is: `severity.${name}`."""
    text = "".join(path.read_text(encoding="utf-8") for path in ASSETS.iterdir())
    whole = set(re.findall(r'\bsay\(\s*"([^"]+)"\s*[,)]', text))
    begun = (
        *re.findall(r"`([a-z]+[.])(?:by-)?\$\{", text),
        *re.findall(r'say\("([a-z]+[.])" ~', text),
    )
    table = words("en").table
    assert whole - set(table) == set()
    assert [key for key in table if f'"{key}"' not in text and not key.startswith(begun)] == []


def test_a_language_that_the_report_does_not_speak_is_refused(data):
    with pytest.raises(ConfigError, match="no words in 'xx'"):
        render_html(data, "xx")


def test_the_page_speaks_the_language_and_says_which(data):
    page = render_html(data, "es")
    assert '<html lang="es"' in page
    assert "Segmentos" in page
    assert ">Segments<" not in page


def _keys(*arguments):
    if shutil.which("node") is None or not Path(f"{TESTS}/node_modules/typescript").exists():
        pytest.skip("the TypeScript compiler is not installed: run .ci/node")
    command = ["node", str(HERE / "keys.mjs"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_no_string_from_outside_is_a_key_of_an_object():
    result = _keys()
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_rule_about_keys_finds_what_breaks_it(tmp_path):
    scripts = (
        "export const f = (/** @type {string} */ a) => ({ b: 1 })[/** @type {any} */ (a)];",
        "export const f = (/** @type {string} */ a) => ({ [a]: 1 });",
        "export const f = (/** @type {string} */ a) => a in { b: 1 };",
        "/** @param {Record<string, 1>} c @param {string} a */ export const f = (c, a) => c[a];",
        "export const f = (/** @type {string} */ a) => new Map([[a, 1]]).get(a);",
    )
    for number, script in enumerate(scripts):
        (tmp_path / f"{number}.js").write_text(script)
    result = _keys(tmp_path)
    assert result.returncode == 1
    assert sorted(set(re.findall(r"(\d)\.js:1", result.stdout))) == ["0", "1", "2", "3"]
