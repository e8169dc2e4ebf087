from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mtqe.errors import MtqeError
from mtqe.report.page import payload
from mtqe.report.page.data import ReportData, report_data
from mtqe.report.page.gate_panel import GatePanel
from mtqe.report.page.render import ASSETS, SCRIPTS, bundle, render_html, write_html
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
    names = re.findall(r"^(?:async )?(?:function|class|const) (\w+)", bundle(), re.MULTILINE)
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
