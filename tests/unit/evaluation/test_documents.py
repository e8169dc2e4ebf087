"""Scoring translations of whole documents, from the command line, a configuration and Python."""

from __future__ import annotations

import json
import sys

import pytest

import mtqe
from mtqe.errors import MtqeError
from tests.command_line import mtqe as run_mtqe
from tests.project import write_lines

SOURCES = [
    "Die Mühle stand am Fluss.",
    "Niemand hatte sie benutzt.",
    "Ein Bäcker kam.",
    "Er buk Brot.",
]
REFERENCES = [
    "The mill stood by the river.",
    "Nobody had used it.",
    "A baker came.",
    "He baked bread.",
]
DOCUMENTS = ["a", "a", "b", "b"]
TEXTS = {"a": "The mill stood by\nthe river. Nobody used it.", "b": "A baker came. He baked bread."}
CUT = ["The mill stood by the river.", "Nobody used it.", "A baker came.", "He baked bread."]


IDS = ("--document-ids", "docs")
ONE_OF_TWO = '{"document": "a", "hypothesis": "x"}\n'
NO_NAME = '{"hypothesis": "x"}\n'


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_lines(tmp_path / "src", SOURCES)
    write_lines(tmp_path / "ref", REFERENCES)
    write_lines(tmp_path / "docs", DOCUMENTS)
    (tmp_path / "hyp.txt").write_text("\n\n".join(TEXTS.values()), encoding="utf-8")
    (tmp_path / "hyp.jsonl").write_text(
        "".join(json.dumps({"document": k, "hypothesis": v}) + "\n" for k, v in TEXTS.items()),
        encoding="utf-8",
    )
    (tmp_path / "hyp").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "hyp" / f"{name}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def score(*options):
    return run_mtqe(
        "score", "--document", "--reference", "ref", "--target-language", "en", "-m", "chrf",
        "--output", "run", "--no-cache", *options,
    )  # fmt: skip


@pytest.mark.parametrize("file", ["hyp.txt", "hyp.jsonl", "hyp"])
def test_hypotheses_of_documents_become_one_row_per_segment(files, file):
    result = score(*IDS, "--hypothesis", f"new={file}")
    assert result.code == 0, result.err
    run = mtqe.Run.read("run")
    assert run.segments["hypothesis"].tolist() == CUT
    assert "cut into segments" in result.out
    (system,) = run.manifest.systems
    assert system.identity["segmentation"].startswith("words.")
    assert system.score("chrf").signature.endswith("|segmentation:words.1")
    assert run.manifest.metrics[0].signature.endswith("|segmentation:words.1")
    assert "segmentation:words.1" in (files / "run" / "report.html").read_text(encoding="utf-8")


def test_a_test_set_without_documents_is_one(files):
    result = score("--hypothesis", "new=hyp.txt")
    assert result.code == 0, result.err
    assert mtqe.Run.read("run").segments["hypothesis"].tolist() == CUT


def test_what_is_left_out_and_added_is_found_and_scored(files):
    added = "Penguins like cold ice cream."
    text = f"{CUT[0]}\n\n{CUT[2]}\n{added}\n{CUT[3]}"
    (files / "hyp.txt").write_text(text, encoding="utf-8")
    result = score(*IDS, "--hypothesis", "new=hyp.txt")
    assert result.code == 0, result.err
    run = mtqe.Run.read("run")
    assert run.segments["hypothesis"][1] == ""
    assert run.segments["chrf"][1] == 0
    found = run.findings[["segment_id", "check"]].values.tolist()
    ids = run.segments["segment_id"].tolist()
    assert [ids[1], "omission"] in found
    assert {row[0] for row in found if row[1] == "addition"} <= set(ids[2:])
    assert "addition" in run.manifest.systems[0].findings


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"hyp.txt": "one\n\ntwo\n\nthree"}, IDS, ["3 documents", "2 doc"]),
        ({"docs": "a\na\n\nb\n"}, IDS, ["1 segment", "name"]),
        ({"hyp.txt": "\n\n"}, (), ["hyp.txt", "empty"]),
        ({"hyp.jsonl": ONE_OF_TWO}, (*IDS, "--hypothesis", "t=hyp.jsonl"), ["'b'"]),
        ({"hyp.jsonl": NO_NAME}, ("--hypothesis", "t=hyp.jsonl"), ["column document"]),
        ({"hyp/b.txt": " "}, (*IDS, "--hypothesis", "t=hyp"), ["'b'", "empty"]),
        ({"hyp/c.txt": "x\n"}, (*IDS, "--hypothesis", "t=hyp"), ["'c'"]),
        ({}, ("--segmentation", "wordz"), ["words"]),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(files, change, options, words):
    for name, text in change.items():
        (files / name).write_text(text, encoding="utf-8")
    result = score("--hypothesis", "new=hyp.txt", *options)
    assert result.code == 1
    assert all(word in result.err for word in words), result.err
    assert result.err.count("\n") == 1


