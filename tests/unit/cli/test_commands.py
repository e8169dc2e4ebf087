"""Every command from the user's side: output, files, exit codes, one-line errors."""

from __future__ import annotations

import json

import pytest
import sacrebleu

from mtqe.metrics.registry import METRICS
from mtqe.run import Run
from tests.command_line import Result, mtqe
from tests.project import BAD, GOOD, REFERENCES, SOURCES, write_lines, write_project

LANGUAGES = ("--source-language", "en", "--target-language", "es")


@pytest.fixture
def project(tmp_path, monkeypatch):
    write_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def failed(*arguments, says, code=1, stdin=b""):
    """The command ends with this code and one line that says this."""
    result = mtqe(*arguments, stdin=stdin)
    assert (result.code, result.out) == (code, ""), result
    assert says in result.err
    assert "Traceback" not in result.err
    if code == 1:
        assert result.err.count("\n") == 1
        assert result.err.startswith("mtqe: ")


# mtqe run


def test_run_writes_a_run_and_prints_a_plain_table(project):
    result = mtqe("run", "mtqe.toml", "-o", "out")
    assert (result.code, result.err) == (0, "")
    assert sorted(path.name for path in (project / "out").iterdir()) == [
        "comparison.json",
        "findings.parquet",
        "report.html",
        "run.json",
        "segments.parquet",
        "spans.parquet",
        "statistics.parquet",
    ]
    assert "\x1b" not in result.out
    assert "run: out" in result.out
    good, bad = (
        next(x for x in result.out.splitlines() if x.startswith(n)) for n in ("good", "bad")
    )
    assert "*" in good
    assert "*" not in bad


def test_run_without_output_never_writes_over_another_run(project):
    for _ in range(3):
        assert mtqe("run", ".", "-m", "bleu").code == 0
    assert len(list((project / "reports" / project.name).iterdir())) == 3


def test_json_is_what_programs_were_promised(project):
    result = mtqe("run", "mtqe.toml", "-o", "out", "--json")
    content = json.loads(result.out)
    assert content["schema"] == 1
    assert content["run"] == "out"
    assert [system["name"] for system in content["systems"]] == ["good", "bad"]
    score = content["systems"][0]["scores"][0]
    expected = sacrebleu.corpus_bleu(GOOD, [REFERENCES])
    assert score.keys() >= {"metric", "score", "signature", "segments", "unscored"}
    assert (score["metric"], score["segments"], score["unscored"]) == ("bleu", 3, 0)
    assert score["score"] == expected.score


def test_run_with_some_systems_and_metrics(project):
    result = mtqe("run", "mtqe.toml", "-s", "bad", "-m", "ter", "-m", "chrf", "--json")
    (system,) = json.loads(result.out)["systems"]
    assert system["name"] == "bad"
    assert [score["metric"] for score in system["scores"]] == ["ter", "chrf"]


def test_running_again_replaces_the_run(project):
    first = mtqe("run", "mtqe.toml", "-o", "out", "-m", "bleu", "-s", "bad")
    second = mtqe("run", "mtqe.toml", "-o", "out", "-m", "bleu")
    assert (first.code, second.code) == (0, 0)
    manifest = json.loads((project / "out" / "run.json").read_text())
    assert len(manifest["systems"]) == 2
    assert [path.name for path in project.iterdir() if path.name.startswith(".")] == []


def test_somebody_elses_folder_is_left_alone(project):
    (project / "mine").mkdir()
    (project / "mine" / "run.json").write_text('{"mine": true}')
    failed("run", "mtqe.toml", "-o", "mine", says="mine exists")
    failed("run", "mtqe.toml", "-o", "good.txt", says="good.txt exists")
    assert (project / "mine" / "run.json").read_text() == '{"mine": true}'


