"""`mtqe validate` fails where `mtqe run` would, and says why."""

from __future__ import annotations

import socket

import pytest

from tests.command_line import mtqe
from tests.hub_server import LoopbackHub
from tests.project import write_project

COMET = '[metrics.comet]\nmodel = "{}"\n'


@pytest.fixture
def project(tmp_path, monkeypatch):
    write_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def with_more(project, text):
    file = project / "mtqe.toml"
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def system(**options):
    lines = [f"{key} = {value}" for key, value in options.items()]
    return "\n".join(["", "[systems.x]", *lines, ""])


def failed(*says, run=True):
    result = mtqe("validate", ".")
    assert result.code == 1
    assert result.err.count("\n") == 1, result.err
    for part in says:
        assert part in result.err
    if run:
        assert mtqe("run", ".", "-o", "out", "--no-cache").code != 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"backend": '"file"', "path": '"none.txt"'}, ("systems.x", "none.txt")),
        ({"backend": '"file"', "path": '"source.tsv"'}, ("systems.x", "source.tsv")),
        ({"backend": '"command"', "command": '["no-such-engine"]'}, ("no-such-engine",)),
        ({"backend": '"transformers"', "model": '"no/such/folder"'}, ("systems.x", "no/such")),
        ({"backend": '"deepl"'}, ("systems.x", "DEEPL_API_KEY")),
        ({"backend": '"libretranslate"', "url": '"http://127.0.0.1:99999"'}, ("systems.x", "url")),
    ],
)
def test_systems_that_can_t_work_here(project, monkeypatch, options, says):
    monkeypatch.delenv("DEEPL_API_KEY", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with_more(project, system(**options))
    failed(*says)


def test_a_port_on_this_machine_at_which_nothing_listens(project):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        url = f'"http://127.0.0.1:{port}"'
        with_more(project, system(backend='"libretranslate"', url=url))
        failed(f"127.0.0.1:{port}", "start the server", run=False)
        server.listen()
        assert mtqe("validate", ".").code == 0


def test_what_the_machine_lacks_may_be_left_out(project):
    with_more(project, system(backend='"command"', command='["no-such-engine"]'))
    assert mtqe("validate", ".", "--files-only").code == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (COMET.format("./no-folder"), "no-folder"),
        (COMET.format("mtqe-nonsense"), "mtqe-nonsense"),
        ('[metrics.comet]\nmodle = "x"\n', "model"),
        ("[metrics.chrff]\n", "chrff"),
    ],
)
def test_metrics_that_can_t_score_here(project, text, says):
    with_more(project, text)
    failed(says)


def test_models_are_looked_up_on_the_hub_but_not_downloaded(project, monkeypatch, tmp_path):
    with LoopbackHub() as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        with_more(project, COMET.format("nobody/nothing"))
        failed("nobody/nothing")
        folder = tmp_path / "model"
        (folder / "checkpoints").mkdir(parents=True)
        (folder / "checkpoints" / "model.ckpt").write_bytes(b"x" * 1000)
        (folder / "hparams.yaml").write_text("class_identifier: regression_metric\n")
        hub.add("nobody/nothing", folder)
        result = mtqe("validate", ".")
        assert result.code == 0, result.err
        assert not list((tmp_path / "cache").rglob("*.ckpt"))


def test_a_corpus_without_references_and_metrics_that_need_them(project):
    (project / "corpus.tsv").write_text("source\na\nb\nc\n")
    failed("needs references")


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ('metric = "chrff"\nmax_drop = 1', "no metric 'chrff'; did you mean 'chrf'?"),
        ('metric = "chrf"\nmin = 1\nsystem = "goood"', "did you mean 'good'?"),
        ('metric = "chrf"\nsystem = "good"\nnot_below = "badd"', "did you mean 'bad'?"),
        ('check = "number"\nmax_findings = 1', "did you mean 'numbers'?"),
        ('metric = "chrf"\nmin = 1\nslice = "domian"', "did you mean 'domain'?"),
        ('metric = "chrf"\nmin = 1\nslice = "domain=facts"', "did you mean 'fact'?"),
        ('metric = "chrf"\nmin = 1\nsegments = ["s9"]', "no segment 's9'"),
    ],
)
def test_rules_about_what_there_is_not(project, rule, says):
    with_more(project, f"[gate]\n[[gate.rules]]\nmax_unscored = 0\n[[gate.rules]]\n{rule}\n")
    failed("gate rule 2", says, run=False)


def test_rules_about_what_there_is_and_about_people_s_scores(project):
    rules = [
        'metric = "chrf"\nmin = 1\nslice = "domain=fact"\nsystem = "good"',
        'metric = "esa"\nmin = 1',
        'check = "numbers"\nmax_findings = 1',
        'metric = "chrf"\nmin = 1\nsegments = ["s1"]',
    ]
    with_more(project, "[gate]\n" + "".join(f"[[gate.rules]]\n{rule}\n" for rule in rules))
    result = mtqe("validate", ".")
    assert result.code == 0, result.err