def test_a_difference_in_lines_names_the_way_out(files):
    result = run_mtqe("score", "--reference", "ref", "--hypothesis", "hyp/a.txt", "--output", "r")
    assert result.code == 1
    assert "--document" in result.err


CONFIG = """\
[corpus]
source_language = "de"
target_language = "en"
source = "src"
references = ["ref"]
{documents}

[systems.engine]
{system}

[metrics]
chrf = {{}}

[checks]
"""
ENGINE = """\
import sys
known = dict({pairs!r})
for line in sys.stdin:
    print(known[line.rstrip("\\n")])
"""


def configured(files, system, documents='documents = "docs"'):
    (files / "mtqe.toml").write_text(
        CONFIG.format(system=system, documents=documents), encoding="utf-8"
    )
    return run_mtqe("run", "mtqe.toml", "--output", "run")


def engine(files):
    sources = {"a": " ".join(SOURCES[:2]), "b": " ".join(SOURCES[2:])}
    pairs = [(sources[name], text.replace("\n", " ")) for name, text in TEXTS.items()]
    (files / "engine.py").write_text(ENGINE.format(pairs=pairs), encoding="utf-8")
    return f'backend = "command"\ncommand = ["{sys.executable}", "engine.py"]\n'


def test_a_translation_of_something_else_is_noted_or_unscored(files):
    long = TEXTS["b"] + " And so on, as before." * 10
    (files / "hyp.txt").write_text(f"{TEXTS['a']}\n\n{long}", encoding="utf-8")
    done = score(*IDS, "--hypothesis", "mt=hyp.txt")
    assert done.code == 0, done.err
    assert "1 document much longer than the references: 'b' 9 times" in done.out
    (files / "hyp.txt").write_text(f"{TEXTS['a']}\n\n{'word ' * 300_000}", encoding="utf-8")
    done = score(*IDS, "--hypothesis", "mt=hyp.txt", "--output", "other")
    assert done.code == 0, done.err
    rows = mtqe.Run.read(files / "other").segments
    assert rows["hypothesis"].isna().tolist() == [False, False, True, True]
    assert "times too long" in rows["failure"][2]


@pytest.mark.parametrize("method", ["", "by-words"])
def test_a_way_to_cut_that_there_is_not_is_refused(files, method):
    done = score(*IDS, "--hypothesis", "mt=hyp.txt", "--segmentation", method)
    assert done.code == 1
    assert "is not a way to cut" in done.err


def test_a_table_without_the_column_says_what_to_call_it(files):
    (files / "hyp.tsv").write_text("document\ttext\na\tx\nb\ty\n", encoding="utf-8")
    done = score(*IDS, "--hypothesis", "mt=hyp.tsv")
    assert "no column 'hypothesis' or 'mt' among 'document', 'text'; call the column of" in done.err


def test_an_engine_is_given_whole_documents(files):
    result = configured(files, engine(files) + "document = true")
    assert result.code == 0, result.err
    run = mtqe.Run.read("run")
    assert run.segments["hypothesis"].tolist() == CUT
    (files / "engine.py").unlink()  # another way to cut asks no engine
    again = configured(files, engine(files) + 'document = true\nsegmentation = "mwer"')
    assert again.code == 0, again.err
    (system,) = mtqe.Run.read("run").manifest.systems
    assert system.translated == 0
    assert system.identity["segmentation"] == "mwer.1"