@pytest.mark.parametrize("output", [".", ".."])
def test_the_folder_one_is_in_is_not_pulled_away(project, monkeypatch, output):
    (project / "empty").mkdir()
    monkeypatch.chdir(project / "empty")
    failed("run", "../mtqe.toml", "-o", output, says="where you are; choose another --output")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "nowhere"), "nowhere can't be read"),
        (("run", "mtqe.toml", "-s", "god"), "no system is called 'god'; did you mean 'good'?"),
        (("run", "mtqe.toml", "-m", "chfr"), "no metric is called 'chfr'; did you mean 'chrf'?"),
        (
            ("run", "mtqe.toml", "-o", "good.txt/run"),
            "good.txt is not a folder that you may write to",
        ),
        (("report", "nowhere"), "nowhere is not a run folder"),
        (("models", "verify", "nonsense"), "nonsense"),
    ],
)
def test_errors_are_one_line(project, arguments, says):
    failed(*arguments, says=says)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", "mtqe.toml", "--no-such-option"),
        ("translate", "mtqe.toml", "--format", "xml"),
        ("score", "--source", "source.txt"),
        ("cache", "prune", "--max-megabytes", "-1"),
        ("nonsense",),
    ],
)
def test_wrong_usage_ends_with_2(project, arguments):
    failed(*arguments, says="", code=2)


def test_debug_shows_the_traceback_and_the_sentence(project):
    result = mtqe("--debug", "run", "nowhere")
    assert result.code == 1
    assert "Traceback" in result.err
    assert result.err.splitlines()[-1].startswith("mtqe: nowhere can't be read")


# mtqe score


def score(*arguments, stdin=b""):
    return mtqe("score", *LANGUAGES, "-m", "bleu", "--json", "-o", "out", *arguments, stdin=stdin)


def test_score_equals_sacrebleu_with_several_references(project):
    write_lines(project / "second.txt", GOOD)
    result = score(
        *("--source", "source.txt", "--reference", "reference.txt", "--reference", "second.txt"),
        *("--hypothesis", "bad=bad.txt", "--hypothesis", "good.txt"),
    )
    bad, good = json.loads(result.out)["systems"]
    assert (bad["name"], good["name"]) == ("bad", "good")
    expected = sacrebleu.corpus_bleu(BAD, [REFERENCES, GOOD])
    assert bad["scores"][0]["score"] == expected.score
    assert "nrefs:2" in bad["scores"][0]["signature"]


@pytest.mark.parametrize("place", ["source", "reference", "hypothesis"])
def test_standard_input_may_be_any_one_of_the_files(project, place):
    files = {"source": "source.txt", "reference": "reference.txt", "hypothesis": "good=good.txt"}
    content = (project / files[place].rpartition("=")[2]).read_bytes()
    files[place] = "good=-" if place == "hypothesis" else "-"
    result = score(*(word for k, v in files.items() for word in (f"--{k}", v)), stdin=content)
    (system,) = json.loads(result.out)["systems"]
    assert system["scores"][0]["score"] == sacrebleu.corpus_bleu(GOOD, [REFERENCES]).score


