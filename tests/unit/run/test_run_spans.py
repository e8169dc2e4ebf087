"""Spans of a run: written and read with the rest, kept in the cache with the scores."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtqe.config import NamedMetric
from mtqe.corpus.base import Translations
from mtqe.errors import DataError, MetricError
from mtqe.evaluation.evaluate import score_translations
from mtqe.evaluation.translate import Translated
from mtqe.metrics.base import Details
from mtqe.metrics.surface import CHRF
from mtqe.run import MANIFEST, SPANS, Run
from mtqe.support.cache import Cache
from tests.engines import corpus
from tests.span_metric import ASKED, BadWords, register

TEXTS = ["fine", "bad 🙂 word bad", None]


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    register(monkeypatch)


@pytest.fixture
def cache(tmp_path):
    made = Cache(tmp_path / "cache")
    yield made
    made.close()


def evaluate(metrics, output=None, cache=None, checks=(), texts=TEXTS):
    sample = corpus(["s 1", "s 2", "s 3"], ["r", "r", "r"])
    given = [
        Translated(Translations.from_texts("one", sample, texts)),
        Translated(Translations.from_texts("two", sample, ["bad", *texts[1:]])),
    ]
    return score_translations(sample, given, metrics, output, cache=cache, checks=checks)


def bad(**options):
    return [NamedMetric("words", BadWords(**options))]


def test_spans_and_sub_scores_are_in_the_run(tmp_path):
    made = evaluate(bad(), tmp_path / "run")
    read = Run.read(tmp_path / "run")
    ids = read.segments["segment_id"].tolist()
    assert read.spans.equals(made.spans)
    rows = read.spans[["segment_id", "system", "start", "end", "text"]].to_numpy().tolist()
    assert rows == [
        [ids[1], "one", 0, 3, "bad"],
        [ids[1], "one", 11, 14, "bad"],
        [ids[0], "two", 0, 3, "bad"],
        [ids[1], "two", 0, 3, "bad"],
        [ids[1], "two", 11, 14, "bad"],
    ]
    first = read.spans.iloc[0]
    assert (first["origin"], first["side"], first["severity"]) == (
        "metric:words",
        "target",
        "major",
    )
    assert (first["confidence"], first["explanation"]) == (0.75, "it says bad")
    assert read.spans["category"].isna().all()
    (origin,) = read.manifest.origins
    assert (origin.name, origin.metric, origin.spans) == ("metric:words", "words", 5)
    scores = read.segments["words/words"].tolist()
    assert scores[:2] == [1.0, 4.0]
    assert np.isnan(scores[2])


def test_what_does_not_fit_is_named_in_the_notes():
    run = evaluate(bad(shift=1))
    assert run.spans["text"].tolist() == ["ad ", "ad "]
    (info,) = run.manifest.metrics
    assert any("name another text" in note for note in info.notes)
    assert any("lie outside" in note for note in info.notes)


def test_a_rerun_has_them_without_asking_again(cache):
    first = evaluate(bad(), cache=cache)
    again = evaluate(bad(), cache=cache)
    assert again.spans.equals(first.spans)
    assert again.manifest.origins == first.manifest.origins
    asked = len(ASKED)
    other = evaluate([*bad(), NamedMetric("chrf", CHRF())], cache=cache)  # of the same samples
    assert len(ASKED) == asked == 3
    assert other.spans.equals(first.spans)


def test_scores_that_were_cached_without_spans_are_asked_for_again(cache):
    class Older(BadWords):
        gives_details = False

    evaluate([NamedMetric("words", Older())], cache=cache)
    ASKED.clear()
    run = evaluate(bad(), cache=cache)
    assert len(ASKED) == 3
    assert len(run.spans) == 5


def test_an_interrupted_run_keeps_what_was_done(cache):
    with pytest.raises(KeyboardInterrupt):
        evaluate(bad(stop_after=2), cache=cache)
    ASKED.clear()
    run = evaluate(bad(), cache=cache)
    assert len(ASKED) == 1
    assert len(run.spans) == 5


def test_details_for_another_number_of_samples_are_refused_in_a_sentence():
    @dataclass(frozen=True)
    class Short(BadWords):
        def stream_details(self, samples, pool):
            for chunk in super().stream_details(samples, pool):
                yield chunk._replace(details=[Details(), Details()])

    with pytest.raises(MetricError, match="details of 2 samples with statistics of 1"):
        evaluate([NamedMetric("words", Short())])


def test_a_metric_without_spans_leaves_an_empty_frame():
    run = evaluate([NamedMetric("chrf", CHRF())])
    assert len(run.spans) == 0
    assert "origin" in run.spans.columns
    assert run.manifest.origins == ()


def test_findings_with_a_place_are_spans_of_their_check():
    run = evaluate([NamedMetric("chrf", CHRF())], checks=None, texts=["one 7", "s 2", None])
    frame = run.spans
    assert frame["origin"].str.startswith("check:").all()
    numbers = frame[frame["origin"] == "check:numbers"]
    assert {(row.side, row.text) for row in numbers.itertuples()} >= {("target", "7")}
    texts = run.segments.set_index(["segment_id", "system"])
    for row in frame.itertuples():
        column = "source" if row.side == "source" else "hypothesis"
        assert texts.loc[(row.segment_id, row.system), column][row.start : row.end] == row.text
        assert row.explanation


def test_folders_of_version_0_1_are_still_read(tmp_path):
    evaluate(bad(), tmp_path / "run")
    (tmp_path / "run" / SPANS).unlink()
    manifest = json.loads((tmp_path / "run" / MANIFEST).read_text())
    del manifest["origins"]
    (tmp_path / "run" / MANIFEST).write_text(json.dumps(manifest))
    run = Run.read(tmp_path / "run")
    assert len(run.spans) == 0
    assert run.spans.columns[0] == "segment_id"


@pytest.mark.parametrize(
    ("column", "value"), [("severity", "awful"), ("side", "middle"), ("system", "x"), ("end", -1)]
)
def test_damaged_spans_are_refused(tmp_path, column, value):
    evaluate(bad(), tmp_path / "run")
    path = shutil.copytree(tmp_path / "run", tmp_path / "copy") / SPANS
    table = pq.read_table(path)
    kind = table.schema.field(column).type
    place = table.column_names.index(column)
    changed = table.set_column(place, column, pa.array([value] * table.num_rows, kind))
    pq.write_table(changed, path)
    with pytest.raises(DataError, match=SPANS):
        _ = Run.read(path.parent).spans


def test_a_folder_without_its_spans_is_refused(tmp_path):
    evaluate(bad(), tmp_path / "run")
    (tmp_path / "run" / SPANS).unlink()
    with pytest.raises(DataError, match=SPANS):
        Run.read(tmp_path / "run")


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("end", lambda old: [*old[:-1], 99], "row 5 marks characters 11 to 99 of a text of 14"),
        ("text", lambda old: ["good", *old[1:]], "row 1 names another text than it marks"),
        ("segment_id", lambda old: ["no such", *old[1:]], "row 1 marks a text that the run does"),
    ],
)
def test_spans_outside_their_text_are_refused(tmp_path, column, values, said):
    evaluate(bad(), tmp_path / "run")
    path = tmp_path / "run" / SPANS
    table = pq.read_table(path)
    place = table.column_names.index(column)
    kind = table.schema.field(column).type
    changed = pa.array(values(table[column].to_pylist()), kind)
    pq.write_table(table.set_column(place, table.schema.field(column), changed), path)
    with pytest.raises(DataError) as error:
        _ = Run.read(tmp_path / "run").spans
    assert said in str(error.value)
