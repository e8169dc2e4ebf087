"""Runs logged to MLflow, Weights & Biases and TensorBoard."""

from __future__ import annotations

import posixpath
import re
import sys
import xml.etree.ElementTree as ElementTree
from types import ModuleType, SimpleNamespace

import pytest

import mtqe
from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.run import corpus_of
from mtqe.support import extras
from mtqe.support.visible import HIDDEN
from tests.command_line import mtqe as run_mtqe
from tests.project import write_project


@pytest.fixture(scope="module")
def run():
    systems = {"good": ["a house", "a tree"], "bad system": ["the", "of"]}
    references = ["a house", "one tree"]
    return mtqe.score(systems, references, target_language="en", metrics=["chrf", "chrf++"])


class Wandb(ModuleType):
    """Weights & Biases as far as a run uses it."""

    class Error(Exception):
        pass

    def __init__(self, run=None, fails=False):
        super().__init__("wandb")
        self.run, self.fails, self.logged, self.finished, self.started = run, fails, [], 0, []
        self.summary = {}
        self.config = SimpleNamespace(update=self.update)
        self.Html = lambda text: ("html", text)

    def init(self, **named):
        if self.fails:
            raise self.Error("api key not configured\nsecond line")
        self.started.append(named)
        return self

    def update(self, parameters, **_):
        self.parameters = parameters

    def log(self, values, step=None):
        self.logged.append((values, step))

    def finish(self):
        self.finished += 1


def use(monkeypatch, module):
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def test_wandb_gets_scores_intervals_parameters_and_the_report(run, monkeypatch):
    wandb = use(monkeypatch, Wandb())
    run.log_to("wandb", step=7)
    ((values, step),) = wandb.logged
    assert step == 7
    assert values["good/chrf"] == run.scores.loc["good", "chrf"]
    assert values["bad system/chrf___low"] <= values["bad system/chrf__"]
    assert values["mtqe/report"][1].lower().startswith("<!doctype html>")
    assert "nc:6" in wandb.parameters["mtqe/signature/chrf"]
    assert wandb.parameters["mtqe/corpus_hash"] == run.manifest.corpus.hash
    assert wandb.finished == len(wandb.started) == 1


def test_a_run_of_wandb_that_is_open_is_used_and_left_open(run, monkeypatch):
    wandb = use(monkeypatch, Wandb())
    wandb.run = wandb
    run.log_to("wandb")
    assert wandb.logged
    assert wandb.finished == len(wandb.started) == 0


def test_a_tracker_that_fails_is_one_sentence(run, monkeypatch):
    use(monkeypatch, Wandb(fails=True))
    with pytest.raises(mtqe.MtqeError, match=r"wandb did not take the run \(api key not conf"):
        run.log_to("wandb")


@pytest.mark.parametrize("tracker", ["mlfow", 5, None])
def test_unknown_trackers_are_refused(run, tracker):
    with pytest.raises(mtqe.ConfigError, match="no tracker is called"):
        run.log_to(tracker)


def missing(name):
    raise ImportError(f"No module named {name!r}")


@pytest.mark.parametrize("tracker", ["mlflow", "wandb", "tensorboard"])
def test_a_missing_package_is_named_with_its_extra(run, tracker, monkeypatch):
    monkeypatch.setattr(extras, "import_module", missing)
    with pytest.raises(mtqe.ConfigError, match=rf"mtqe\[{tracker}\]"):
        run.log_to(tracker)


def test_the_command_line_looks_for_the_tracker_before_it_works(tmp_path, monkeypatch):
    write_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = run_mtqe("run", ".", "-m", "chrf", "--log", "nonsense", "-o", "out")
    assert result.code == 1
    assert "no tracker is called 'nonsense'" in result.err
    assert not (tmp_path / "out").exists()


def test_the_command_line_logs_the_run_that_it_wrote(tmp_path, monkeypatch):
    wandb = use(monkeypatch, Wandb())
    write_project(tmp_path)
    result = run_mtqe("run", tmp_path, "-m", "chrf", "--log", "wandb", "-o", tmp_path / "out")
    assert result.code == 0, result.err
    ((values, _),) = wandb.logged
    assert values["mtqe/report"][1] == (tmp_path / "out" / "report.html").read_text("utf-8")