def test_a_segment_without_a_reference_is_unscored_and_counted(project):
    write_lines(project / "reference.txt", [REFERENCES[0], "", REFERENCES[2]])
    result = score(
        "--source", "source.txt", "--reference", "reference.txt", "--hypothesis", "good.txt"
    )
    (system,) = json.loads(result.out)["systems"]
    assert (system["scores"][0]["segments"], system["scores"][0]["unscored"]) == (2, 1)
    printed = mtqe("report", "out")
    assert printed.out.strip() == "out/report.html"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--source", "-", "--hypothesis", "a=-"), "only one of the files can be standard input"),
        (("--source", "gone.txt", "--hypothesis", "good.txt"), "gone.txt: cannot be read"),
        (("--source", "source.txt", "--hypothesis", "a=gone.txt"), "gone.txt: cannot be read"),
        (("--source", "source.txt", "--hypothesis", "=good.txt"), "write NAME=FILE"),
        (
            ("--source", "source.txt", "--hypothesis", "a=good.txt", "--hypothesis", "a=bad.txt"),
            "two --hypothesis files are called 'a'",
        ),
        (("--source", "source.txt", "--hypothesis", "good.txt"), "'bleu' needs references"),
        (("--source", "source.txt", "--hypothesis", "x=short.txt"), "but short.txt has 2 lines"),
        (
            ("--source", "source.txt", "--reference", "short.txt", "--hypothesis", "good.txt"),
            "source.txt has 3 lines but short.txt has 2 lines",
        ),
        (("--source", "empty.txt", "--hypothesis", "good.txt"), "empty.txt: holds no segments"),
        (("--source", "source.txt", "--hypothesis", "bytes.txt"), "is not UTF-8"),
        (("--source", "source.txt", "--hypothesis", "good.txt", "--model", "x"), "write METRIC="),
        (
            ("--source", "source.txt", "--hypothesis", "good.txt", "--model", "bleu=x"),
            "unknown key 'model'",
        ),
        (
            ("--source", "source.txt", "--hypothesis", "good.txt", "--model", "comet=x"),
            "'comet' is no metric of this run; known are bleu.",
        ),
        (
            ("--source", "source.txt", "--hypothesis", "good.txt", "--precision", "bf16"),
            "none of bleu has a precision",
        ),
        (("--source", "source.txt", "--hypothesis", "good.txt", "-m", "nope"), "is called 'nope'"),
        *(
            (("--source", "source.txt", "--hypothesis", "good.txt", "--set", given), says)
            for given, says in (
                ("tokenize=intl", "write METRIC.OPTION=VALUE"),
                ("bleu.tokenize", "write METRIC.OPTION=VALUE"),
                ("chrf.beta=3", "'chrf' is no metric of this run; known are bleu."),
                ("bleu.tok=intl", "unknown key 'tok'"),
                ("bleu.tokenize=int", "bleu.tokenize should be '13a'"),
                ("bleu.max_ngram_order=0.5", "bleu.max_ngram_order should be a valid integer"),
                ("bleu.smooth_value=nan", "bleu.smooth_value should be"),
            )
        ),
        (("--source", "source.txt", "--hypothesis", "good.txt", "--device", "gpu"), "write auto,"),
    ],
)
def test_score_refuses_what_it_would_have_to_guess(project, arguments, says):
    write_lines(project / "short.txt", GOOD[:2])
    (project / "empty.txt").touch()
    (project / "bytes.txt").write_bytes(b"\xff\n\n\n")
    if "--reference" not in arguments and "needs references" not in says:
        arguments = (*arguments, "--reference", "reference.txt")
    failed("score", *LANGUAGES, "-m", "bleu", "-o", "out", *arguments, says=says)
    assert not (project / "out").exists()


def test_score_sets_any_option_of_a_metric(project):
    given = ("bleu.tokenize=char", "bleu.lowercase=true", "bleu.smooth_value=0.5", "chrf++.beta=3")
    options = [part for text in (*given, "bleu.smooth_method=floor") for part in ("--set", text)]
    files = ("--source", "source.txt", "--reference", "reference.txt", "--hypothesis", "good.txt")
    mtqe("score", *LANGUAGES, *files, "-m", "bleu", "-m", "chrf++", *options, "-o", "out")
    run = json.loads((project / "out" / "run.json").read_text())
    bleu, chrf = (metric["signature"] for metric in run["metrics"])
    assert "case:lc|eff:no|tok:char|smooth:floor[0.50]" in bleu
    assert "|beta:3" in chrf


def test_score_refuses_a_bad_language_tag(project):
    tags = ("--source-language", "english", "--target-language", "es")
    files = ("--source", "source.txt", "--hypothesis", "good.txt")
    failed("score", *tags, *files, says="--source-language: 'english'")


def test_a_name_for_the_test_set_cannot_leave_the_reports_folder(project):
    files = ("--source", "source.txt", "--reference", "reference.txt", "--hypothesis", "good.txt")
    result = mtqe("score", *LANGUAGES, *files, "-m", "bleu", "--name", "../../my set", "--json")
    assert json.loads(result.out)["run"].startswith("reports/_.._my_set/")


# mtqe translate, report, models, doctor, init, cache


