"""`mtqe init`: proposes what lies beside the configuration, and works without a terminal."""

from __future__ import annotations

import pytest

from mtqe.config import load_config
from mtqe.config.propose import propose
from tests.command_line import mtqe
from tests.project import BAD, GOOD, REFERENCES, SOURCES, write_lines

TAGS = ("--source-language", "en", "--target-language", "es")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder with a pair of languages as its name."""
    place = tmp_path / "en-es"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def table(folder, name="corpus.tsv"):
    rows = [f"{s}\t{r}" for s, r in zip(SOURCES, REFERENCES, strict=True)]
    return write_lines(folder / name, ["source\treference", *rows])


def translations(folder):
    (folder / "hypotheses").mkdir()
    write_lines(folder / "hypotheses" / "good.txt", GOOD)
    write_lines(folder / "hypotheses" / "my engine.txt", BAD)
    write_lines(folder / "hypotheses" / "another-set.txt", BAD[:2])


def test_everything_is_found_beside_the_file(folder):
    table(folder)
    translations(folder)
    result = mtqe("init")
    assert result.code == 0, result.err
    assert "system good: hypotheses/good.txt" in result.out
    config = load_config(folder)
    assert [system.name for system in config.systems] == ["good", "my_engine"]
    assert str(config.languages) == "en-es"
    assert mtqe("validate", ".").code == 0
    run = mtqe("run", ".", "-m", "chrf", "-o", "run", "--no-cache")
    assert run.code == 0, run.err


def test_checks_and_a_gate_are_written_with_comments(folder):
    table(folder)
    translations(folder)
    mtqe("init")
    text = (folder / "mtqe.toml").read_text("utf-8")
    config = load_config(folder)
    assert [set(rule) for rule in config.gate["rules"]] == [
        {"metric", "max_drop"},
        {"max_unscored"},
    ]
    assert "[checks]" in text
    assert "# numbers = false" in text
    assert all("#" in line for line in text.splitlines() if "max_" in line)


def test_line_aligned_files_are_found_with_their_languages(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, lines in (
        ("source.de", SOURCES), ("ref.fr", REFERENCES), ("ref2.fr", GOOD), ("hyp.new.txt", BAD),
        ("reference.part", BAD[:1]),
    ):  # fmt: skip
        write_lines(tmp_path / name, lines)
    assert mtqe("init").code == 0
    config = load_config(tmp_path)
    assert (config.corpus.source, config.corpus.references) == ("source.de", ["ref.fr", "ref2.fr"])
    assert str(config.languages) == "de-fr"
    assert len(config.build_systems()) == 1
    assert mtqe("validate", ".").code == 0


def test_flags_say_everything_where_nothing_is_found(folder):
    write_lines(folder / "a", SOURCES)
    write_lines(folder / "b", REFERENCES)
    write_lines(folder / "c", GOOD)
    given = ("--source", "a", "--reference", "b", "--hypothesis", "x=c", *TAGS)
    assert mtqe("init", *given).code == 0
    assert mtqe("validate", ".").out.endswith("3 segments, 1 system, 2 rules\n")


@pytest.mark.parametrize("missing", ["--corpus", "--source-language", "--target-language"])
def test_without_an_answer_the_option_is_named(tmp_path, monkeypatch, missing):
    monkeypatch.chdir(tmp_path)
    given = {"--corpus": "c.tsv", "--source-language": "en", "--target-language": "es"}
    del given[missing]
    result = mtqe("init", "--backend", "file", *(word for pair in given.items() for word in pair))
    assert result.code == 1
    assert f"give {missing}" in result.err
    assert not (tmp_path / "mtqe.toml").exists()


def test_systems_in_the_corpus_s_own_file_are_named(folder):
    rows = [f"{s}\t{r}\t{g}" for s, r, g in zip(SOURCES, REFERENCES, GOOD, strict=True)]
    write_lines(folder / "corpus.tsv", ["source\treference\thypothesis:own", *rows])
    assert mtqe("init").code == 0
    assert "holds systems: own" in (folder / "mtqe.toml").read_text("utf-8")
    assert mtqe("validate", ".").code == 0


@pytest.mark.parametrize("name", ["my-app", "de-xx", "corpus", "a-b"])
def test_names_that_are_no_languages_propose_none(tmp_path, name):
    place = tmp_path / name
    place.mkdir()
    table(place)
    assert propose(place).source_language is None


def test_what_can_t_be_read_is_passed_over(folder):
    (folder / "a.tsv").write_bytes(b"\xff\xfe\x00")
    (folder / "b.json").write_text("{}")
    (folder / "c.xlsx").write_bytes(b"PK\x03\x04")
    table(folder, "d.tsv")
    assert propose(folder).corpus == "d.tsv"
    assert propose(folder / "nowhere").corpus is None


@pytest.mark.parametrize("place", [".", "hypotheses"])
def test_files_of_the_target_language_are_translations(folder, place):
    (folder / place).mkdir(exist_ok=True)
    write_lines(folder / "src.en", SOURCES)
    write_lines(folder / "ref.es", REFERENCES)
    write_lines(folder / place / "old.es", GOOD)
    write_lines(folder / place / "short.es", GOOD[:1])
    write_lines(folder / place / "new.es", BAD)
    found = propose(folder)
    assert sorted(found.hypotheses) == ["new", "old"]
    assert (found.source, found.references) == ("src.en", ("ref.es",))


# A table whose columns have other names


def foreign(folder, header, name="mine.csv"):
    rows = zip(SOURCES, REFERENCES, GOOD, strict=True)
    write_lines(folder / name, [header, *(",".join(f'"{text}"' for text in row) for row in rows)])


@pytest.fixture
def nameless(tmp_path, monkeypatch):
    """An empty folder whose name says no languages."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_only_table_is_proposed_with_its_languages_and_columns(nameless):
    foreign(nameless, "English,Spanish,mine")
    write_lines(nameless / "notes.txt", ["what to do"])
    result = mtqe("init", "--hypothesis", "mine=mine.csv")
    assert result.code == 0, result.err
    config = load_config(nameless)
    assert (config.corpus.path, str(config.languages)) == ("mine.csv", "en-es")
    assert (config.corpus.columns.source, config.corpus.columns.references) == (
        "English",
        ["Spanish"],
    )
    corpus = config.read_corpus()
    assert [segment.source for segment in corpus] == SOURCES
    assert [segment.references for segment in corpus] == [(text,) for text in REFERENCES]
    run = mtqe("run", ".", "-m", "chrf", "-o", "run", "--no-cache")
    assert run.code == 0, run.err
    assert "mine" in run.out


