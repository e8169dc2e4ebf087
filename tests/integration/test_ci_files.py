"""The GitHub workflow and action and the GitLab template, step by step without a forge.

Steps that install, check out, cache or upload are the forge's and are left out; every other one
runs as it is written, in the shell that the forge would use. `gh` is a script that records.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from lxml import etree

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github/workflows/translation-quality.yml"
ACTION = ROOT / ".github/actions/mtqe/action.yml"
GITLAB = ROOT / ".gitlab/mtqe.gitlab-ci.yml"
EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")

GH = """\
#!/bin/bash
printf '%s\\n' "$*" >> "$GITHUB_WORKSPACE/gh.log"
if [[ "$*" == *--jq* ]]; then echo "$EARLIER_COMMENT"; fi
"""


@pytest.fixture
def workspace(tmp_path):
    """A pull request's checkout, head and base alike, with recorded translations and chrF alone."""
    head = tmp_path / "references/en-es"
    shutil.copytree(ROOT / "references/en-es", head)
    config = head / "mtqe.toml"
    text = config.read_text("utf-8").replace("enabled = false", "enabled = true")
    text = text.replace('[systems.apertium]\nbackend = "apertium"\n', "")
    for line in ("bleu = {}\n", "bertscore = {}\n", "[metrics.comet]\n"):
        assert line in text
        text = text.replace(line, "")
    config.write_text(text, "utf-8")
    shutil.copytree(tmp_path / "references", tmp_path / "base/references")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    return tmp_path


def spoil(workspace):
    file = workspace / "references/en-es/hypotheses/apertium.txt"
    lines = file.read_text("utf-8").splitlines()
    file.write_text("".join(f"{line[: len(line) // 2]}\n" for line in lines), "utf-8")


class Forge:
    """Runs steps in a workspace until one fails; after that, those that always run."""

    def __init__(self, workspace, **environment):
        self.workspace = workspace
        self.code = 0
        self.output = ""
        self.environment = {
            **os.environ,
            "PATH": f"{workspace}/bin:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_STEP_SUMMARY": str(workspace / "summary.md"),
            "EARLIER_COMMENT": "",
            **environment,
        }
        self.values = {
            "github.workspace": str(workspace),
            "github.token": "secret",
            "github.repository": "owner/name",
            "github.event.pull_request.number": "7",
        }

    def workflow(self):
        (job,) = yaml.safe_load(WORKFLOW.read_text())["jobs"].values()
        for step in job["steps"]:
            if step.get("uses") == "./.github/actions/mtqe":
                self.action(step["with"])
            else:
                self.step(step, {})

    def action(self, given):
        action = yaml.safe_load(ACTION.read_text())
        assert set(given) <= set(action["inputs"])
        inputs = {name: spec.get("default", "") for name, spec in action["inputs"].items()} | given
        for step in action["runs"]["steps"]:
            self.step(step, {f"inputs.{name}": str(value) for name, value in inputs.items()})

    def step(self, step, inputs):
        always = "always()" in str(step.get("if", ""))
        if "run" not in step or step["name"] == "Install" or (self.code and not always):
            return
        values = self.values | inputs
        environment = {k: self.expand(v, values) for k, v in step.get("env", {}).items()}
        # A script with an expression in it could be made to run a pull request's text.
        assert "${{" not in step["run"]
        self.bash(step["run"], environment)

    def expand(self, text, values):
        return EXPRESSION.sub(lambda match: values[match[1]], str(text))

    def bash(self, script, environment):
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.workspace,
            env={**self.environment, **environment, "MTQE_HOME": str(self.workspace / ".mtqe")},
            capture_output=True,
            text=True,
            check=False,
        )
        self.output += done.stdout + done.stderr
        self.code = self.code or done.returncode

    @property
    def calls(self):
        """What gh was called with."""
        return (self.workspace / "gh.log").read_text().splitlines()


def test_a_pull_request_that_changes_nothing_passes(workspace):
    forge = Forge(workspace)
    forge.workflow()
    assert forge.code == 0, forge.output
    assert (workspace / "mtqe-gate/run/report.html").is_file()
    assert "The gate passes" in (workspace / "summary.md").read_text("utf-8")
    assert len(forge.calls) == 2
    assert "--method POST repos/owner/name/issues/7/comments" in forge.calls[1]


def test_a_worse_engine_stops_the_job_and_updates_its_comment(workspace):
    spoil(workspace)
    forge = Forge(workspace, EARLIER_COMMENT="42")
    forge.workflow()
    assert forge.code == 3, forge.output
    assert "::error file=references/en-es/mtqe.toml,line=" in forge.output
    assert "--method PATCH repos/owner/name/issues/comments/42" in forge.calls[1]
    assert "body=@mtqe-gate/comment.md" in forge.calls[1]
    comment = (workspace / "mtqe-gate/comment.md").read_text("utf-8")
    assert comment.startswith("<!-- mtqe-gate en_es -->")
    assert "<details>" in comment


def test_gitlab_runs_the_same_and_leaves_reports(workspace):
    (job,) = yaml.safe_load(GITLAB.read_text()).values()
    forge = Forge(workspace)
    forge.bash("mtqe run base/references/en-es -o base-run", {})
    spoil(workspace)
    variables = {
        **job["variables"],
        "MTQE_CONFIG": "references/en-es/mtqe.toml",
        "MTQE_BASELINE": "base-run",
    }
    for line in job["script"]:
        forge.bash(line, variables)
    assert forge.code == 3, forge.output
    for path in (*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()):
        assert (workspace / path.replace("$MTQE_OUTPUT", "mtqe-gate")).is_file()
    assert etree.parse(workspace / "mtqe-gate/junit.xml").getroot().tag == "testsuites"


def test_the_pre_commit_hook_takes_what_it_should(workspace):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    files = re.compile(hook["files"])
    taken = [
        str(path.relative_to(workspace))
        for path in sorted((workspace / "references").rglob("*"))
        if files.search(str(path.relative_to(workspace)))
    ]
    assert taken == ["references/en-es/corpus.tsv", "references/en-es/mtqe.toml"]
    forge = Forge(workspace)
    forge.bash(f"{hook['entry']} {' '.join(taken)}", {})
    assert forge.code == 0, forge.output
    (workspace / taken[0]).write_text("segment_id\tsource\nx\n")
    forge.bash(f"{hook['entry']} {' '.join(taken)}", {})
    assert forge.code == 1
    assert "corpus.tsv" in forge.output