@pytest.mark.parametrize("format_", ["jsonl", "tsv"])
def test_translate_writes_files_that_a_file_system_reads_back(project, format_):
    result = mtqe("translate", "mtqe.toml", "-o", "made", "--format", format_)
    assert (result.code, result.err) == (0, "")
    assert f"made/good.{format_}: 3 translated, 0 failed" in result.out
    config = project / "mtqe.toml"
    config.write_text(config.read_text().replace("good.txt", f"made/good.{format_}"))
    again = json.loads(mtqe("run", "mtqe.toml", "-s", "good", "--json").out)
    expected = sacrebleu.corpus_bleu(GOOD, [REFERENCES]).score
    assert again["systems"][0]["scores"][0]["score"] == expected


def test_translate_into_an_impossible_place_is_one_line(project):
    failed("translate", "mtqe.toml", "-o", "good.txt/x", says="good.txt")


def test_report_goes_where_it_is_told(project):
    mtqe("run", "mtqe.toml", "-o", "out")
    assert mtqe("report", "out", "-o", "mine.html") == Result(0, "mine.html\n", "")
    capped = mtqe("report", "out", "-o", "cap.html", "--max-segments", "1")
    assert capped.out == "cap.html\n"
    assert capped.err == "cap.html: lists 1 of 3 segments; all are counted\n"
    assert (project / "mine.html").read_text().startswith("<!")
    failed("report", "out", "-o", "good.txt/x.html", says="good.txt/x.html")


def test_a_damaged_run_is_one_line(project):
    mtqe("run", "mtqe.toml", "-o", "out")
    whole = (project / "out" / "segments.parquet").read_bytes()
    (project / "out" / "segments.parquet").write_bytes(whole[: len(whole) // 2])
    failed("report", "out", says="segments.parquet can't be read")
    (project / "out" / "run.json").write_bytes(b"\xff{}")
    failed("report", "out", says="can't be read by this version of mtqe")
    (project / "out" / "run.json").unlink()
    failed("report", "out", says="out is not a run folder")


def test_models_are_listed():
    result = mtqe("models", "list")
    assert result.code == 0
    head, *rows = (line.split() for line in result.out.splitlines() if line.startswith("  "))
    assert head == ["name", "kind", "state", "licence", "folder"]
    kinds = {row[0]: row[1:4] for row in rows}
    assert kinds["mtqe-e5-small"][0] == "encoder"
    assert kinds["Unbabel/wmt22-cometkiwi-da"][:1] == ["comet"]
    assert "on a hub  CC BY-NC-SA 4.0" in result.out


def test_doctor_names_every_backend_and_metric():
    result = mtqe("doctor")
    assert result.code == 0
    for name in (*METRICS, "apertium", "command", "file"):
        assert f" {name}: " in result.out
    for line in result.out.splitlines():
        assert line.startswith(("  ok  ", "  no  ", "  optional ")) or line.endswith(":")


def test_doctor_calls_keys_that_nobody_needs_optional(monkeypatch):
    monkeypatch.delenv("DEEPL_API_KEY", raising=False)
    assert "optional deepl: no key" in mtqe("doctor").out


def test_doctor_is_content_with_metrics_whose_model_is_yet_to_be_chosen():
    out = mtqe("doctor").out
    for metric in ("comet-qe", "metricx", "metricx-qe", "bleurt"):
        assert f"ok       {metric}: ready for a model that you choose" in out


def test_doctor_says_how_to_get_apertium(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "optional apertium: not installed; run `apt-get install apertium`" in mtqe("doctor").out


@pytest.mark.parametrize("backend", ["apertium", "command", "file", "transformers"])
def test_init_writes_what_run_can_read(project, backend):
    given = ("--corpus", "corpus.tsv", *LANGUAGES, "--backend", backend)
    result = mtqe("init", "new.toml", *given)
    assert (result.code, result.out[:17]) == (0, "new.toml written;"), result.err
    assert result.out.endswith("`mtqe run new.toml` runs it\n")
    assert ("correct the system" in result.out) == (backend != "apertium")
    from mtqe.config import load_config

    config = load_config(project / "new.toml")
    assert len(config.read_corpus()) == len(SOURCES)
    assert len(config.build_systems()) == 1


def test_init_asks_for_what_it_was_not_told(project):
    result = mtqe("init", "new.toml", stdin=b"corpus.tsv\nen\npt-BR\nfile\n")
    assert result.code == 0
    assert 'target_language = "pt-BR"' in (project / "new.toml").read_text()


def test_init_never_writes_over_a_file_unasked(project):
    given = ("--corpus", "c.tsv", *LANGUAGES, "--backend", "file")
    before = (project / "mtqe.toml").read_text()
    failed("init", *given, says="--force")
    assert (project / "mtqe.toml").read_text() == before
    assert mtqe("init", *given, "--force").code == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"--backend": "deepl"}, "no template for backend 'deepl'"),
        ({"--target-language": "spanish"}, "'spanish'"),
        ({"file": "no/such/folder/x.toml"}, "can't be written (No such file or directory)"),
    ],
)
def test_init_refuses_answers_it_cannot_use(project, change, says):
    given = {
        "--corpus": "c.tsv",
        "--source-language": "en",
        "--target-language": "es",
        "--backend": "file",
        **change,
    }
    path = given.pop("file", "new.toml")
    failed("init", path, *(word for pair in given.items() for word in pair), says=says)
    assert not (project / "new.toml").exists()


