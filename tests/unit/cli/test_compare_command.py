"""`mtqe compare` from the user's side."""

from __future__ import annotations

import json

import pytest

from tests.command_line import mtqe
from tests.project import write_project


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    write_project(folder)
    assert mtqe("run", folder, "-m", "chrf", "-o", folder / "run").code == 0
    return folder / "run"


def test_each_format_holds_the_difference(run):
    (metric,) = json.loads(mtqe("compare", run, "--json").out)["metrics"]
    (difference,) = metric["differences"]
    assert (difference["system"], difference["baseline"]) == ("bad", "good")
    shown = f"{difference['difference']:+.1f}"
    assert shown in mtqe("compare", run).out
    assert f"| {shown}" in mtqe("compare", run, "--markdown").out
    assert mtqe("compare", run, "--latex").out.startswith(r"\begin{tabular}{lr}")


def test_json_names_segments_by_place_and_start_beside_their_ids(run):
    (metric,) = json.loads(mtqe("compare", run, "--json").out)["metrics"]
    changes = [*metric["improved"], *metric["regressed"]]
    assert changes
    for change in changes:
        assert change["segment"].startswith("line ")
        assert "“" in change["segment"]
    for difference in metric["differences"]:
        assert len(difference["carrier_names"]) == len(difference["carriers"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--json", "--latex"), "give one of --json, --markdown and --latex"),
        (("--intersect",), "name OLD_RUN too"),
    ],
)
def test_options_without_effect_are_refused(run, arguments, says):
    result = mtqe("compare", run, *arguments)
    assert (result.code, result.out) == (2, "")
    assert says in " ".join(result.err.split())


def test_a_baseline_system_and_an_older_run_exclude_each_other(run):
    result = mtqe("compare", run, run, "--baseline", "good")
    assert result.code == 1
    assert "leave it out to compare two runs" in result.err