def test_mlflow_s_own_store(run, tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow", reason="pip install 'mtqe[mlflow]'")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((tmp_path / "store").as_uri())
    run.log_to("mlflow")
    client = mlflow.MlflowClient()
    (logged,) = client.search_runs(
        [experiment.experiment_id for experiment in client.search_experiments()]
    )
    assert logged.info.run_name == run.manifest.id
    assert logged.data.metrics["good/chrf"] == run.scores.loc["good", "chrf"]
    assert logged.data.params["mtqe/segments"] == "2"
    assert [file.path for file in client.list_artifacts(logged.info.run_id)] == ["report.html"]
    with mlflow.start_run():
        mlflow.log_param("mtqe/segments", "3")
        with pytest.raises(mtqe.MtqeError, match="mlflow did not take the run"):
            run.log_to("mlflow")


def test_tensorboard_s_own_files(run, tmp_path):
    pytest.importorskip("tensorboard", reason="pip install 'mtqe[tensorboard]'")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run.log_to("tensorboard", step=3, folder=tmp_path / "board")
    events = EventAccumulator(str(tmp_path / "board")).Reload()
    (event,) = events.Scalars("good/chrf")
    assert (event.step, round(event.value, 3)) == (3, round(run.scores.loc["good", "chrf"], 3))
    assert (tmp_path / "board" / "report.html").is_file()


HOSTILE = (
    '<script>alert("x")</script>',
    "__proto__",
    '=HYPERLINK("http://x")',
    "../../../etc/passwd",
    "..",
    "a//b",
    "引擎一",
    "引擎!",
    "引擎?",
    "$\\frac{1}{",
    "![x](http://localhost:9/x.png)",
    "_step",
    "n" * 700,
    "名" * 200,
)
"""Names of systems that somebody may put into a file."""


@pytest.fixture(scope="module")
def hostile():
    """A run of systems with hostile names, texts and metadata, of a corpus with one too."""
    texts = ["<script>alert(1)</script>", "costs $5 or $6\x1b[2J\u202etxt.exe"]
    segments = tuple(
        Segment(text, text, (text,), "../d", {"__proto__": "=1+1", "<b>": text}) for text in texts
    )
    corpus = Corpus("../../<img src=x>\x1b", LanguagePair("en", "de"), segments)
    return mtqe.score(corpus, dict.fromkeys(HOSTILE, texts), ["chrf"])


def test_names_of_systems_stay_apart_and_are_names_that_trackers_take(hostile, monkeypatch):
    wandb = use(monkeypatch, Wandb())
    hostile.log_to("wandb")
    ((values, _),) = wandb.logged
    names = [name for name in values if name.endswith("/chrf")]
    assert len(names) == len(HOSTILE)
    assert "引擎一/chrf" in names
    assert "__proto__/chrf" in names
    for name in (*values, *wandb.parameters):
        assert re.fullmatch(r"[\w./ -]{1,250}", name)
        assert posixpath.normpath(name) == name
        assert not name.startswith((".", "/"))
    assert not any(HIDDEN.search(value) for value in wandb.parameters.values())


def test_mlflow_takes_hostile_names(hostile, tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow", reason="pip install 'mtqe[mlflow]'")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((tmp_path / "store").as_uri())
    hostile.log_to("mlflow")
    client = mlflow.MlflowClient()
    (logged,) = client.search_runs(
        [experiment.experiment_id for experiment in client.search_experiments()]
    )
    assert len([name for name in logged.data.metrics if name.endswith("/chrf")]) == len(HOSTILE)


@pytest.mark.filterwarnings("ignore:html5lib's sanitizer:DeprecationWarning")
def test_tensorboard_s_folder_and_texts_are_harmless(hostile, tmp_path, monkeypatch):
    pytest.importorskip("tensorboard", reason="pip install 'mtqe[tensorboard]'")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugin_util import markdown_to_safe_html

    monkeypatch.chdir(tmp_path)
    hostile.log_to("tensorboard", step=1)
    (folder,) = (tmp_path / "runs").iterdir()
    assert {path.name for path in tmp_path.iterdir()} == {"runs"}
    events = EventAccumulator(str(folder)).Reload()
    assert len([tag for tag in events.Tags()["scalars"] if tag.endswith("/chrf")]) == len(HOSTILE)
    for tag in ("mtqe/verdict/text_summary", "mtqe/parameters/text_summary"):
        text = events.Tensors(tag)[0].tensor_proto.string_val[0]
        shown = markdown_to_safe_html(text)
        assert not {"<script", "<img", "<a "} & set(re.findall("<[a-z]+ ?", shown)), shown


def test_a_notebook_shows_hostile_names_and_texts_as_they_are(hostile):
    corpus = corpus_of(hostile)
    shown = [hostile, corpus, mtqe.compare_run(hostile), hostile.report()]
    for thing in shown:
        html = thing._repr_html_()
        assert not HIDDEN.search(repr(thing))
        html = re.sub(r'srcdoc="[^"]*"', "", html)  # the page, which has tests of its own
        assert "<script" not in html
        assert "<img" not in html
        assert not HIDDEN.search(html.replace("\n", "").replace("\t", "")), type(thing)
        if not isinstance(thing, type(shown[-1])):
            assert html.startswith('<div class="tex2jax_ignore mathjax_ignore">')


def test_figures_show_hostile_names_as_they_are(hostile):
    pytest.importorskip("matplotlib", reason="pip install 'mtqe[plots]'")
    for figure in (
        hostile.figure(),
        hostile.figure("segments"),
        mtqe.compare_run(hostile).figure(),
    ):
        drawn = figure.svg().decode()
        assert "<script" not in drawn
        assert "<image" not in drawn
        assert "<img" not in figure._repr_html_().removeprefix("<img")
        assert ElementTree.fromstring(drawn).tag.endswith("svg")