def test_cache_commands(project, monkeypatch, tmp_path):
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    config = project / "mtqe.toml"
    config.write_text(
        config.read_text().replace('"file"\npath = "good.txt"', '"command"\ncommand = "cat"')
    )
    assert mtqe("run", "mtqe.toml", "-o", "out").code == 0
    info = mtqe("cache", "info").out
    assert f"{tmp_path / 'home' / 'cache'}" in info
    assert "3 of kind translation" in info
    assert mtqe("cache", "prune", "--max-megabytes", "5").out == "0 entries dropped\n"
    dropped = mtqe("cache", "prune", "--max-megabytes", "0").out
    assert int(dropped.partition(" ")[0]) >= 3
    assert mtqe("cache", "info").out.count("\n") == 1
    assert mtqe("cache", "clear").out.endswith(" is empty\n")
    assert list((tmp_path / "home" / "cache").iterdir()) == []


def test_no_cache_leaves_no_cache(project, monkeypatch, tmp_path):
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    config = project / "mtqe.toml"
    config.write_text(
        config.read_text().replace('"file"\npath = "good.txt"', '"command"\ncommand = "cat"')
    )
    assert mtqe("run", "mtqe.toml", "-o", "out", "--no-cache").code == 0
    assert not (tmp_path / "home").exists()


def test_version():
    from mtqe import __version__

    assert mtqe("--version").out == f"mtqe {__version__}\n"


OTHER_EXAMPLES = {"models path", "gate check"}
"""Shown by what they are for, or by their short form."""


@pytest.mark.parametrize(
    "command",
    ["run", "score", "translate", "compare", "report", "demo", "init", "validate", "doctor",
     "gate check", "gate suggest", "baseline save", "models list", "models path", "models add",
     "models fetch", "models verify", "models evaluate", "cache info", "cache clear",
     "cache prune"],
)  # fmt: skip
def test_every_help_has_an_example(command):
    result = mtqe(*command.split(), "--help")
    assert result.code == 0
    assert f"Example: mtqe {command}" in result.out or command in OTHER_EXAMPLES
    assert "Example: " in result.out


@pytest.mark.parametrize("group", ["", "gate", "baseline", "models", "cache"])
def test_no_command_s_summary_is_cut_short(group):
    assert "..." not in mtqe(*group.split(), "--help").out.partition("Commands:")[2]


def test_running_out_of_memory_is_told_in_a_sentence(monkeypatch, project):
    def run_out(*_, **__):
        raise MemoryError

    monkeypatch.setattr("mtqe.metrics.surface.base.SurfaceMetric.stream", run_out)
    done = mtqe("run", project / "mtqe.toml", "-m", "chrf", "--no-cache")
    assert done.code == 1
    assert "memory ran out; " in done.err
    assert "Traceback" not in done.err


