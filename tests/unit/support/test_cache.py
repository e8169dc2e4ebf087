"""The cache: what it promises about damage, many processes, room and keys."""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import random
import shutil
import sqlite3
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.errors import MtqeError
from mtqe.support.cache import FILE, Cache, cache_key
from tests.volumes import small_volume

PARTS = st.lists(st.none() | st.text(st.characters(exclude_categories=[])), max_size=4)


def key(text):
    return cache_key("test", text)


@pytest.fixture
def cache(tmp_path):
    made = Cache(tmp_path / "cache")
    yield made
    made.close()


@given(PARTS, PARTS)
def test_equal_keys_mean_equal_parts(first, second):
    assert (cache_key("k", *first) == cache_key("k", *second)) == (first == second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("k", "a", "b"), ("k", "ab")),
        (("k", "a", ""), ("k", "a")),
        (("k", None), ("k", "null")),
        (("k", None), ("k",)),
        (("k", 'a","b'), ("k", "a", "b")),
        (("k", "a"), ("ka",)),
        (("k", "\ud800"), ("k", "\\ud800")),
        (("k", "é"), ("k", "e\u0301")),
    ],
)
def test_keys_are_unambiguous_where_joining_would_not_be(one, other):
    assert cache_key(*one) != cache_key(*other)


def test_what_is_put_is_found_by_the_next_process_too(cache):
    cache.put("translation", [(key("a"), b"1"), (key("b"), b"")])
    assert cache.get([key("a"), key("b"), key("c")]) == {key("a"): b"1", key("b"): b""}
    other = Cache(cache.path.parent)
    assert other.get([key("a")]) == {key("a"): b"1"}
    other.close()


def test_a_second_value_replaces_the_first(cache):
    cache.put("translation", [(key("a"), b"1")])
    cache.put("translation", [(key("a"), b"2")])
    assert cache.get([key("a")]) == {key("a"): b"2"}


def test_many_keys_at_once(cache):
    entries = {key(str(number)): str(number).encode() for number in range(5_000)}
    cache.put("translation", entries.items())
    assert cache.get(list(entries)) == entries


def test_nothing_is_made_before_it_is_needed(tmp_path):
    Cache(tmp_path / "cache").close()
    assert not (tmp_path / "cache").exists()


WRITER = """
import sys
from pathlib import Path
from mtqe.support.cache import Cache, cache_key
cache = Cache(Path(sys.argv[1]))
for number in range(300):
    cache.put("translation", [(cache_key("test", f"{sys.argv[2]}-{number}"), sys.argv[2].encode())])
    cache.put("translation", [(cache_key("test", f"both-{number}"), b"same")])
cache.close()
"""


def test_processes_that_write_at_once_lose_nothing(cache):
    folder = str(cache.path.parent)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, folder, name], stderr=subprocess.PIPE, text=True
        )
        for name in ("one", "two", "three")
    ]
    for writer in writers:
        assert writer.communicate()[1] == ""
    for name in ("one", "two", "three"):
        assert len(cache.get([key(f"{name}-{number}") for number in range(300)])) == 300
    assert cache.info().entries == {"translation": 1200}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"no database at all" * 100, id="garbage"),
        pytest.param(lambda data: data[: len(data) // 2], id="truncated"),
        pytest.param(lambda data: data[:100] + b"\xff" * (len(data) - 100), id="overwritten"),
    ],
)
def test_a_damaged_file_is_set_aside_with_one_line(tmp_path, caplog, damage):
    _fill(tmp_path)
    path = tmp_path / FILE
    path.write_bytes(damage(path.read_bytes()))
    cache = Cache(tmp_path)
    with caplog.at_level(logging.WARNING):
        cache.get([key("a")])
        cache.put("translation", [(key("a"), b"new")])
    assert cache.get([key("a")]) == {key("a"): b"new"}
    assert len(caplog.records) == 1
    assert "The cache was damaged" in caplog.text
    assert len(list(tmp_path.glob(f"{FILE}.damaged-*"))) == 1
    cache.close()


