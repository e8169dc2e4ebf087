"""Damaged run folders are refused in one sentence, whatever is wrong with them."""

from __future__ import annotations

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtqe.errors import DataError
from mtqe.run import FINDINGS, MANIFEST, SEGMENTS, SPANS, STATISTICS, Run
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