# What can be left out


def test_a_run_without_report_and_checks_has_scores_alone(project):
    result = mtqe("run", "mtqe.toml", "-o", "out", "--no-report", "--no-checks")
    assert (result.code, result.err) == (0, "")
    assert "report: " not in result.out
    assert "in the report" not in result.out
    assert not (project / "out/report.html").exists()
    manifest = json.loads((project / "out/run.json").read_text(encoding="utf-8"))
    assert manifest["checks"] == []
    whole = mtqe("run", "mtqe.toml", "-o", "whole")
    assert (project / "whole/report.html").exists()
    assert "report: " in whole.out


def test_scores_are_the_same_without_report_and_checks(project):
    write_lines(project / "hyp.txt", GOOD)
    write_lines(project / "ref.txt", REFERENCES)
    command = ("score", "--reference", "ref.txt", "--hypothesis", "hyp.txt", "-m", "chrf", "--json")
    bare = mtqe(*command, "-o", "bare", "--no-report", "--no-checks")
    whole = mtqe(*command, "-o", "whole")
    assert bare.code == whole.code == 0
    scores = [json.loads(result.out)["systems"][0]["scores"] for result in (bare, whole)]
    assert scores[0] == scores[1]
    assert not (project / "bare/report.html").exists()


def test_a_tracker_needs_the_report(project):
    failed("run", "mtqe.toml", "--log", "mlflow", "--no-report", says="leave out --no-report")


@pytest.mark.parametrize("first", [["--hypothesis", "good.txt"], ["--hypothesis=good.txt"]])
def test_a_word_too_many_names_the_option_to_repeat(project, first):
    given = ["score", "--reference", "reference.txt", *first, "bad.txt", "-m", "chrf"]
    result = mtqe(*given)
    assert result.code == 2
    said = " ".join(result.err.split())
    assert "got bad.txt after the value of --hypothesis" in said
    assert "--hypothesis A --hypothesis B" in said
    assert "unexpected extra argument" in mtqe("convert", "a", "b", "c").err


# A table with one column per system


@pytest.fixture
def wide(project):
    """A table with a column of each system's name, and the scores of both."""
    rows = zip(SOURCES, REFERENCES, GOOD, BAD, strict=True)
    lines = ["source\treference\tgood one\tbad", *("\t".join(row) for row in rows)]
    write_lines(project / "wide.tsv", lines)
    return "score", "--corpus", "wide.tsv", *LANGUAGES, "-m", "chrf", "-o", "out", "--json"


def test_systems_are_columns_of_the_corpus_s_own_table(wide, project):
    result = mtqe(*wide, "--hypothesis", "bad=./wide.tsv", "--hypothesis", "good one=wide.tsv")
    assert result.code == 0, result.err
    systems = json.loads(result.out)["systems"]
    assert [system["name"] for system in systems] == ["bad", "good one"]
    for system, texts in zip(systems, (BAD, GOOD), strict=True):
        expected = sacrebleu.corpus_chrf(texts, [REFERENCES]).score
        assert system["scores"][0]["score"] == pytest.approx(expected)
    assert Run.read(project / "out").manifest.corpus.slices == ()


def test_columns_read_as_metadata_are_named_where_there_is_no_system(wide):
    failed(*wide, says="wide.tsv holds no translations; 2 columns are read as metadata ('good one'")
    failed(*wide, says="hypothesis:NAME, or give --hypothesis 'good one=wide.tsv'.")
    failed(*wide, "--hypothesis", "x=wide.tsv", says="no column 'hypothesis' or 'x' among")


def test_a_configuration_s_systems_are_columns_of_its_corpus(wide, project):
    (project / "mtqe.toml").write_text(
        '[corpus]\nsource_language = "en"\ntarget_language = "es"\npath = "wide.tsv"\n'
        '[systems.bad]\nbackend = "file"\npath = "wide.tsv"\n'
        '[systems.good]\nbackend = "file"\npath = "wide.tsv"\ncolumn = "good one"\n',
        encoding="utf-8",
    )
    result = mtqe("run", "mtqe.toml", "-m", "chrf", "-o", "out", "--json")
    assert result.code == 0, result.err
    assert Run.read(project / "out").manifest.corpus.slices == ()


