"""Damaged run folders are refused in one sentence, whatever is wrong with them."""

from __future__ import annotations

import json
import resource
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtqe.compare import compare_run
from mtqe.compare.paired_scores import reducer
from mtqe.errors import DataError
from mtqe.run import FINDINGS, MANIFEST, SEGMENTS, SPANS, STATISTICS, Run
from mtqe.run.bounded import read_bounded
from tests.fuzz.runs import sound_run, use


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return sound_run(tmp_path_factory.mktemp("sound") / "run")


@pytest.fixture
def folder(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "run")


def test_a_sound_run_is_read(folder):
    use(folder)


def column(name, values):
    def change(table):
        place = table.column_names.index(name)
        return table.set_column(place, name, values(table[name]))

    return change


CHANGES = {
    "a row is missing": (lambda t: t.slice(1), "it has 5 rows and not 6"),
    "a row is there twice": (lambda t: pa.concat_tables([t, t.slice(5)]), "7 rows and not 6"),
    "a column is missing": (lambda t: t.drop_columns(["segment_id"]), "column 'segment_id' is"),
    "a column is of another type": (
        column("system", lambda c: pa.array(range(len(c)))),
        "column 'system' is missing, or of another type",
    ),
    "a system is another": (
        column("system", lambda c: pa.array(["a"] * 5 + ["c"])),
        "its rows of 'b' are not where",
    ),
    "systems stand in another order": (lambda t: t.take([3, 4, 5, 0, 1, 2]), "rows of 'a' are not"),
    "segments stand in another order": (lambda t: t.take([0, 1, 2, 4, 3, 5]), "rows of 'b' are no"),
    "a segment is there twice": (lambda t: t.take([0, 0, 2, 3, 3, 5]), "it has a segment twice"),
    "an id is missing": (
        column("segment_id", lambda c: pa.array([None, *c.to_pylist()[1:]], pa.string())),
        "",
    ),
}


@pytest.mark.parametrize("name", [SEGMENTS, STATISTICS])
@pytest.mark.parametrize("change", CHANGES)
def test_tables_must_be_those_of_the_manifest(folder, name, change):
    alter, says = CHANGES[change]
    pq.write_table(alter(pq.read_table(folder / name)), folder / name)
    with pytest.raises(DataError, match=name) as error:
        use(folder)
    assert says in str(error.value)
    assert str(error.value).count("\n") == 0


def test_scores_are_finite_numbers(folder):
    table = pq.read_table(folder / SEGMENTS)
    infinite = column("chrf", lambda c: pa.array([float("inf")] * len(c)))(table)
    pq.write_table(infinite, folder / SEGMENTS)
    with pytest.raises(DataError, match="'chrf' has infinite numbers"):
        _ = Run.read(folder).segments


def test_severities_are_known_ones(folder):
    table = pq.read_table(folder / FINDINGS)
    pq.write_table(
        column("severity", lambda c: pa.array(["awful"] * len(c)))(table), folder / FINDINGS
    )
    with pytest.raises(DataError, match="a severity is none that mtqe knows"):
        _ = Run.read(folder).findings


@pytest.mark.parametrize("name", [SEGMENTS, STATISTICS, FINDINGS, SPANS])
def test_a_missing_table_is_told_at_once(folder, name):
    (folder / name).unlink()
    with pytest.raises(DataError, match=f"{name} can't be read"):
        Run.read(folder)


def edited(path, *keys):
    """Set a value of `run.json` by its keys, the last of which is the value."""
    *way, last, value = keys
    data = json.loads(path.read_text(encoding="utf-8"))
    part = data
    for key in way:
        part = part[key]
    part[last] = value
    path.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (("systems", 1, "name", "a"), "names no system, or one twice"),
        (("systems", []), "names no system, or one twice"),
        (("metrics", 1, "name", "bleu"), "names a metric twice"),
        (("corpus", "segments", 0), "it has no segment"),
        (("corpus", "segments", 10**30), "rows and not"),
        (("corpus", "slices", ["domain"]), "its column 'metadata.domain' is missing"),
        (("systems", 0, "scores", []), "the scores of 'a' are not one for each metric"),
        (("metrics", 0, "decimals", 10**9), "decimals are not between"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_told(folder, keys, says):
    edited(folder / MANIFEST, *keys)
    with pytest.raises(DataError, match="make the run again") as error:
        Run.read(folder)
    assert says in str(error.value)


ROWS = 200_000
MOST = 200 << 10
"""KiB by which refusing a table may enlarge this process."""


def enlarged(folder, name, *values):
    """The table with many more rows, of which the manifest knows; `values` are in a column."""
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["corpus"]["segments"] = ROWS // 2
    (folder / MANIFEST).write_text(json.dumps(manifest))
    zero = pa.array(np.zeros(ROWS, np.int32))
    table = pq.read_table(folder / name)
    columns = {
        column: pa.array([None] * ROWS, table[column].type)
        if pa.types.is_list(table[column].type) or pa.types.is_floating(table[column].type)
        else pa.DictionaryArray.from_arrays(zero, pa.array(values or ["a"])).cast(pa.string())
        if column == "system"
        else pa.array(["a"] * ROWS)
        for column in table.column_names
    }
    pq.write_table(pa.table(columns), folder / name, write_statistics=False)


@pytest.mark.parametrize("name", [SEGMENTS, STATISTICS])
def test_a_table_that_becomes_far_more_than_its_bytes_is_refused(folder, name):
    enlarged(folder, SEGMENTS)
    enlarged(folder, STATISTICS)
    enlarged(folder, name, "q" * 8_000)
    assert (folder / name).stat().st_size < 1_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError, match=f"{name} decodes to more than 256 MiB") as error:
        Run.read(folder).table(name)
    assert str(error.value).count("\n") == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST


def test_a_table_of_millions_of_empty_cells_is_refused_before_it_is_read(folder):
    """Parquet keeps a column of one value in some bytes, whatever its rows."""
    sound = pq.read_table(folder / STATISTICS)
    rows = 40_000_000
    nothing = pa.nulls(rows, pa.float64())
    pq.write_table(
        pa.table({"bleu/1": nothing}), folder / "many.parquet", compression="zstd",
        write_statistics=False,
    )  # fmt: skip
    assert (folder / "many.parquet").stat().st_size < 1_000_000
    with pytest.raises(DataError, match="decodes to more than 256 MiB"):
        read_bounded(folder / "many.parquet", sound.nbytes)


def test_tables_of_many_row_groups_are_refused_when_the_run_is_opened(folder):
    table = pq.read_table(folder / SEGMENTS)
    with pq.ParquetWriter(folder / SEGMENTS, table.schema) as writer:
        for _ in range(1_200):
            writer.write_table(table.slice(0, 1))
    with pytest.raises(DataError, match="1,200 row groups for 1,200 rows, as no run has"):
        Run.read(folder)


def test_an_encoding_that_hides_its_size_is_refused(folder):
    texts = pa.table({"system": ["q" * 2_000] * 200_000})
    path = folder / "texts.parquet"
    pq.write_table(
        texts, path, use_dictionary=False, column_encoding={"system": "DELTA_BYTE_ARRAY"},
        write_statistics=False,
    )  # fmt: skip
    with pytest.raises(DataError, match="'system' is encoded as mtqe writes no table"):
        read_bounded(path, 1)


def test_a_table_of_many_equal_texts_is_read(folder):
    """As a test set has that repeats its sentences; each is looked up in the dictionary."""
    texts = pa.table({"source": ["A sentence that comes again and again."] * 2_000_000})
    pq.write_table(texts, folder / "texts.parquet", compression="zstd")
    assert read_bounded(folder / "texts.parquet", 1).num_rows == 2_000_000


@pytest.mark.parametrize("change", ["drop", "append"])
def test_a_metric_has_its_own_number_of_statistics(folder, change):
    table = pq.read_table(folder / STATISTICS)
    place = next(n for n, name in enumerate(table.column_names) if name.startswith("bleu/"))
    changed = (
        table.remove_column(place)
        if change == "drop"
        else table.append_column("bleu/more", table.column(place))
    )
    pq.write_table(changed, folder / STATISTICS)
    with pytest.raises(DataError, match=r"statistics of bleu and not \d+: statistics.parquet is"):
        compare_run(Run.read(folder))


@pytest.mark.parametrize("value", [1e308, -1e16])
def test_numbers_that_no_texts_have_are_refused(folder, value):
    table = pq.read_table(folder / STATISTICS)
    place = next(n for n, name in enumerate(table.column_names) if name.startswith("chrf/"))
    name = table.column_names[place]
    huge = table.set_column(place, name, pa.array([value] * table.num_rows))
    pq.write_table(huge, folder / STATISTICS)
    with pytest.raises(DataError, match=r"has numbers beyond 1e\+15"):
        compare_run(Run.read(folder))


def test_statistics_that_give_no_score_are_refused(folder):
    metric = next(info for info in Run.read(folder).manifest.metrics if info.name == "chrf")
    sums = np.full((2, len(metric.build().statistic_names)), np.nan)
    with pytest.raises(DataError, match="the run's statistics of chrF give no score"):
        reducer(metric)(sums)


def test_tables_that_do_not_agree_on_what_is_scored_are_refused(folder):
    table = pq.read_table(folder / SEGMENTS)
    nothing = column("chrf", lambda c: pa.nulls(len(c), pa.float64()))(table)
    pq.write_table(nothing, folder / SEGMENTS)
    with pytest.raises(DataError, match="do not agree which translations chrF scores"):
        compare_run(Run.read(folder))