def test_a_file_of_documents_in_a_configuration(files):
    result = configured(files, 'backend = "file"\npath = "hyp.txt"\nsegmentation = "align"')
    assert result.code == 0, result.err
    assert mtqe.Run.read("run").segments["hypothesis"].tolist() == CUT


def test_a_document_that_an_engine_leaves_empty_is_unscored(files):
    code = f'import sys\nfor n, _ in enumerate(sys.stdin): print("" if n else {CUT[0]!r})\n'
    (files / "empty.py").write_text(code, encoding="utf-8")
    command = f'backend = "command"\ncommand = ["{sys.executable}", "empty.py"]\ndocument = true'
    assert configured(files, command).code == 0
    (system,) = mtqe.Run.read("run").manifest.systems
    assert system.failures == 2


@pytest.mark.parametrize(
    ("system", "documents", "word"),
    [
        ("document = true", "", "names none"),
        ('segmentation = "align"', 'documents = "docs"', "document = true"),
        ('document = "yes"', 'documents = "docs"', "true or false"),
        ('document = true\nsegmentation = "wrds"', 'documents = "docs"', "words"),
    ],
)
def test_a_configuration_that_cannot_be_meant(files, system, documents, word):
    result = configured(files, engine(files) + system, documents)
    assert result.code == 1
    assert word in result.err


def python(hypotheses, **named):
    given = {"target_language": "en", "metrics": "chrf", "use_cache": False, **named}
    return mtqe.score(hypotheses, REFERENCES, segmentation="align", **given)


@pytest.mark.parametrize(
    "hypotheses",
    [list(TEXTS.values()), TEXTS, {"new": TEXTS}, {"new": list(TEXTS.values())}],
    ids=["list", "by name", "system by name", "system"],
)
def test_python_takes_texts_of_documents(hypotheses):
    run = python(hypotheses, documents=DOCUMENTS)
    assert run.segments["hypothesis"].tolist() == CUT


def test_python_takes_the_lines_of_one_document():
    run = python(["The mill stood by", "the river. Nobody used it.", *CUT[2:]])
    assert run.segments["hypothesis"].tolist() == CUT


def test_python_leaves_a_document_without_translation_unscored():
    run = python({"new": [TEXTS["a"], None]}, documents=DOCUMENTS)
    assert run.manifest.systems[0].failures == 2


@pytest.mark.parametrize(
    ("hypotheses", "named", "word"),
    [
        (["x"], {"documents": DOCUMENTS}, "2 documents"),
        ({"new": {"a": "x", "c": "y"}}, {"documents": DOCUMENTS}, "'b'"),
        (["x", " "], {"documents": DOCUMENTS}, "empty"),
        (["x"], {"documents": DOCUMENTS[:2]}, "2 segments"),
        (["x"], {"segmentation": "lines"}, "not a way"),
    ],
)
def test_python_refuses_what_does_not_fit(hypotheses, named, word):
    with pytest.raises(MtqeError, match=word):
        mtqe.score(hypotheses, REFERENCES, **{"segmentation": "align", "metrics": "chrf", **named})


def test_systems_cut_and_not_cut_say_which_is_which(files):
    configured(files, 'backend = "file"\npath = "hyp.txt"\nsegmentation = "align"')
    text = (files / "mtqe.toml").read_text(encoding="utf-8")
    write_lines(files / "lines.txt", CUT)
    other = '[systems.lines]\nbackend = "file"\npath = "lines.txt"\n\n[metrics]'
    (files / "mtqe.toml").write_text(text.replace("[metrics]", other), encoding="utf-8")
    assert run_mtqe("run", "mtqe.toml", "--output", "run").code == 0
    cut, lines = mtqe.Run.read("run").manifest.systems
    assert "segmentation" in cut.score("chrf").signature
    assert "segmentation" not in lines.score("chrf").signature
    assert cut.score("chrf").score == lines.score("chrf").score