def test_convert_takes_columns_of_its_input_for_systems(wide, project):
    given = ("wide.tsv", "out.tsv", *LANGUAGES, "--hypothesis", "bad=wide.tsv")
    assert mtqe("convert", *given).code == 0
    header = (project / "out.tsv").read_text("utf-8").partition("\n")[0].split("\t")
    assert "hypothesis:bad" in header
    assert "good one" in header
    assert "bad" not in header


@pytest.fixture
def foreign(project):
    """A CSV with columns of other names, and how it is scored."""
    rows = zip(SOURCES, REFERENCES, GOOD, strict=True)
    lines = ["English,Spanish,mine", *(",".join(f'"{text}"' for text in row) for row in rows)]
    write_lines(project / "mine.csv", lines)
    return "score", "--corpus", "mine.csv", *LANGUAGES, "-m", "chrf", "-o", "out", "--json"


ENGLISH = ("--column", "source=English")
SPANISH = ("--column", "reference=Spanish")


def test_columns_are_named_on_the_command_line(foreign, project):
    result = mtqe(*foreign, *ENGLISH, *SPANISH, "--hypothesis", "mine=mine.csv")
    assert result.code == 0, result.err
    (system,) = json.loads(result.out)["systems"]
    expected = sacrebleu.corpus_chrf(GOOD, [REFERENCES]).score
    assert system["scores"][0]["score"] == pytest.approx(expected)
    (project / "copy.csv").write_bytes((project / "mine.csv").read_bytes())
    given = (*foreign, *ENGLISH, *SPANISH, "--hypothesis", "mine=copy.csv")
    failed(*given, says="copy.csv: no column of segment ids among")


def test_errors_about_columns_say_how_to_name_them(foreign):
    failed(
        *foreign, says="mine.csv: no column 'source' or 'src' among 'English', 'Spanish', 'mine'"
    )
    failed(*foreign, says='such as --column source=English, or columns = {source = "English"}')
    failed(*foreign, "--column", "source=Inglish", says="no column 'Inglish' among")
    given = (*foreign, *ENGLISH, "--hypothesis", "mine=mine.csv")
    failed(*given, says="give references (a table's column 'reference', or one named with --column")
    failed(*foreign, "--column", "quelle=English", says="roles are id, source, reference, document")
    failed(*foreign, "--column", "source=", says="write ROLE=COLUMN")
    failed(*foreign, *ENGLISH, "--column", "source=mine", says="source is 'English' already")


@pytest.mark.parametrize("command", ["score", "check", "convert"])
def test_only_tables_have_columns(project, command):
    given = {
        "score": ("--corpus", "source.txt"),
        "check": ("source.txt", *LANGUAGES),
        "convert": ("source.txt", "out.tsv"),
    }
    failed(command, *given[command], *ENGLISH, says="source.txt is read as lines, which has no col")
    lines = ("score", "--reference", "reference.txt", "--hypothesis", "good.txt", *ENGLISH)
    failed(*lines, says="--column names columns of the table that --corpus is", code=2)


def test_columns_are_named_for_checks_and_conversions(foreign, project):
    names = (*ENGLISH, *SPANISH, "--column", "metadata=")
    given = ("mine.csv", "out.tsv", *names, "--hypothesis", "mine=mine.csv")
    assert mtqe("convert", *given).code == 0
    lines = (project / "out.tsv").read_text("utf-8").splitlines()
    assert lines[0].split("\t")[1:] == ["source", "reference", "hypothesis:mine"]
    assert lines[1].split("\t")[1:] == [SOURCES[0], REFERENCES[0], GOOD[0]]
    result = mtqe("check", "mine.csv", *names, *LANGUAGES, "--references-as", "people", "--json")
    assert result.code == 0, result.err
