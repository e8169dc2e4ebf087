"""Baselines as files: the same verdicts as the run they came from, and nothing else accepted."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mtqe.errors import DataError, IncompatibleRuns
from mtqe.evaluation.rescore import rescored
from mtqe.gate import judge, load_baseline, save_baseline
from mtqe.run import FINDINGS, SEGMENTS, STATISTICS, Run
from mtqe.support.cost import Estimate, Usage
from tests.gate_runs import gate_of, mixed, run_of

METRICS = ("bleu", "chrf", "ter")


@pytest.fixture
def run():
    return run_of(30, {"mt": mixed(30, 1, 5, 4), "patchy": [None, *[2] * 29]}, METRICS)


@pytest.fixture
def file(run, tmp_path):
    save_baseline(run, tmp_path / "deep" / "baseline.jsonl")
    return tmp_path / "deep" / "baseline.jsonl"


def rows_of(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def write_rows(file, rows):
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def test_a_baseline_gives_back_scores_and_statistics(run, file):
    loaded = load_baseline(file)
    for system in ("mt", "patchy"):
        for metric in METRICS:
            np.testing.assert_array_equal(
                loaded.statistics(metric, system), run.statistics(metric, system)
            )
            ours = loaded.segments.loc[loaded.segments["system"] == system, metric]
            theirs = run.segments.loc[run.segments["system"] == system, metric]
            np.testing.assert_allclose(ours.to_numpy(), theirs.to_numpy(), rtol=1e-12)
    assert loaded.scores.equals(run.scores)


def test_a_gate_gives_the_same_figures_with_run_and_file(run, file):
    new = run_of(30, {"mt": mixed(30, 1, 6, 4), "patchy": 2}, METRICS)
    gate = gate_of(*({"metric": metric, "max_drop": 1} for metric in METRICS))
    by_run, by_file = judge(gate, new, run), judge(gate, new, load_baseline(file))
    for one, other in zip(by_run.checks, by_file.checks, strict=True):
        assert (one.verdict, one.value, one.low, one.high) == (
            other.verdict,
            other.value,
            other.low,
            other.high,
        )


def test_equal_runs_give_equal_bytes_and_one_changed_segment_changes_its_lines_alone(tmp_path):
    first, again, changed = (tmp_path / name for name in ("first", "again", "changed"))
    save_baseline(run_of(10, {"mt": 1}), first)
    save_baseline(run_of(10, {"mt": 1}), again)
    save_baseline(run_of(10, {"mt": [2, *[1] * 9]}), changed)
    assert first.read_bytes() == again.read_bytes()
    before, after = first.read_text().splitlines(), changed.read_text().splitlines()
    differing = [json.loads(b) for a, b in zip(before, after, strict=True) if a != b]
    assert [next(iter(row)) for row in differing] == ["system", "segment"]
    assert differing[1]["segment"] == "s0"


def test_equal_translations_give_equal_bytes_however_long_and_costly_they_were(tmp_path):
    def baseline(name, **facts):
        run = run_of(10, {"mt": 1})
        systems = [info.model_copy(update=facts) for info in run.manifest.systems]
        manifest = run.manifest.model_copy(update={"systems": tuple(systems)})
        save_baseline(
            Run(
                None,
                manifest,
                {
                    SEGMENTS: run.table(SEGMENTS),
                    STATISTICS: run.table(STATISTICS),
                    FINDINGS: run.findings_table,
                },
            ),
            tmp_path / name,
        )
        return (tmp_path / name).read_bytes()

    usage = Usage(requests=10, retries=1, characters=900, cost=0.1, currency="USD", latency=0.4)
    slow = {"seconds": 9.0, "translated": 10, "speed": 1.5, "notes": ("1 retry",)}
    assert baseline("fast") == baseline("slow", usage=usage, estimate=Estimate(10, 900), **slow)


def test_a_baseline_that_kept_usage_and_speed_is_still_read(file):
    rows = rows_of(file)
    row = next(row for row in rows if "system" in row)
    row["system"] |= {"speed": 2.5, "usage": None, "estimate": {"segments": 30, "characters": 9}}
    write_rows(file, rows)
    assert load_baseline(file).manifest.systems[0].speed == 2.5


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x1c"])
def test_unusual_line_ends_in_texts_come_back(tmp_path, separator):
    import mtqe
    from tests.gate_runs import corpus_of

    texts = [f"one{separator}two"] * 3
    run = mtqe.score(corpus_of(3), {"mt": texts}, ["chrf"], use_cache=False)
    save_baseline(run, tmp_path / "b.jsonl", texts=True)
    assert load_baseline(tmp_path / "b.jsonl").segments["hypothesis"].tolist() == texts


def test_texts_are_kept_only_if_asked_for(run, file, tmp_path):
    assert "xx" not in file.read_text()
    save_baseline(run, tmp_path / "texts.jsonl", texts=True)
    loaded = load_baseline(tmp_path / "texts.jsonl")
    assert loaded.segments["hypothesis"].tolist() == run.segments["hypothesis"].tolist()


def test_statistics_of_neural_metrics_keep_every_digit(tmp_path):
    from mtqe.gate.baseline import json_values

    value = 0.1 + 0.2
    assert json.loads(json.dumps(json_values([value, 1.0]))) == [value, 1]


@pytest.mark.parametrize("drop", [0, 1, 2, 5, -1])
def test_a_missing_line_is_noticed(file, drop):
    rows = rows_of(file)
    del rows[drop]
    write_rows(file, rows)
    with pytest.raises(DataError, match="can't be used as a baseline"):
        load_baseline(file)


def test_an_edited_figure_is_noticed(file):
    rows = rows_of(file)
    rows[-1]["statistics"]["chrf"][2] += 1
    write_rows(file, rows)
    with pytest.raises(DataError, match="patchy's chrf score"):
        load_baseline(file)


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"mtqe_baseline": 99}'])
def test_what_is_no_baseline_is_refused(tmp_path, text):
    file = tmp_path / "x.jsonl"
    file.write_text(text)
    with pytest.raises(DataError, match="can't be used as a baseline"):
        load_baseline(file)


def test_a_missing_file_says_what_writes_one(tmp_path):
    with pytest.raises(DataError, match="mtqe baseline save"):
        load_baseline(tmp_path / "none.jsonl")


def test_rescoring_makes_another_signature_comparable(tmp_path):
    import mtqe
    from tests.gate_runs import corpus_of, sentence, spoilt

    corpus = corpus_of(20)
    texts = {"mt": [spoilt(sentence(n), 1) for n in range(20)]}
    old = mtqe.score(corpus, texts, ["chrf"], options={"chrf": {"beta": 3}}, use_cache=False)
    new = run_of(20, {"mt": 1})
    save_baseline(old, tmp_path / "old.jsonl", texts=True)
    gate = gate_of({"metric": "chrf", "max_drop": 0})
    with pytest.raises(IncompatibleRuns, match="--rescore"):
        judge(gate, new, load_baseline(tmp_path / "old.jsonl"))
    again = rescored(load_baseline(tmp_path / "old.jsonl"), new)
    (check,) = judge(gate, new, again).checks
    assert (check.verdict, check.value) == ("pass", 0)


def test_rescoring_needs_texts_and_the_same_corpus(run, file):
    with pytest.raises(DataError, match="--texts"):
        rescored(load_baseline(file), run)
    with pytest.raises(IncompatibleRuns, match=r"corpus\.segments"):
        rescored(load_baseline(file), run_of(29, {"mt": 1}))
