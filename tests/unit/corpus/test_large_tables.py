"""Tables that lie on disk: corpora, translations, notes and errors are those of small ones."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import json
import os
import random
import tempfile
import threading
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtqe.backends.existing.recorded import RecordedBackend
from mtqe.corpus import LanguagePair, bounded, large_text, stored
from mtqe.corpus.base import HeldOutcomes
from mtqe.corpus.readers import ColumnMapping, hypotheses, read_dataset
from mtqe.corpus.readers import large as large_readers
from mtqe.corpus.readers import large_tables as tables
from mtqe.corpus.readers.cells import StoredCells
from mtqe.corpus.readers.tables import load_table
from mtqe.corpus.stored import StoredSegments, StoredTexts
from mtqe.errors import MtqeError

DE_EN = LanguagePair("de", "en")
PIECES = ("grün", "a", "日本語", "\U0001f600 smile", "one two", "\u2028", "\x85", "'=x", 'say "no"')
ROWS = 60


@pytest.fixture
def lowered(monkeypatch, tmp_path):
    """Take every file for a large one, read a few bytes at a time."""

    def lower():
        folder = tmp_path / "scratch"
        folder.mkdir(exist_ok=True)
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        monkeypatch.setattr(large_text, "LARGE", 20)
        monkeypatch.setattr(bounded, "BLOCK", 64)
        monkeypatch.setattr(tables, "ROWS_AT_ONCE", 5)
        monkeypatch.setattr(large_readers, "AT_ONCE", 7)
        monkeypatch.setattr(stored, "AT_ONCE", 7)
        monkeypatch.setattr(stored, "PIECE_ROWS", 72)  # 9 where columns are written side by side

    return lower


def columns(seed: int = 1, rows: int = ROWS) -> dict[str, list[str]]:
    chosen = random.Random(seed)

    def texts(*, empty: int = 0) -> list[str]:
        made = ["".join(chosen.choices(PIECES, k=3)) for _ in range(rows)]
        return ["" if empty and n % empty == 3 else text for n, text in enumerate(made)]

    return {
        "id": [f"id{n}" for n in range(rows)],
        "source": texts(empty=11),
        "reference": texts(empty=7),
        "ref2": texts(),
        "document": [f"d{n // 9}" if n % 10 else "" for n in range(rows)],
        "domain": texts(empty=5),
        "hypothesis:one": texts(empty=9),
        "hypothesis:two": texts(),
        "score:esa:one": [str(n) if n % 4 else "" for n in range(rows)],
    }


def tsv(cells: dict[str, list[str]], end: str = "\n") -> bytes:
    rows = [list(cells), *map(list, zip(*cells.values(), strict=True))]
    return "".join("\t".join(row) + end for row in rows).encode()


def as_csv(cells: dict[str, list[str]], delimiter: str = ",", end: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(cells)
    writer.writerows(zip(*cells.values(), strict=True))
    return out.getvalue().encode()


def objects(cells: dict[str, list[str]]) -> list[dict[str, object]]:
    """JSON objects with nulls, numbers, lists, and keys that some lack."""
    found: list[dict[str, object]] = []
    for n, row in enumerate(zip(*cells.values(), strict=True)):
        item: dict[str, object] = dict(zip(cells, row, strict=True))
        item["number"] = n if n % 3 else None
        item["flag"] = {"deep": [n, None]} if n % 2 else True
        if n % 5 == 0:
            item["reference"] = None
        if n % 6 == 1:
            del item["domain"]
        if n > ROWS // 2:
            item["late"] = "x"
        if n % 8 == 3:
            item["hypothesis:one"] = None
        found.append(item)
    return found


def jsonl(items: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items).encode()


def parquet(groups: int = 20, **given: object) -> bytes:
    cells: dict[str, object] = {**columns(), **given}
    out = io.BytesIO()
    pq.write_table(pa.table(cells), out, row_group_size=groups)
    return out.getvalue()


def with_breaks() -> dict[str, list[str]]:
    cells = columns()
    cells["source"][4] = "one\ntwo, \r\nthree\r\n"
    cells["ref2"][ROWS - 2] = "tab\tand\n\n\nlines"
    return cells


LISTS = [{"id": n, "src": f"s{n}", "references": ["a", None, "b"][: n % 4]} for n in range(ROWS)]
GOOD = {
    "a.tsv": lambda: tsv(columns()),
    "mark.tsv": lambda: "\ufeff".encode() + tsv(columns()),
    "returns.tsv": lambda: tsv(columns(), "\r\n"),
    "no-end.tsv": lambda: tsv(columns()).removesuffix(b"\n"),
    "a.tsv.gz": lambda: gzip.compress(tsv(columns())),
    "no-ids.tsv": lambda: tsv({k: v for k, v in columns().items() if k != "id"}),
    "a.csv": lambda: as_csv(columns()),
    "mark.csv": lambda: "\ufeff".encode() + as_csv(with_breaks()),
    "semicolons.csv": lambda: as_csv(with_breaks(), ";", "\n"),
    "said.csv": lambda: b"sep=|\r\n" + as_csv(with_breaks(), "|"),
    "a.csv.gz": lambda: gzip.compress(as_csv(with_breaks())),
    "a.jsonl": lambda: jsonl(objects(columns())),
    "returns.jsonl": lambda: jsonl(objects(columns())).replace(b"\n", b"\r\n"),
    "lists.jsonl": lambda: jsonl(LISTS),
    "a.parquet": lambda: parquet(),
    "a.parquet.gz": lambda: gzip.compress(parquet()),
    "typed.parquet": lambda: parquet(
        id=pa.array(range(ROWS)),
        reference=pa.array([None if n % 5 else f"r{n}" for n in range(ROWS)]),
        ref2=pa.array(["same", None, "other"] * (ROWS // 3)).dictionary_encode(),
        domain=pa.array([datetime.date(2026, 1, 1 + n % 28) for n in range(ROWS)]),
        document=pa.array(["d"] * ROWS, pa.large_string()),
        late=pa.array([{"a": n} for n in range(ROWS)]),
        nothing=pa.nulls(ROWS),
        references=pa.array([["x"] * (n % 3) for n in range(ROWS)]),
        **{"score:esa:one": pa.array([n / 4 for n in range(ROWS)])},
    ),
}


def changed(**given: str) -> dict[str, list[str]]:
    """The columns with one cell in the last rows changed."""
    cells = columns()
    for name, text in given.items():
        cells[name][ROWS - 3] = text
    return cells


def odd(**given: object) -> list[dict[str, object]]:
    items = objects(columns())
    items[ROWS - 3] |= given
    return items


def lines_with(data: bytes, *wrong: tuple[int, bytes]) -> bytes:
    """A file with lines replaced."""
    lines = data.split(b"\n")
    for place, line in wrong:
        lines[place] = line
    return b"\n".join(lines)


BAD = {
    "narrow.tsv": lambda: lines_with(tsv(columns()), (40, b"a\tb")),
    "narrow-then-bytes.tsv": lambda: lines_with(tsv(columns()), (9, b"a"), (50, b"\xff")),
    "narrow-then-nul.tsv": lambda: lines_with(tsv(columns()), (9, b"a"), (50, b"\0")),
    "nul-then-bytes.tsv": lambda: lines_with(tsv(columns()), (9, b"\0"), (50, b"\xc3")),
    "narrow-then-ends.tsv": lambda: lines_with(tsv(columns()), (9, b"a"), (50, b"b\r")),
    "header-then-ends.tsv": lambda: lines_with(tsv(columns()), (0, b"a\ta"), (50, b"b\r")),
    "header-then-narrow.tsv": lambda: lines_with(tsv(columns()), (0, b"a\t\tb"), (50, b"b")),
    "repeated.tsv": lambda: tsv(changed(id="id7")),
    "no-id.tsv": lambda: tsv(changed(id="")),
    "no-source.tsv": lambda: tsv({k: v for k, v in columns().items() if k != "source"}),
    "no-number.tsv": lambda: tsv(changed(**{"score:esa:one": "many"})),
    "damaged.tsv.gz": lambda: gzip.compress(tsv(columns()))[:-30],
    "not.tsv.gz": lambda: tsv(columns()),
    "utf-16.tsv": lambda: tsv(columns()).decode().encode("utf-16"),
    "packed.tsv": lambda: gzip.compress(tsv(columns())),
    "open.csv": lambda: lines_with(as_csv(columns(), end="\n"), (30, b'a,"b')),
    "open-then-bytes.csv": lambda: lines_with(as_csv(columns()), (9, b'a,"b" c'), (50, b"\xff")),
    "quote.csv": lambda: lines_with(as_csv(with_breaks(), end="\n"), (40, b'a,"b" c,d')),
    "said-quote.csv": lambda: (
        b"sep=,\n" + lines_with(as_csv(columns(), end="\n"), (40, b'a,"b" c,d'))
    ),
    "narrow.csv": lambda: lines_with(as_csv(with_breaks(), end="\n"), (50, b"a,b")),
    "narrow-then-quote.csv": lambda: lines_with(
        as_csv(columns(), end="\n"), (20, b"a,b"), (40, b'a,"b" c')
    ),
    "bytes-then-damaged.csv.gz": lambda: gzip.compress(
        lines_with(as_csv(columns(), end="\n"), (9, b"\xff"))
    )[:-20],
    "quote-then-damaged.csv.gz": lambda: gzip.compress(
        lines_with(as_csv(columns(), end="\n"), (9, b'a,"b" c'))
    )[:-20],
    "return.csv": lambda: lines_with(as_csv(columns(), end="\n"), (40, b"a,b\rc,d")),
    "repeated.csv": lambda: as_csv({**with_breaks(), "id": ["x", *columns()["id"][:-2], "x"]}),
    "broken.jsonl": lambda: lines_with(jsonl(objects(columns())), (50, b'{"a": }')),
    "broken-then-bytes.jsonl": lambda: lines_with(
        jsonl(objects(columns())), (9, b"{"), (50, b"\xff")
    ),
    "list.jsonl": lambda: lines_with(jsonl(objects(columns())), (50, b"[1]")),
    "twice.jsonl": lambda: lines_with(jsonl(objects(columns())), (50, b'{"a": 1, "a": 2}')),
    "empty-line.jsonl": lambda: lines_with(jsonl(objects(columns())), (50, b"")),
    "null.jsonl": lambda: jsonl(odd(source=None)),
    "number.jsonl": lambda: jsonl(odd(reference=5)),
    "nul.jsonl": lambda: jsonl(odd(source="a\0b")),
    "nul-in-metadata.jsonl": lambda: jsonl(odd(domain="a\0b")),
    "nul-in-system.jsonl": lambda: jsonl(odd(**{"hypothesis:two": "a\0"})),
    "surrogate.jsonl": lambda: jsonl(objects(columns())) + b'{"source": "\\ud800"}\n',
    "surrogate-in-system.jsonl": lambda: (
        jsonl(objects(columns())) + b'{"id": "i", "source": "", "hypothesis:two": "\\ud800"}\n'
    ),
    "repeated.jsonl": lambda: jsonl(odd(id="id3")),
    "no-id.jsonl": lambda: jsonl(odd(id=None)),
    "absent.jsonl": lambda: lines_with(jsonl(objects(columns())), (50, b'{"id": "x"}')),
    "not-a-list.jsonl": lambda: jsonl([*LISTS, {"id": "x", "src": "", "references": "a"}]),
    "not-texts.jsonl": lambda: jsonl([*LISTS, {"id": "x", "src": "", "references": [1]}]),
    "null.parquet": lambda: parquet(source=pa.array([*["a"] * (ROWS - 1), None])),
    "nul.parquet": lambda: parquet(reference=pa.array([*["a"] * (ROWS - 2), None, "a\0"])),
    "number.parquet": lambda: parquet(source=pa.array(range(ROWS))),
    "repeated.parquet": lambda: parquet(id=pa.array([*columns()["id"][:-1], "id7"])),
    "twice.parquet": lambda: parquet(id=pa.array([*range(ROWS - 1), 7])),
    "bytes.parquet": lambda: parquet(domain=_not_utf8()),
    "damaged.parquet": lambda: parquet()[:200] + parquet()[230:],
    "not.parquet": lambda: tsv(columns()),
    "short.parquet": lambda: b"PA",
}


def _not_utf8() -> pa.Array:
    made = pa.array([b"a"] * (ROWS - 2) + [b"\xff", b"b"], pa.binary())
    return pa.Array.from_buffers(pa.string(), ROWS, made.buffers())


def outcome(read):
    """What reading gives, or says."""
    try:
        return read()
    except MtqeError as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("name", GOOD)
def test_a_large_table_is_read_as_a_small_one(write, lowered, name):
    path = write(name, GOOD[name]())
    small = read_dataset(path, name="x", languages=DE_EN)
    lowered()
    large = read_dataset(path, name="x", languages=DE_EN)
    assert isinstance(small.corpus.segments, tuple)
    assert isinstance(large.corpus.segments, StoredSegments)
    assert tuple(large.corpus) == small.corpus.segments
    assert [s.place for s in large.corpus] == [s.place for s in small.corpus]
    for what in ("hash", "notes", "reference_count", "slice_columns", "has_sources"):
        assert getattr(large.corpus, what) == getattr(small.corpus, what), what
    assert large.human == small.human
    assert [s.system for s in large.systems] == [s.system for s in small.systems]
    for ours, theirs in zip(large.systems, small.systems, strict=True):
        assert isinstance(ours.outcomes, HeldOutcomes)
        assert tuple(ours.outcomes) == theirs.outcomes
        assert tuple(ours.hypotheses) == theirs.hypotheses
        assert ours.failures == theirs.failures
        backend = RecordedBackend(ours, "x")
        assert backend.notes == RecordedBackend(theirs, "x").notes
        assert backend.recorded(large.corpus.segments) is ours.outcomes
        assert backend.recorded(small.corpus.segments) is None
        assert tuple(backend.translate(small.corpus.segments)) == theirs.outcomes


@pytest.mark.parametrize("name", BAD)
def test_a_large_table_is_refused_as_a_small_one(write, lowered, name):
    path = write(name, BAD[name]())
    small = outcome(lambda: read_dataset(path, name="x", languages=DE_EN))
    assert isinstance(small, str), small
    lowered()
    assert outcome(lambda: read_dataset(path, name="x", languages=DE_EN)) == small


@pytest.mark.parametrize("ending", ["tsv", "csv", "jsonl", "parquet"])
def test_the_faults_of_small_tables_have_their_lines(write, lowered, ending):
    """Not only the same words, but the right ones: ROWS - 3 is line or row ROWS - 1 or - 2."""
    made = {
        "tsv": tsv(changed(id="id7")),
        "csv": as_csv(changed(id="id7")),
        "jsonl": jsonl(odd(id="id7")),
        "parquet": parquet(id=pa.array(changed(id="id7")["id"])),
    }
    first = {"tsv": "lines 9", "csv": "lines 9", "jsonl": "lines 8", "parquet": "rows 8"}
    second = ROWS - 1 if ending in ("tsv", "csv") else ROWS - 2
    path = write(f"a.{ending}", made[ending])
    lowered()
    said = outcome(lambda: read_dataset(path, name="x", languages=DE_EN))
    assert f"{first[ending]} and {second} have the same id 'id7'" in said


def test_a_large_table_has_texts_where_it_can_and_cells_elsewhere(write, lowered):
    path = write("a.jsonl", jsonl(objects(columns())))
    small = load_table(path)
    lowered()
    large = load_table(path)
    assert isinstance(large.columns["source"], StoredTexts)
    assert isinstance(large.columns["number"], StoredCells)
    assert list(large.columns) == list(small.columns)
    for name, cells in small.columns.items():
        held = large.columns[name]
        assert list(held) == cells
        assert held[5:20:3] == cells[5:20:3]
        assert held[-1] == cells[-1]
        with pytest.raises(IndexError):
            held[len(cells)]


def test_a_table_without_sources_makes_the_same_corpus(write, lowered):
    one_sided = LanguagePair("und", "en")
    for given in ("id", None):
        cells = {k: v for k, v in columns().items() if k not in ("source", "id")}
        if given:
            cells["id"] = columns()["id"]
        path = write("a.tsv", tsv(cells))
        small = read_dataset(path, name="x", languages=one_sided).corpus
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(large_text, "LARGE", 20)
            large = read_dataset(path, name="x", languages=one_sided).corpus
        assert isinstance(large.segments, StoredSegments)
        assert tuple(large) == tuple(small)
        assert (large.notes, large.hash) == (small.notes, small.hash)
        assert not large.has_sources


@pytest.mark.parametrize("mapping", [ColumnMapping(id="absent"), ColumnMapping(metadata=())])
def test_mapped_columns_are_the_same(write, lowered, mapping):
    path = write("a.tsv", tsv(columns()))

    def read():
        return tuple(read_dataset(path, name="x", languages=DE_EN, columns=mapping).corpus)

    small = outcome(read)
    lowered()
    assert outcome(read) == small


def shuffled(cells: dict[str, list[str]]) -> dict[str, list[str]]:
    order = random.Random(3).sample(range(ROWS), ROWS)
    return {name: [texts[row] for row in order] for name, texts in cells.items()}


TRANSLATIONS = {
    "same.tsv": lambda c: tsv(c),
    "shuffled.tsv": lambda c: tsv(shuffled(c)),
    "by-source.tsv": lambda c: tsv({"source": c["source"], "hypothesis": c["hypothesis"]}),
    "shuffled.jsonl": lambda c: jsonl(
        [
            {"id": name, "hypothesis": text or None}
            for name, text in zip(shuffled(c)["id"], shuffled(c)["hypothesis"], strict=True)
        ]
    ),
    "absent.jsonl": lambda c: jsonl([{"id": name} for name in c["id"]]),
    "no-text.jsonl": lambda c: jsonl([{"id": name, "hypothesis": 3} for name in c["id"]]),
    "nul.jsonl": lambda c: jsonl([{"id": name, "hypothesis": "\0"} for name in c["id"]]),
    "unknown.tsv": lambda c: tsv({**c, "id": [*c["id"][:-1], "other"]}),
    "unknowns.tsv": lambda c: tsv({**c, "id": [f"other{n}" for n in range(ROWS)]}),
    "lacking.tsv": lambda c: tsv({name: texts[:-9] for name, texts in c.items()}),
    "repeated.tsv": lambda c: tsv({**c, "id": [*c["id"][:-1], "id0"]}),
    "no-column.tsv": lambda c: tsv({"id": c["id"], "other": c["id"]}),
    "no-ids.tsv": lambda c: tsv({"hypothesis": c["id"]}),
}


@pytest.mark.parametrize("large_corpus", [True, False])
@pytest.mark.parametrize("name", TRANSLATIONS)
def test_translations_of_a_large_table_are_matched_in_the_same_way(
    write, lowered, name, large_corpus
):
    made = columns()
    names = ("source",) if name == "by-source.tsv" else ("id", "source")
    corpus_path = write("corpus.tsv", tsv({key: made[key] for key in names}))
    cells = {"id": made["id"], "source": made["source"], "hypothesis": made["hypothesis:one"]}
    path = write(name, TRANSLATIONS[name](cells))

    def read(corpus):
        found = hypotheses.load_hypotheses(path, corpus)
        return tuple(found.texts), found.notes

    corpus = read_dataset(corpus_path, name="x", languages=DE_EN).corpus
    small = outcome(lambda: read(corpus))
    lowered()
    if large_corpus:
        corpus = read_dataset(corpus_path, name="x", languages=DE_EN).corpus
        assert isinstance(corpus.segments, StoredSegments)
    assert outcome(lambda: read(corpus)) == small


def test_ids_of_one_hash_are_told_apart(write, lowered, monkeypatch):
    made = {"id": columns()["id"], "source": columns()["source"]}
    corpus_path = write("corpus.tsv", tsv(made))
    path = write("h.tsv", tsv(shuffled({"id": made["id"], "hypothesis": made["id"]})))
    lowered()
    corpus = read_dataset(corpus_path, name="x", languages=DE_EN).corpus
    monkeypatch.setattr(large_readers, "hash", len, raising=False)
    assert list(hypotheses.load_hypotheses(path, corpus).texts) == made["id"]


def test_objects_with_ever_other_keys_are_refused_with_their_cells(write, lowered, monkeypatch):
    from mtqe.corpus.readers import json_lines

    monkeypatch.setattr(json_lines, "CELLS_MATTER", 100)
    path = write("a.jsonl", jsonl([{f"k{n}": 1} for n in range(ROWS)]))
    small = outcome(lambda: load_table(path))
    assert f"{ROWS * ROWS:,} cells" in small
    lowered()
    assert outcome(lambda: load_table(path)) == small


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.tsv", b"\t".join(b"c%d" % n for n in range(10_001)) + b"\na"),
        ("a.csv", b",".join(b"c%d" % n for n in range(10_001)) + b"\na"),
        ("a.jsonl", json.dumps({f"k{n}": n for n in range(10_001)}).encode()),
    ],
)
def test_a_large_table_of_very_many_columns_is_refused(write, lowered, name, data):
    lowered()
    said = outcome(lambda: load_table(write(name, data)))
    assert "has more than 10,000 columns" in said


def test_a_large_table_without_names_of_columns_takes_no_memory_for_them(write, lowered):
    path = write("a.tsv", b"\t" * 5_000_000)
    lowered()
    tracemalloc.start()
    try:
        said = outcome(lambda: load_table(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "has more than 10,000 columns" in said
    assert peak < 100 * path.stat().st_size


def test_a_quote_that_is_never_closed_does_not_take_the_whole_file(write, lowered, monkeypatch):
    from mtqe.corpus.readers import csv_rows

    lowered()
    monkeypatch.setattr(csv_rows, "LONGEST_ROW", 200)
    path = write("a.csv", b"a,b\n" * 29 + b'a,"b\n' + b"c,d\n" * 100)
    said = outcome(lambda: load_table(path))
    assert "line 30: the row that starts here is not valid CSV" in said
    assert "a quote is not closed" in said


def test_systems_in_a_large_corpus_s_own_table_are_those_of_a_small_one(write, lowered):
    made = columns()
    cells = {"text": made["source"], "one": made["hypothesis:one"], "two": made["source"][::-1]}
    path = write("own.tsv", tsv(cells))
    mapping = ColumnMapping(source="text", translations=("one", "two"))

    def read():
        found = read_dataset(path, name="x", languages=DE_EN, columns=mapping, systems=("one",))
        (system,) = found.systems
        two = hypotheses.load_hypotheses(path, found.corpus, system="two")
        assert found.corpus.slice_columns == ()
        return tuple(found.corpus), tuple(system.outcomes), tuple(two.texts), two.notes

    small = read()
    assert small[2] == tuple(cells["two"])
    lowered()
    assert read() == small
    copy = write("copy.tsv", path.read_bytes())
    corpus = read_dataset(path, name="x", languages=DE_EN, columns=mapping).corpus
    assert isinstance(corpus.segments, StoredSegments)
    with pytest.raises(MtqeError, match="no column of segment ids"):
        hypotheses.load_hypotheses(copy, corpus, system="two")


@pytest.mark.parametrize("depth", [5, 500])
def test_cells_are_kept_however_deep_they_are_nested(write, lowered, depth):
    deep: object = [1.5, None, "x"]
    for level in range(depth // 2):
        deep = {"a": level, "b": [deep, []], "c": {}}
    items = [item | {"deep": deep} for item in objects(columns())]
    path = write("a.jsonl", jsonl(items))
    lowered()
    held = load_table(path).columns["deep"]
    assert isinstance(held, StoredCells)
    assert list(held) == [deep] * ROWS
    assert held[7] == deep
    assert isinstance(read_dataset(path, name="x", languages=DE_EN).corpus.segments, StoredSegments)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["a.parquet", "a.tsv", "a.csv", "a.jsonl"])
def test_a_large_table_may_come_through_a_pipe(write, lowered, tmp_path, name):
    data = {
        "a.parquet": parquet,
        "a.tsv": lambda: tsv(columns()),
        "a.csv": lambda: as_csv(columns()),
        "a.jsonl": lambda: jsonl(objects(columns())),
    }[name]()
    small = read_dataset(write(name, data), name="x", languages=DE_EN).corpus
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(data,), daemon=True)
    lowered()
    writer.start()
    form = name.partition(".")[2]
    large = read_dataset(pipe, name="x", format=form, languages=DE_EN).corpus
    writer.join(60)
    assert isinstance(large.segments, StoredSegments)
    assert tuple(large) == tuple(small)
