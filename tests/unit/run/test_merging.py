"""Runs of parts of a test set, merged: the run of all segments."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from mtqe.checks.registry import check_class
from mtqe.compare.own_comparison import own_comparison, with_comparison
from mtqe.config import NamedMetric, default_checks
from mtqe.corpus.base import Corpus, Segment, Translations
from mtqe.corpus.readers.ids import content_ids
from mtqe.errors import ConfigError, DataError, IncompatibleRuns, MetricError
from mtqe.evaluation.evaluate import score_translations
from mtqe.evaluation.translate import Translated
from mtqe.metrics.human import Human
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.surface import BLEU, CHRF
from mtqe.people.ratings import add_scores
from mtqe.people.ratings.rating import Rating
from mtqe.run import STATISTICS, Run, merged, write_run
from mtqe.run.manifest import SystemInfo
from mtqe.run.merging.manifest import _sum
from mtqe.run.merging.notes import left_out, notes_of
from mtqe.support.cost import Usage
from tests.command_line import mtqe
from tests.span_metric import BadWords, register
from tests.unit.checks.test_texts import made_test_set

ENDS = [0, 70, 71, 250]
"""Where the parts begin and end."""
METRICS = [
    NamedMetric("bleu", BLEU()),
    NamedMetric("chrf", CHRF()),
    NamedMetric("words", BadWords(stop_after=10**6)),
]


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    register(monkeypatch)


def texts_and_corpus():
    """Texts in documents, with a slice, missing translations and words that are marked."""
    corpus, systems = made_test_set(("en", "de"), seed=3)
    segments = tuple(
        replace(
            segment,
            document=f"d{number // 10}",
            metadata={"domain": "news" if number < 100 else "talk"},
        )
        for number, segment in enumerate(corpus)
    )
    corpus = replace(corpus, segments=segments)
    texts = {item.system: [one and f"{one} bad" for one in item.hypotheses] for item in systems}
    return corpus, texts


def scored(corpus, texts, metrics=METRICS, checks=None):
    translated = [
        Translated(Translations.from_texts(name, corpus, given)) for name, given in texts.items()
    ]
    return score_translations(corpus, translated, metrics, checks=checks)


def part(corpus, texts, start, stop):
    return (
        replace(corpus, segments=corpus.segments[start:stop]),
        {name: given[start:stop] for name, given in texts.items()},
    )


def scored_part(corpus, texts, start, stop, **options):
    some, given = part(corpus, texts, start, stop)
    return scored(some, given, **options)


def parts_of(corpus, texts, **options):
    return [scored_part(corpus, texts, *ends, **options) for ends in pairwise(ENDS)]


def same_tables(found: Run, whole: Run) -> None:
    for name in ("segments", "spans"):
        ours, theirs = getattr(found, name), getattr(whole, name)
        pd.testing.assert_frame_equal(ours[list(theirs)], theirs, check_exact=True)
    for metric in whole.manifest.metrics:
        for system in whole.manifest.systems:
            np.testing.assert_array_equal(
                found.statistics(metric.name, system.name),
                whole.statistics(metric.name, system.name),
            )


def test_merged_runs_are_the_run_of_all_segments(tmp_path, monkeypatch):
    corpus, texts = texts_and_corpus()
    checks = [c for c in default_checks(corpus.languages) if c.by_segment]
    whole = scored(corpus, texts, checks=checks)
    expected = own_comparison(whole)
    folders = [
        write_run(tmp_path / str(number), run).folder
        for number, run in enumerate(parts_of(corpus, texts, checks=checks))
    ]
    monkeypatch.setattr("mtqe.compare.own_comparison._latest", {})
    assert mtqe("merge", *folders, "-o", tmp_path / "whole", "--no-report").code == 0
    found = Run.read(tmp_path / "whole")
    same_tables(found, whole)
    assert len(whole.spans) > 100
    assert len(whole.findings) > 30
    order = ["segment_id", "system", "check", "message"]
    ours, theirs = (run.findings.sort_values(order)[order] for run in (found, whole))
    assert ours.to_numpy().tolist() == theirs.to_numpy().tolist()
    assert found.manifest.corpus == whole.manifest.corpus
    assert found.manifest.checks == whole.manifest.checks
    assert found.manifest.origins == whole.manifest.origins
    assert list(map(timeless, found.manifest.systems)) == list(
        map(timeless, whole.manifest.systems)
    )
    assert found.manifest.verdict == whole.manifest.verdict
    assert [metric.signature for metric in found.manifest.metrics] == [
        metric.signature for metric in whole.manifest.metrics
    ]
    monkeypatch.setattr("mtqe.compare.own_comparison._latest", {})
    assert own_comparison(found) == expected  # intervals, p-values, ranks
    assert all(score.low is not None for s in found.manifest.systems for score in s.scores)


def timeless(system: SystemInfo) -> dict[str, object]:
    """A system without its notes, which say of which part they are."""
    return system.model_dump(exclude={"seconds", "notes"})


def test_findings_of_checks_that_compare_segments_are_left_out():
    corpus, texts = texts_and_corpus()
    parts = parts_of(corpus, texts)
    found = merged(parts)
    assert {check.name for check in parts[0].manifest.checks} > {"duplicates", "numbers"}
    assert "numbers" in {check.name for check in found.manifest.checks}
    kinds = [check_class(check.name) for check in found.manifest.checks]
    assert all(kind.by_segment or kind.by_part for kind in kinds)
    assert set(found.findings["check"]) <= {check.name for check in found.manifest.checks}
    assert set(found.manifest.systems[0].findings) <= set(found.findings["check"])
    (note,) = (note for note in found.manifest.corpus.notes if note.startswith("merged:"))
    assert "duplicates" in note
    assert "which look at other segments, too" in note
    left_out = note.split(" of ")[1].split(", which")[0].split(", ")
    assert not {"numbers", "empty", "truncation", "omission", "leakage"} & {*left_out}
    again = merged([found, scored_part(renamed(corpus), texts, 0, 70)])
    (same,) = (note for note in again.manifest.corpus.notes if note.startswith("merged:"))
    assert same == note


def renamed(corpus):
    """The same texts with other ids and sources."""
    segments = (replace(s, id=f"again {s.id}", source=f"{s.source} again") for s in corpus)
    return replace(corpus, segments=tuple(segments))


def test_empty_translations_of_parts_are_findings_of_the_whole():
    corpus, texts = texts_and_corpus()
    texts = {name: ["", *given[1:71], "", *given[72:]] for name, given in texts.items()}
    found, whole = merged(parts_of(corpus, texts)), scored(corpus, texts)
    ours, theirs = (
        run.findings[run.findings["check"] == "empty"][["segment_id", "system", "severity"]]
        for run in (found, whole)
    )
    assert ours.to_numpy().tolist() == theirs.to_numpy().tolist()
    assert {"0", "71"} <= set(ours["segment_id"])
    assert (
        found.manifest.systems[0].findings["empty"] == whole.manifest.systems[0].findings["empty"]
    )


def test_a_check_that_not_all_parts_made_is_named():
    corpus, texts = texts_and_corpus()
    numbers, tags = (
        [check for check in default_checks(corpus.languages) if check.name in names]
        for names in ({"numbers", "tags"}, {"tags"})
    )
    found = merged(
        [
            scored_part(corpus, texts, 0, 70, checks=numbers),
            scored_part(corpus, texts, 70, 250, checks=tags),
        ]
    )
    assert [check.name for check in found.manifest.checks] == ["tags"]
    note = "merged: no findings of numbers, which not all parts made alike"
    assert note in found.manifest.corpus.notes


def test_ids_that_were_made_of_texts_are_numbered_through(tmp_path):
    lines = [f"line {number % 40}" for number in range(100)]
    for name, rows in {"whole": lines, "a": lines[:45], "b": lines[45:]}.items():
        (tmp_path / f"{name}.txt").write_text("".join(f"{row} bad\n" for row in rows))
        done = mtqe(
            *("score", "--reference", tmp_path / f"{name}.txt", "--target-language", "en"),
            *(
                "--hypothesis",
                f"x={tmp_path / name}.txt",
                "--hypothesis",
                f"y={tmp_path / name}.txt",
            ),
            *("-m", "chrf", "-m", "badwords", "-o", tmp_path / name, "--no-report", "--no-cache"),
        )
        assert done.code == 0, done.err
    whole, *parts = (Run.read(tmp_path / name) for name in ("whole", "a", "b"))
    found = merged(parts)
    for name in ("segments", "spans"):
        ours, theirs = (getattr(run, name)["segment_id"].tolist() for run in (found, whole))
        assert ours == theirs
    assert found.manifest.corpus.hash == whole.manifest.corpus.hash
    assert found.manifest.systems[0].identity["file"] == "a.txt, b.txt"


def test_a_segment_that_two_runs_have_is_named():
    corpus, texts = texts_and_corpus()
    runs = [scored_part(corpus, texts, *ends, checks=()) for ends in ((0, 70), (60, 250))]
    with pytest.raises(DataError, match="run 1 and run 2 both have a segment '60'"):
        merged(runs)
    with pytest.raises(DataError, match="run 1 and run 3 are of the same segments"):
        merged([runs[0], runs[1], runs[0]])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"texts": lambda texts: {"a": texts["a"]}}, r"in systems \(\['a', 'b'\] and \['a'\]\)"),
        ({"metrics": METRICS[:2]}, "differ in metrics"),
        (
            {"metrics": [NamedMetric("bleu", BLEU(smooth_method="floor")), *METRICS[1:]]},
            "differ in the options of bleu",
        ),
        (
            {"corpus": lambda corpus: with_two_references(corpus)},
            r"differ in corpus.references \(1 and 2\)",
        ),
    ],
)
def test_runs_that_differ_are_refused_with_the_field(change, said):
    corpus, texts = texts_and_corpus()
    first = scored_part(corpus, texts, 0, 70, checks=())
    corpus, texts = part(corpus, texts, 70, 250)
    corpus = change.get("corpus", lambda given: given)(corpus)
    texts = change.get("texts", lambda given: given)(texts)
    other = scored(corpus, texts, change.get("metrics", METRICS), checks=())
    with pytest.raises(IncompatibleRuns, match=said):
        merged([first, other])


def with_two_references(corpus: Corpus) -> Corpus:
    twice = (Segment(s.id, s.source, s.references * 2, s.document) for s in corpus)
    return replace(corpus, segments=tuple(twice))


def test_engines_of_other_versions_are_refused():
    corpus, texts = texts_and_corpus()
    runs = parts_of(corpus, texts, checks=())
    manifest = runs[1].manifest
    systems = [s.model_copy(update={"identity": {"version": "2"}}) for s in manifest.systems]
    other = Run(None, manifest.model_copy(update={"systems": tuple(systems)}), runs[1].tables())
    with pytest.raises(IncompatibleRuns, match=r"run 1 and run 2 differ in the .* of a"):
        merged([runs[0], other])


def test_metrics_that_depend_on_all_references_are_refused(monkeypatch):
    corpus, texts = texts_and_corpus()
    runs = parts_of(corpus, texts, checks=())
    monkeypatch.setattr(CHRF, "fitted", lambda metric, references: BERTScore(idf=True))
    with pytest.raises(ConfigError, match="scores by chrf depend on all references"):
        merged(runs)


def rated(run, raters, score, kind="esa"):
    rows = run.segments.dropna(subset="hypothesis").iloc[::7]
    ratings = [
        Rating(row.segment_id, (row.system,), row.source, row.hypothesis, kind, rater, score + n)
        for n, row in enumerate(rows.itertuples())
        for rater in raters
    ]
    return add_scores(run, ratings).run


def test_people_s_scores_of_parts_are_those_of_the_whole():
    corpus, texts = texts_and_corpus()
    parts = parts_of(corpus, texts, checks=())
    parts = [
        rated(run, ["ana", "ben"][:n], 10.0 * n) for n, run in zip((1, 2, 1), parts, strict=True)
    ]
    found = merged(parts)
    info = found.manifest.metrics[-1]
    assert info.name == "esa"
    assert info.build() == Human("esa", 0, info.options["digest"], "")
    assert info.options["digest"] not in {
        run.manifest.metrics[-1].options["digest"] for run in parts
    }
    signature = f"kind:esa|raters:unknown|ratings:{info.options['digest']}"
    assert info.signature == signature
    for system in found.manifest.systems:
        assert system.score("esa").signature == signature
        rows = np.concatenate([run.statistics("esa", system.name) for run in parts])
        assert system.score("esa").score == pytest.approx(np.nanmean(rows[:, 0]))
        assert system.score("esa").segments == np.isfinite(rows[:, 0]).sum()
    backwards = merged(parts[::-1]).manifest.metrics[-1]
    stepwise = merged([merged(parts[:2]), parts[2]]).manifest.metrics[-1]
    assert backwards.signature == stepwise.signature == signature
    assert "rated by 2 people (part 2)" in info.notes
    with pytest.raises(MetricError, match="can't be computed again"):
        info.build().check()


def test_people_s_scores_of_other_kinds_are_refused():
    corpus, texts = texts_and_corpus()
    first, other, _ = parts_of(corpus, texts, checks=())
    first = rated(first, ["ana"], 1.0)
    added = rated(other, ["ana"], 1.0, kind="da").manifest
    metrics = [m.model_copy(update={"name": "esa"}) if m.name == "da" else m for m in added.metrics]
    other = rated(other, ["ana"], 1.0)
    manifest = other.manifest.model_copy(update={"metrics": tuple(metrics)})
    with pytest.raises(IncompatibleRuns, match=r"options of esa \(\{'kind': 'esa'\}"):
        merged([first, Run(None, manifest, other.tables())])


def test_one_run_or_a_run_as_output_is_refused(tmp_path):
    corpus, texts = texts_and_corpus()
    runs = parts_of(corpus, texts, checks=())
    with pytest.raises(ConfigError, match="two or more runs"):
        merged(runs[:1])
    folders = [write_run(tmp_path / str(n), run).folder for n, run in enumerate(runs)]
    done = mtqe("merge", *folders, "-o", folders[1])
    assert done.code == 1
    assert "is one of the runs to merge" in done.err


@pytest.mark.parametrize("given", ["run.json", ".", "../1/run.json"])
def test_a_run_as_output_is_refused_however_it_is_named(tmp_path, given):
    corpus, texts = texts_and_corpus()
    runs = parts_of(corpus, texts, checks=())
    folders = [write_run(tmp_path / str(n), run).folder for n, run in enumerate(runs)]
    before = (folders[1] / "run.json").read_bytes()
    done = mtqe("merge", folders[0], folders[1] / given, folders[2], "-o", folders[1])
    assert done.code == 1
    assert "is one of the runs to merge" in done.err
    assert (folders[1] / "run.json").read_bytes() == before


def test_systems_of_the_corpus_s_own_tables_may_lie_in_files_of_other_names(tmp_path):
    for name, number in (("ma", 1), ("mb", 2)):
        header = "source\treference\thypothesis:x\thypothesis:y"
        table = f"{header}\nHaus {number}\thouse {number}\thouse\tthe house\n"
        (tmp_path / f"{name}.tsv").write_text(table)
        done = mtqe(
            *("score", "--corpus", tmp_path / f"{name}.tsv"),
            *(
                "--source-language",
                "de",
                "--target-language",
                "en",
                "-m",
                "chrf",
                "-o",
                tmp_path / name,
                "--no-report",
            ),
        )
        assert done.code == 0, done.err
    found = merged([Run.read(tmp_path / name) for name in ("ma", "mb")])
    assert [s.identity["backend"] for s in found.manifest.systems] == ["corpus", "corpus"]
    assert found.manifest.systems[0].identity["file"] == "ma.tsv, mb.tsv"


def with_ids(some, ids):
    corpus, texts = some
    segments = tuple(replace(segment, id=name) for segment, name in zip(corpus, ids, strict=True))
    return scored(replace(corpus, segments=segments), texts, METRICS[:1], checks=())


def test_ids_that_only_look_like_made_ones_stay_and_are_refused_twice():
    corpus, texts = texts_and_corpus()
    first = with_ids(part(corpus, texts, 0, 40), [str(20240101 + n) for n in range(40)])
    other = with_ids(part(corpus, texts, 40, 70), [str(20240131 + n) for n in range(30)])
    apart = with_ids(part(corpus, texts, 40, 70), [str(20240201 + n) for n in range(30)])
    with pytest.raises(DataError, match="run 1 and run 2 both have a segment '20240131'"):
        merged([first, other])
    ids = merged([first, apart]).segments["segment_id"].tolist()[:70]
    assert ids == [str(20240101 + n) for n in range(40)] + [str(20240201 + n) for n in range(30)]


def test_a_made_id_beside_own_ones_is_numbered_through():
    corpus, texts = texts_and_corpus()
    segments = tuple(replace(segment, source="once more") for segment in corpus)
    corpus = replace(corpus, segments=segments)
    (made,) = content_ids(["once more"])
    runs = [
        with_ids(part(corpus, texts, 0, 2), ["20240101", made]),
        with_ids(part(corpus, texts, 2, 5), [made, "20240102", f"{made}.2"]),
    ]
    ids = merged(runs).segments["segment_id"].tolist()[:5]
    assert ids == ["20240101", made, f"{made}.2", "20240102", f"{made}.3"]


def test_a_damaged_run_is_named(tmp_path):
    corpus, texts = texts_and_corpus()
    folders = [
        write_run(tmp_path / str(n), run).folder
        for n, run in enumerate(parts_of(corpus, texts, checks=()))
    ]
    table = pq.read_table(tmp_path / "1" / STATISTICS)
    pq.write_table(table.drop_columns([table.column_names[2]]), tmp_path / "1" / STATISTICS)
    done = mtqe("merge", *folders, "-o", tmp_path / "whole")
    assert done.code == 1
    assert f"{tmp_path / '1'} has 9 statistics of bleu and not 10" in done.err
    assert not (tmp_path / "whole").exists()


def test_what_was_used_is_added_where_all_parts_tell():
    first = Usage(2, 1, 30, 5, 6, cost=0.5, currency="USD", latency=0.1, latency_p95=0.2)
    assert _sum(first, first) == Usage(4, 2, 60, 10, 12, cost=1.0, currency="USD")
    assert _sum(first, replace(first, cost=None)).cost is None


def test_notes_of_parts_say_of_which():
    corpus, texts = texts_and_corpus()
    found = with_comparison(merged(parts_of(corpus, texts, checks=())))
    assert found.systems[0].failures == sum(text is None for text in texts["a"])
    assert all("(part" in note for note in found.systems[0].notes)


def test_notes_that_count_say_of_which_parts_they_are():
    wrong = "54 of 60 segments: The source looks like German. Are the languages named right?"
    noted = notes_of(
        [
            ["1 empty hypothesis", "no sources", "licence CC BY-NC 4.0"],
            ["1 empty hypothesis", "no sources", wrong, "licence CC BY-NC 4.0", "a word"],
        ]
    )
    assert noted == (
        "1 empty hypothesis (each of parts 1, 2)",
        "no sources",
        "licence CC BY-NC 4.0",
        f"{wrong[:-1]} (part 2)?",
        "a word (part 2)",
    )
    again = notes_of([noted, ["1 empty hypothesis", "no sources", "a word"]])
    assert again == (
        "1 empty hypothesis (each of parts 1.1, 1.2, 2)",
        "no sources",
        "licence CC BY-NC 4.0 (part 1)",
        f"{wrong[:-1]} (part 1.2)?",
        "a word (parts 1.2, 2)",
    )


def test_notes_of_checks_left_out_are_put_together():
    first = left_out({"length": "which look", "numbers": "which differ"}, [])
    assert first == (
        "merged: no findings of length, which look",
        "merged: no findings of numbers, which differ",
    )
    assert notes_of([first, first]) == ()
    assert left_out({"duplicates": "which look", "length": "which look"}, [first, ["other"]]) == (
        "merged: no findings of length, duplicates, which look",
        "merged: no findings of numbers, which differ",
    )
