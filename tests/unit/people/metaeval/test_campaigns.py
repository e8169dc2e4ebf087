"""Campaigns from folders, score files, tables and runs, and what is refused with one sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from mtqe.errors import ConfigError, DataError
from mtqe.people.metaeval.campaign_folder import Choice, read_campaign
from mtqe.people.metaeval.read_campaigns import read_campaigns
from mtqe.people.metaeval.score_files import parse_name
from mtqe.people.ratings import add_scores
from mtqe.people.ratings.rating import Rating
from mtqe.run.writing import write_run
from tests.command_line import mtqe
from tests.gate_runs import run_of

GOLDEN = Path(__file__).parents[3] / "golden" / "metaeval"
SYSTEMS = ("anna", "bert", "carl", "dora", "emil", "fred")
SEGMENTS = 24


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(GOLDEN, tmp_path / "campaign"))


def scores(path, value="0.5", systems=SYSTEMS, segments=SEGMENTS):
    path.write_text("".join(f"{s}\t{value}\n" * segments for s in systems), encoding="utf-8")
    return path


def read(folder, *extra, **choice):
    return read_campaign(folder, "en-xx", Choice(kind="mqm", extra=tuple(extra), **choice))


def names(campaign):
    return [metric.name for metric in campaign.metrics]


@pytest.mark.parametrize(
    ("name", "metric", "references", "label"),
    [
        ("COMET-22-refA.seg.score", "COMET-22", {"refA"}, "COMET-22"),
        ("COMETKiwi-src.sys.score", "COMETKiwi", set(), "COMETKiwi[noref]"),
        ("BLEU-refA.refB.seg.score", "BLEU", {"refA", "refB"}, "BLEU"),
        ("chrF-all.seg.score", "chrF", {"post"}, "chrF"),
        ("YiSi-1.seg.score", "YiSi-1", set(), "YiSi-1"),
        ("mine-post.seg.score", "mine", {"post"}, "mine"),
    ],
)
def test_names_of_score_files(name, metric, references, label):
    found = parse_name(Path(name), ["post"])
    assert (found.metric, found.references, found.label) == (metric, references, label)


def test_metrics_of_another_reference_are_left_out_and_counted(folder):
    first = read(folder)
    assert names(first) == ["blind[noref]", "coarse", "smooth"]
    assert first.notes == (
        "Metrics that look at refA or no reference; 1 files of others left out.",
    )
    assert names(read(folder, reference="refB")) == ["blind[noref]", "other"]


def test_system_scores_come_from_their_own_file_or_from_segments(folder):
    smooth = read(folder, metrics=("smooth",)).metrics[0]
    assert smooth.systems == pytest.approx(smooth.segments.mean(axis=1))
    file = folder / "metric-scores" / "en-xx" / "smooth-refA.sys.score"
    scores(file, "7", segments=1)
    assert read(folder, metrics=("smooth",)).metrics[0].systems.tolist() == [7] * 6


def test_rated_references_count_when_asked_but_not_the_one_that_metrics_look_at(folder):
    (folder / "references").mkdir()
    for name in ("refA", "refB"):
        (folder / "references" / f"en-xx.{name}.txt").write_text("x\n" * SEGMENTS)
    for file in (
        *(folder / "human-scores").glob("*.mqm.seg.score"),
        *(folder / "metric-scores" / "en-xx").glob("*"),
    ):
        file.write_text(file.read_text() + "refA\t1\n" * SEGMENTS + "refB\t1\n" * SEGMENTS)
    assert read(folder).systems == SYSTEMS
    assert read(folder, human_translations=True).systems == (*SYSTEMS, "refB")


def test_a_score_file_and_columns_of_tables_join_the_folders_metrics(folder, tmp_path):
    file = scores(tmp_path / "mine-refA.seg.score")
    rows = [
        {"segment_id": number + 1, "system": system, "first": 0.5, "second": number, "text": "x"}
        for system in SYSTEMS
        for number in range(SEGMENTS)
    ]
    frame = pd.DataFrame(rows)
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.drop(columns="second").rename(columns={"first": "third"}).to_parquet(
        tmp_path / "b.parquet"
    )
    frame.rename(columns={"first": "fourth"})[["segment_id", "system", "fourth"]].to_csv(
        tmp_path / "c.tsv", index=False, sep="\t"
    )
    found = read(folder, file, tmp_path / "a.csv", tmp_path / "b.parquet", tmp_path / "c.tsv")
    assert names(found)[3:] == ["mine", "first", "second", "third", "fourth"]
    assert found.metrics[5].segments[0].tolist() == list(range(SEGMENTS))


def test_a_table_alone_is_a_campaign_for_each_language_pair(tmp_path):
    frame = pd.DataFrame(
        [
            {"lp": lp, "src": f"text {n}", "system": s, "human": n + len(s), "metric": n * len(s)}
            for lp in ("en-de", "de-en")
            for n in range(5)
            for s in ("a", "bb", "ccc")
        ]
    )
    frame.loc[2, "human"] = None
    frame.to_csv(tmp_path / "scores.tsv", index=False, sep="\t")
    first, second = read_campaigns(tmp_path / "scores.tsv")
    assert (first.name, second.name) == ("en-de", "de-en")
    assert (first.rated.sum(), second.rated.sum()) == (14, 15)
    assert names(first) == ["metric"]
    (only,) = read_campaigns(tmp_path / "scores.tsv", ["de-en"])
    assert only.name == "de-en"
    with pytest.raises(ConfigError, match=r"has no rows of en-zh; it has en-de and de-en"):
        read_campaigns(tmp_path / "scores.tsv", ["en-zh"])
    with pytest.raises(ConfigError, match=r"called 'stars'; say with --human-scores"):
        read_campaigns(tmp_path / "scores.tsv", choice=Choice(kind="stars"))


def broken(folder, tmp_path, what):
    mine = tmp_path / "mine-refA.seg.score"
    if what == "one segment too few":
        return scores(mine, segments=SEGMENTS - 1)
    if what == "lengths that differ":
        scores(mine)
        return mine.write_text(mine.read_text() + "fred\t1\n") and mine
    if what == "a system that people scored is missing":
        return scores(mine, systems=SYSTEMS[1:])
    if what == "an unknown system":
        outputs = folder / "system-outputs" / "en-xx"
        outputs.mkdir(parents=True)
        for system in SYSTEMS:
            (outputs / f"{system}.txt").write_text("x\n" * SEGMENTS)
        return scores(mine, systems=(*SYSTEMS, "gina"))
    if what == "None":
        return scores(mine, "None")
    if what in {"nan", "inf", "1_0", "good"}:
        return scores(mine, what)
    if what == "three cells":
        return scores(mine, "1 2")
    if what == "two metrics of one name":
        return scores(tmp_path / "smooth-refA.seg.score")
    if what == "two scores of a system":
        return scores(tmp_path / "mine-refA.sys.score", segments=2)
    if what == "no such file":
        return tmp_path / "nothing.seg.score"
    if what == "not a table":
        return scores(tmp_path / "mine.txt")
    table = tmp_path / "table.tsv"
    rows = {
        "no system": "segment_id\tscore\n1\t2\n",
        "no segment": "system\tscore\nanna\t2\n",
        "an unknown segment": "system\tsegment_id\tscore\nanna\t99\t2\n",
        "a row twice": "system\tsegment_id\tscore\nanna\t1\t2\nanna\t1\t2\n",
        "no numbers": "system\tsegment_id\tscore\nanna\t1\tgood\n",
        "an empty system": "system\tsegment_id\tscore\n\t1\t2\n",
    }
    table.write_text(rows[what], encoding="utf-8")
    return table


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("one segment too few", r"has 23 scores per system, but people's scores are of 24 segm"),
        ("lengths that differ", r"anna has 24 scores and fred 25; give one per segment"),
        ("a system that people scored is missing", r"has no scores of anna, which people scored"),
        ("an unknown system", r"has scores of gina, which the test set does not have"),
        ("None", r"anna, segment '1' has no score, but people rated it \(132 such translations\)"),
        ("nan", r"line 1: 'nan' is not a score; write a number, or None"),
        ("inf", r"line 1: 'inf' is not a score"),
        ("1_0", r"line 1: '1_0' is not a score"),
        ("good", r"line 1: 'good' is not a score"),
        ("three cells", r"line 1: expected a system and a score"),
        ("two metrics of one name", r"two metrics are called smooth; rename a file"),
        ("two scores of a system", r"anna has 2 scores; a .sys.score file has one per system"),
        ("no such file", r"nothing.seg.score is missing"),
        ("not a table", r"mine.txt is neither a score file .* nor a table"),
        ("no system", r"no column names the system; add one called 'system'"),
        ("no segment", r"no column names the segment; add one called 'segment_id'"),
        ("an unknown segment", r"the segment '99' is not in the test set"),
        ("a row twice", r"segment '1' of anna stands twice; keep one row"),
        ("no numbers", r"no column holds numbers alone; add one of scores"),
        ("an empty system", r"line 2: 'system' is empty; fill it in"),
    ],
)
def test_bad_scores_are_one_sentence(folder, tmp_path, what, sentence):
    with pytest.raises(DataError, match=sentence) as refused:
        read(folder, broken(folder, tmp_path, what))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("None", "anna, line 1 “Guten Morgen 1” has no score"),
        ("a row twice", "line 1 “Guten Morgen 1” of anna stands twice"),
    ],
)
def test_segments_are_named_by_their_line_and_text(folder, tmp_path, what, sentence):
    (folder / "sources").mkdir()
    lines = [f"Guten Morgen {n}\n" for n in range(1, SEGMENTS + 1)]
    (folder / "sources" / "en-xx.txt").write_text("".join(lines), encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        read(folder, broken(folder, tmp_path, what))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--human-scores", "stars"], "no 'stars' scores of en-xx; choose with --human-scores"),
        (["--language-pair", "en-de"], "has no scores of en-de; it has en-xx"),
        (["--reference", "refZ"], "'refZ' is not a reference here; choose --reference from"),
        (["--metric", "BLEU"], "there is no metric 'BLEU'; choose from blind[noref], coarse"),
        (["--statistic", "spa"], "'spa' is not a statistic; choose from system-spa"),
        ([f"--without={s}" for s in SYSTEMS[1:]], "1 system left to compare"),
        (["--without", "nobody"], "there is no system 'nobody' to leave out"),
    ],
)
def test_bad_options_are_one_sentence(folder, arguments, sentence):
    result = mtqe("metaeval", folder, "--permutations", 0, *arguments)
    assert result.code == 1
    assert sentence in result.err
    assert result.err.count("\n") == 1


def test_people_of_two_lengths_are_refused(folder):
    file = folder / "human-scores" / "en-xx.mqm.seg.score"
    file.write_text(file.read_text() + "fred\t1\n")
    with pytest.raises(DataError, match=r"anna has 24 scores for 25 segments|fred has 25 scores"):
        read(folder)


def test_neither_run_nor_folder_nor_table(tmp_path):
    with pytest.raises(DataError, match=r"is not a run folder, a folder with human-scores/"):
        read_campaigns(tmp_path)


def test_the_command_prints_text_markdown_and_json(folder):
    common = ["metaeval", folder, "--human-scores", "mqm", "--permutations", 200]
    text = mtqe(*common, "--p-values").out
    assert text.startswith("en-xx: 6 systems scored by people (mqm), 132 ratings of 22 segments\n")
    assert "SPA (system): p-value that the row's metric is not better" in text
    assert "| metric | SPA (system) |" in mtqe(*common, "--markdown").out
    (found,) = json.loads(mtqe(*common, "--json").out)
    spa = found["statistics"][0]
    assert spa["statistic"] == "system-spa"
    assert {standing["rank"] for standing in spa["standings"]} <= {1, 2, 3}
    assert len(spa["tests"]) == 3
    assert all(test["permutations"] in {100, 200} for test in spa["tests"])
    again = mtqe(*common, "--json").out
    assert json.loads(again) == [found]


def test_a_run_with_ratings_is_a_campaign(tmp_path):
    run = run_of(12, {"a": 1, "b": 3, "c": 6}, ("chrf", "ter"))
    ratings = [
        Rating(
            segment_id=str(row.segment_id),
            systems=(str(row.system),),
            source=str(row.source),
            hypothesis=str(row.hypothesis),
            kind="da",
            rater="ana",
            score=100.0 - 10 * str(row.hypothesis).count("xx"),
        )
        for row in run.segments.itertuples()
        if row.segment_id != "s3"
    ]
    folder = tmp_path / "run"
    write_run(folder, run)
    with pytest.raises(ConfigError, match=r"no scores by people; add them with `mtqe human`"):
        read_campaigns(folder)
    write_run(tmp_path / "rated", add_scores(run, ratings).run)
    (found,) = read_campaigns(tmp_path / "rated")
    assert found.systems == ("a", "b", "c")
    assert read_campaigns(tmp_path / "rated", ["en-en"])[0].name == "en-en"
    with pytest.raises(ConfigError, match=r"is of en-en; leave --language-pair out"):
        read_campaigns(tmp_path / "rated", ["en-de"])
    assert found.rated.sum() == 33
    assert names(found) == ["chrf", "ter"]
    assert all(metric.systems[0] > metric.systems[2] for metric in found.metrics)
