"""Configurations made to exhaust memory or time are refused early, in one sentence."""

from __future__ import annotations

import time

import pytest

from mtqe.config import load_config
from mtqe.errors import ConfigError
from mtqe.support.visible import HIDDEN

HEAD = '[corpus]\nsource_language = "en"\ntarget_language = "de"\npath = "corpus.tsv"\n'
HTTP = HEAD + '[systems.a]\nbackend = "http"\nurl = "http://127.0.0.1:9"\n'
BODY = HTTP + 'body = {q = "{text}"}\n'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a" + ".a" * 100_000 + " = 1", "parts"),
        ("[" + "a." * 50_000 + "a]", "parts"),
        ("a = {" + "a." * 50_000 + "a = 1}", "parts"),
        ("a = " + "[" * 100_000, "nested too deep"),
        ("a = " + "{a = " * 5_000, "nested too deep"),
        ("a = " + "9" * 100_000, "not valid TOML"),
        ("a = 1\n" * 2_000_000, "MiB"),
        (HTTP + "body = " + "{a = " * 200 + "1" + "}" * 200, ""),
        (BODY + 'translations = "' + "(" * 20_000 + '"', "JMESPath"),
        (BODY + 'translations = "' + "[@,@][]|" * 30 + '@"', "JMESPath"),
        (BODY + 'translations = "@' + "[]" * 140 + '"\ntimeout = -1', ""),
    ],
)
def test_a_hostile_configuration_is_refused_at_once(tmp_path, text, named):
    (tmp_path / "corpus.tsv").write_text("source\treference\na\tb\n")
    file = tmp_path / "mtqe.toml"
    file.write_text(text)
    started = time.process_time()
    with pytest.raises(ConfigError) as refused:
        load_config(file).build_systems()
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)
    assert time.process_time() - started < 1


def test_a_prompt_with_many_dots_is_no_key(tmp_path):
    (tmp_path / "corpus.tsv").write_text("source\treference\na\tb\n")
    file = tmp_path / "mtqe.toml"
    file.write_text(HEAD + f"# {'. ' * 300}\n")
    assert load_config(file).corpus is not None


DEVICES = [
    "cuda:99", "cuda:-1", "cuda:99999999999999999999", "", " ", "CPU", "gpu", "meta", "cpu:0",
    "cpu,", "auto,cpu", "cuda:\u0663", "cuda: 1", "cuda:0;ls", "\\u001b[31m",
    "cpu," * 5_000 + "cpu",
]  # fmt: skip
NUMBERS = ["-1", "0", "1.5", "nan", "inf", "true", '"8"', "[1]", "{a = 1}", "9" * 30]


@pytest.mark.parametrize(
    "line",
    [
        *(f'device = "{device}"' for device in DEVICES),
        *(f"device = {value}" for value in ("1", "true", "nan", "[]", '["cpu"]', "{a = 1}")),
        *(f"{key} = {value}" for key in ("batch_tokens", "threads") for value in NUMBERS),
        "memory = 1",
    ],
    ids=lambda line: line[:30],
)
def test_hostile_values_of_compute_are_refused_in_one_sentence(tmp_path, line):
    (tmp_path / "corpus.tsv").write_text("source\treference\na\tb\n")
    file = tmp_path / "mtqe.toml"
    file.write_text(f"{HEAD}[metrics.chrf]\n[compute]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(file).compute.check()
    said = str(refused.value)
    assert "device" in said or "compute" in said
    assert not HIDDEN.search(said)
    assert len(said) < 400
