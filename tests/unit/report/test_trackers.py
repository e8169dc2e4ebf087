"""Runs logged to MLflow, Weights & Biases and TensorBoard."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

import mtqe
from mtqe.support import extras
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