def _fill(folder):
    cache = Cache(folder)
    cache.put("translation", [(key(str(number)), b"x" * 100) for number in range(500)])
    cache.put("translation", [(key("a"), b"old")])
    cache.close()


def test_an_empty_file_is_a_new_cache(tmp_path, caplog):
    (tmp_path / FILE).touch()
    cache = Cache(tmp_path)
    cache.put("translation", [(key("a"), b"1")])
    assert cache.get([key("a")]) == {key("a"): b"1"}
    assert not caplog.records
    cache.close()


@pytest.mark.parametrize("version", [1, 7, -1])
def test_a_file_of_another_version_is_set_aside(tmp_path, caplog, version):
    _fill(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    cache = Cache(tmp_path)
    assert cache.get([key("a")]) == {}
    assert f"version {version} instead of" in caplog.text
    cache.put("translation", [(key("a"), b"1")])
    assert cache.get([key("a")]) == {key("a"): b"1"}
    cache.close()


@pytest.mark.parametrize(
    "change",
    [
        "value = CAST(IIF(SUBSTR(value, 1, 1) = X'00', X'01', X'00') || SUBSTR(value, 2) AS BLOB)",
        "value = CAST(SUBSTR(value, 1, LENGTH(value) - 1)"
        " || IIF(SUBSTR(value, -1) = X'00', X'01', X'00') AS BLOB)",
        "value = CAST(value || X'00' AS BLOB)",
        "value = value || 'text that is no UTF-8'",
        "value = SUBSTR(value, 1, 4)",
        "value = X''",
        "value = 'text'",
        "value = 5",
    ],
)
def test_a_damaged_value_is_a_miss_and_never_a_wrong_score(tmp_path, change):
    _fill(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(f"UPDATE entries SET {change} WHERE key = ?", (key("a"),))
    connection.close()
    cache = Cache(tmp_path)
    assert cache.get([key("a"), key("7")]) == {key("7"): b"x" * 100}
    cache.close()


def test_a_value_moved_to_another_key_is_a_miss(tmp_path):
    _fill(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as connection:
        query = "UPDATE entries SET value = (SELECT value FROM entries WHERE key = ?) WHERE key = ?"
        connection.execute(query, (key("7"), key("a")))
    connection.close()
    cache = Cache(tmp_path)
    assert cache.get([key("a")]) == {}
    cache.close()


def test_a_folder_that_cannot_be_made_costs_the_cache_and_one_line(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("translation", [(key("a"), b"1")])
    assert cache.get([key("a")]) == {}
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Going on without the cache" in caplog.text


def test_a_read_only_folder_costs_the_cache_and_one_line(tmp_path, caplog):
    with small_volume(tmp_path / "volume") as volume:
        _fill(volume.path)
        volume.make_read_only()
        cache = Cache(volume.path)
        cache.put("translation", [(key("b"), b"1")])
        assert cache.get([key("b")]) == {}
        assert len(caplog.records) == 1
        with pytest.raises(MtqeError, match=r"can't be deleted \(Read-only file system\)"):
            cache.clear()
        cache.close()


def test_a_full_disk_costs_the_cache_and_one_line(tmp_path, caplog):
    with small_volume(tmp_path / "volume") as volume:
        cache = Cache(volume.path)
        cache.put("translation", [(key("a"), b"kept")])
        for number in range(40):
            cache.put("translation", [(key(str(number)), b"x" * 100_000)])
        assert len(caplog.records) == 1
        cache.close()
        again = Cache(volume.path)
        assert again.get([key("a")]) in ({key("a"): b"kept"}, {})
        again.close()


def test_prune_drops_what_was_longest_unused(cache):
    for day in range(10):
        cache.put("translation", [(key(f"{day}-{number}"), b"x" * 300) for number in range(100)])
    connection = sqlite3.connect(cache.path)
    for day in range(10):
        keys = [(day, key(f"{day}-{number}")) for number in range(100)]
        connection.executemany("UPDATE entries SET day = ? WHERE key = ?", keys)
    connection.commit()
    connection.close()
    cache.get([key(f"0-{number}") for number in range(100)])
    before = cache.info().bytes
    assert cache.prune(150_000) >= 500
    assert len(cache.get([key(f"0-{number}") for number in range(100)])) == 100
    assert len(cache.get([key(f"9-{number}") for number in range(100)])) == 100
    assert cache.get([key(f"1-{number}") for number in range(100)]) == {}
    cache.close()
    assert cache.path.stat().st_size < before / 2


def test_pruning_within_the_limit_drops_nothing(cache):
    cache.put("translation", [(key("a"), b"1")])
    assert cache.prune() == 0
    assert cache.prune(0) == 1


def test_a_cache_that_outgrew_its_limit_shrinks_by_itself(tmp_path):
    cache = Cache(tmp_path, limit=200_000)
    cache.put("translation", [(key(str(number)), b"x" * 300) for number in range(100)])
    cache.keep_bounded()
    assert cache.info().entries == {"translation": 100}
    cache.put("translation", [(key(str(number)), b"x" * 300) for number in range(100, 1000)])
    cache.close()
    cache.keep_bounded()
    cache.close()
    assert cache.path.stat().st_size <= 200_000
    assert cache.info().entries["translation"] > 100
    cache.close()


def test_clear_drops_everything_set_aside_files_too(tmp_path):
    _fill(tmp_path)
    (tmp_path / f"{FILE}.damaged-1").touch()
    cache = Cache(tmp_path)
    cache.get([key("a")])
    cache.clear()
    assert list(tmp_path.iterdir()) == []
    assert cache.info().entries == {}
    cache.close()


def forge(path, entry, value):
    """Put an entry into a cache as another user might who can write to its folder."""
    cache = Cache(path.parent / "elsewhere")
    cache.put("translation", [(entry, value)])
    cache.close()
    with sqlite3.connect(cache.path) as connection:
        query = "SELECT value FROM entries WHERE key = ?"
        ((sealed,),) = connection.execute(query, (entry,)).fetchall()
    connection.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE entries SET value = ? WHERE key = ?", (sealed, entry))
    connection.close()


def test_an_entry_that_another_user_forged_is_a_miss(tmp_path):
    _fill(tmp_path)
    forge(tmp_path / FILE, key("a"), b"forged")
    cache = Cache(tmp_path)
    assert cache.get([key("a"), key("7")]) == {key("7"): b"x" * 100}
    cache.put("translation", [(key("a"), b"again")])
    assert cache.get([key("a")]) == {key("a"): b"again"}
    cache.close()


def test_nobody_else_may_read_the_cache(tmp_path):
    _fill(tmp_path / "cache")
    opened = Cache(tmp_path / "cache")
    opened.put("translation", [(key("b"), b"1")])
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "cache").iterdir()}
    assert {f"{FILE}-wal", FILE} < modes.keys()
    assert set(modes.values()) == {0o600}
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    opened.close()


def test_a_cache_that_others_could_read_is_taken_from_them(tmp_path):
    _fill(tmp_path)
    tmp_path.chmod(0o755)
    (tmp_path / FILE).chmod(0o644)
    cache = Cache(tmp_path)
    assert cache.get([key("a")]) == {key("a"): b"old"}
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    cache.close()


@pytest.mark.parametrize("spoil", [lambda p: p.chmod(0o644), lambda p: p.write_bytes(b"short")])
def test_a_secret_that_others_may_know_is_not_believed(tmp_path, spoil):
    _fill(tmp_path)
    (secret,) = tmp_path.glob("cache-*.key")
    before = secret.read_bytes()
    spoil(secret)
    cache = Cache(tmp_path)
    assert cache.get([key("a")]) == {}
    assert secret.read_bytes() != before
    assert len(secret.read_bytes()) == 32
    assert secret.stat().st_mode & 0o777 == 0o600
    cache.close()


def test_another_version_s_cache_is_left_alone(tmp_path):
    """Each form of the file has a name of its own."""
    older = tmp_path / "cache-v1.sqlite"
    connection = sqlite3.connect(older)
    connection.execute("CREATE TABLE entries (key BLOB)")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    before = older.read_bytes()
    _fill(tmp_path)
    assert older.read_bytes() == before
    cache = Cache(tmp_path)
    assert cache.get([key("a")]) == {key("a"): b"old"}
    cache.clear()
    assert list(tmp_path.iterdir()) == []


def write_older(folder, entries):
    """A cache as version 0.1 wrote it."""
    connection = sqlite3.connect(folder / "cache-v1.sqlite")
    connection.execute("CREATE TABLE entries (key BLOB, kind TEXT, value BLOB, day INTEGER)")
    for entry, kind, value in entries:
        checksum = hashlib.blake2b(entry + value, digest_size=8).digest()
        row = (entry, kind, checksum + value, 20_000)
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", row)
    connection.execute("UPDATE entries SET value = ? WHERE key = ?", (b"damaged!", key("c")))
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()


OLDER = [
    (key("a"), "translation", b"paid for"),
    (key("b"), "comparison", b"computed in a second"),
    (key("c"), "translation", b"whole"),
]


def test_what_version_0_1_translated_is_not_paid_for_again(tmp_path):
    write_older(tmp_path, OLDER)
    cache = Cache(tmp_path)
    keys = [entry for entry, *_ in OLDER]
    assert cache.get(keys) == {key("a"): b"paid for"}
    assert (tmp_path / "cache-v1.sqlite").is_file(), "version 0.1 may still use it"
    cache.close()
    again = Cache(tmp_path)
    assert again.get(keys) == {key("a"): b"paid for"}
    again.close()


def test_an_older_cache_that_others_could_write_to_is_not_believed(tmp_path):
    write_older(tmp_path, OLDER)
    (tmp_path / "cache-v1.sqlite").chmod(0o666)
    cache = Cache(tmp_path)
    assert cache.get([key("a")]) == {}
    cache.close()


def test_damaged_files_are_deleted_after_a_week(tmp_path):
    old, young = (tmp_path / f"cache-v1.sqlite.damaged-{number}" for number in (1, 2))
    for path in (old, young):
        path.touch()
    os.utime(old, (1, 1))
    _fill(tmp_path)
    assert not old.exists()
    assert young.exists()


def test_info_counts_entries_by_kind(cache):
    cache.put("translation", [(key("a"), b"1"), (key("b"), b"1")])
    cache.put("statistics", [(key("c"), b"1")])
    info = cache.info()
    assert info.entries == {"statistics": 1, "translation": 2}
    assert info.bytes > 0


def test_a_cache_that_nobody_closes_closes_its_file(tmp_path):
    cache = Cache(tmp_path)
    cache.put("translation", [(key("a"), b"1")])
    connection = cache._connection

    del cache
    gc.collect()

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_no_mutation_of_the_file_gives_a_wrong_value_or_ends_a_run(tmp_path, caplog):
    """100 mutations: each entry is what it was, or is a miss."""
    chance = random.Random("cache")
    _fill(tmp_path / "sound")
    data = (tmp_path / "sound" / FILE).read_bytes()
    (secret,) = (tmp_path / "sound").glob("cache-*.key")
    right = {key(str(number)): b"x" * 100 for number in range(500)} | {key("a"): b"old"}
    for number in range(100):
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copy2(secret, folder)
        bad = bytearray(data)
        for _ in range(chance.choice([1, 3, 40])):
            place = chance.randrange(len(bad))
            bad[place : place + chance.choice([1, 4, 64])] = chance.randbytes(chance.choice([1, 4]))
        (folder / FILE).write_bytes(bad)
        cache = Cache(folder)
        for entry, value in cache.get(list(right)).items():
            assert value == right[entry]
        cache.put("translation", [(key("new"), b"1")])
        assert cache.get([key("new")]) in ({key("new"): b"1"}, {})
        cache.info()
        cache.prune(1000)
        cache.close()
        shutil.rmtree(folder)
