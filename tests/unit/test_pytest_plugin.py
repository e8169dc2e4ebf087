"""The pytest plugin, in pytests of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.project import BAD, write_lines, write_project

GATE = """
[gate]
{settings}

[[gate.rules]]
metric = "chrf"
min = {minimum}
system = "good"
"""


@pytest.fixture
def project(tmp_path):
    write_project(tmp_path)
    return tmp_path


def run_pytest(folder, *arguments):
    plugin = [] if _registered() else ["-p", "mtqe.pytest_plugin"]
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *plugin, *arguments]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)


def _registered():
    from importlib.metadata import entry_points

    return any(point.name == "mtqe" for point in entry_points(group="pytest11"))


def add_gate(folder, minimum, settings=""):
    with (folder / "mtqe.toml").open("a") as file:
        file.write(GATE.format(minimum=minimum, settings=settings))


def test_the_fixture_gives_scores_by_metric_and_system(project):
    (project / "test_quality.py").write_text(
        "import pytest\n"
        "def test_scores(mtqe_run):\n"
        "    run = mtqe_run('.', metrics=['chrf', 'bleu'])\n"
        "    assert run.chrf.good > run.chrf.bad\n"
        "    assert run['chrf']['good'] == run.run.scores.loc['good', 'chrf']\n"
        "    assert mtqe_run('.', metrics=['chrf', 'bleu']) is run\n"
        "    with pytest.raises(AttributeError, match=\"did you mean 'chrf'\"):\n"
        "        run.chfr\n"
        "    with pytest.raises(AttributeError, match=\"did you mean 'good'\"):\n"
        "        run.chrf.goood\n"
    )
    done = run_pytest(project)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_rules_are_tests_only_if_asked_for(project):
    add_gate(project, 50)
    assert "no tests ran" in run_pytest(project).stdout
    done = run_pytest(project, "--mtqe", "-v")
    assert done.returncode == 0, done.stdout
    assert "mtqe.toml::chrf min 50 PASSED" in done.stdout


def test_a_failed_rule_is_a_failed_test_that_says_why(project):
    add_gate(project, 50)
    write_lines(project / "good.txt", BAD)
    done = run_pytest(project, "--mtqe")
    assert done.returncode == 1
    assert "FAIL  chrf min 50 [good]" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_rule_that_can_not_be_meant_is_an_error_of_collection(project):
    add_gate(project, 50, settings="levle = 0.9")
    done = run_pytest(project, "--mtqe")
    assert done.returncode == 2
    assert "did you mean 'level'?" in done.stdout


def test_configurations_without_a_gate_are_no_tests(project):
    assert "no tests ran" in run_pytest(project, "--mtqe").stdout


def test_the_plugin_imports_nothing_but_pytest():
    code = (
        "import pytest, sys; before = set(sys.modules); import mtqe.pytest_plugin;"
        "print(sorted(m for m in set(sys.modules) - before if not m.startswith('mtqe')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
