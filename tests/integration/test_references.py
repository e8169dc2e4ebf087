"""The test sets of this repository, from their configurations to scores."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtqe.config import load_config
from tests.command_line import mtqe

REFERENCES = Path(__file__).parents[2] / "references"


@pytest.mark.parametrize(("name", "least"), [("en-es", 150), ("zh-en", 80)])
def test_every_configuration_loads_and_every_system_belongs_to_it(name, least):
    config = load_config(REFERENCES / name)
    corpus = config.read_corpus()
    assert len(corpus) >= least
    systems = config.build_systems([system.name for system in config.systems])
    for system in systems:
        if system.backend.name == "file":
            system.backend.check(corpus)
            assert len(list(system.backend.translate(corpus.segments))) == len(corpus)
    assert len(config.build_metrics()) == 4


@pytest.mark.apertium
def test_apertium_gives_what_was_recorded(tmp_path):
    systems = ("-s", "apertium", "-s", "apertium-recorded")
    result = mtqe("run", REFERENCES / "en-es", *systems, "-m", "chrf", "-o", tmp_path, "--json")
    live, recorded = json.loads(result.out)["systems"]
    assert live["scores"][0]["unscored"] == 0
    assert abs(live["scores"][0]["score"] - recorded["scores"][0]["score"]) < 1.0


def scored(printed):
    """The systems that were printed, without the seconds that reading them took."""
    return [
        {key: value for key, value in system.items() if key != "seconds"}
        for system in json.loads(printed.out)["systems"]
    ]


@pytest.mark.slow
def test_all_four_metrics_rank_the_two_translations_alike_and_cost_nothing_again(tmp_path):
    command = ("run", REFERENCES / "zh-en", "-o", tmp_path / "out", "--json")
    first = mtqe(*command)
    assert first.code == 0, first.err
    fluent, literal = json.loads(first.out)["systems"]
    assert (fluent["name"], literal["name"]) == ("fluent", "literal")
    for better, worse in zip(fluent["scores"], literal["scores"], strict=True):
        assert better["unscored"] == worse["unscored"] == 0
        assert better["score"] > worse["score"], better["metric"]
    again = mtqe(*command)
    assert scored(again) == scored(first)