def test_a_name_with_languages_says_which_column_is_the_source(nameless):
    foreign(nameless, "ES,EN,mine", "set.en-es.csv")
    found = propose(nameless)
    assert (found.corpus, found.named) == ("set.en-es.csv", ("EN", "ES"))


@pytest.mark.parametrize(
    ("answers", "source", "references"),
    [
        (b"\n\n\n", "text", ["wanted"]),
        (b"\nwanted\n-\n", "wanted", []),
        (b"\ntext\nmine\n", "text", ["mine"]),
    ],
)
def test_columns_are_asked_for(nameless, answers, source, references):
    foreign(nameless, "text,wanted,mine")
    result = mtqe("init", *TAGS, "--backend", "file", stdin=answers)
    assert result.code == 0, result.err
    assert "mine.csv has the columns text, wanted, mine" in result.err
    columns = load_config(nameless).corpus.columns
    assert (columns.source, columns.references) == (source, references)


def test_columns_that_nobody_names_are_left_to_be_written(nameless):
    foreign(nameless, "text,wanted,mine")
    assert mtqe("init", *TAGS, "--backend", "file").code == 0
    assert load_config(nameless).corpus.columns.source is None
    assert "# columns = {" in (nameless / "mtqe.toml").read_text("utf-8")
    given = ("--column", "source=text", "--column", "reference=wanted", "--force")
    assert mtqe("init", *TAGS, *given, "--backend", "file").code == 0
    assert load_config(nameless).read_corpus()[0].references == (REFERENCES[0],)
    wrong = mtqe("init", *TAGS, "--force", "--backend", "file", stdin=b"\nteckst\n")
    assert wrong.code == 1
    assert "there is no column 'teckst'; did you mean 'text'?" in wrong.err


def test_of_several_tables_none_is_proposed(nameless):
    foreign(nameless, "English,Spanish,mine")
    foreign(nameless, "English,Spanish,mine", "other.csv")
    assert propose(nameless).corpus is None


def test_a_table_that_can_t_be_read_is_proposed_by_its_name(nameless):
    (nameless / "set.en-es.tsv").write_bytes("source\nFüße\n".encode("latin-1"))
    found = propose(nameless)
    assert (found.corpus, found.source_language, found.columns) == ("set.en-es.tsv", "en", ())
