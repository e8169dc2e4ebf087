"""The Python interface."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sacrebleu

import mtqe
from tests.engines import corpus
from tests.project import GOOD, REFERENCES, write_project


@pytest.fixture
def project(tmp_path):
    write_project(tmp_path)
    return tmp_path


def test_every_public_name_is_there():
    for name in mtqe.__all__:
        assert getattr(mtqe, name) is not None
    assert set(mtqe.__all__) <= set(dir(mtqe))
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = mtqe.nonsense  # type: ignore[attr-defined]


def test_load_corpus(project):
    loaded = mtqe.load_corpus(project)
    assert [segment.id for segment in loaded] == ["s1", "s2", "s3"]
    assert loaded.slice_columns == ("domain",)


def test_translate(project):
    good, bad = mtqe.translate(project / "mtqe.toml")
    assert (good.system, bad.system) == ("good", "bad")
    assert list(good.hypotheses) == GOOD


def test_run_config_gives_frames(project):
    run = mtqe.run_config(project, ["good"], ["bleu"])
    assert run.folder is None
    assert run.scores.loc["good", "bleu"] == sacrebleu.corpus_bleu(GOOD, [REFERENCES]).score
    assert run.segments["metadata.domain"].tolist() == ["fact", "fact", "greeting"]


def test_run_config_writes_when_told(project):
    run = mtqe.run_config(project, metrics=["bleu"], output=project / "out")
    assert mtqe.Run.read(project / "out").manifest == run.manifest


def test_score_takes_what_translate_gave(project):
    loaded = mtqe.load_corpus(project)
    run = mtqe.score(loaded, mtqe.translate(project), ["chrf"])
    assert run.scores.equals(mtqe.run_config(project, metrics=["chrf"]).scores)


def test_options_reach_the_metric(project):
    loaded = mtqe.load_corpus(project)
    run = mtqe.score(loaded, {"x": GOOD}, ["bleu"], options={"bleu": {"lowercase": True}})
    assert "case:lc" in run.manifest.metrics[0].signature


def test_score_refuses_too_few_texts(project):
    with pytest.raises(mtqe.DataError, match=r"'x' has 2 .*3 segments"):
        mtqe.score(mtqe.load_corpus(project), {"x": GOOD[:2]}, ["bleu"])


def test_score_refuses_translations_of_another_corpus(project):
    loaded = mtqe.load_corpus(project)
    shorter = mtqe.Translations.from_texts("x", corpus(["a", "b"]), ["a", "b"])
    shuffled = mtqe.Translations("y", mtqe.translate(project)[0].outcomes[::-1])
    for translations in (shorter, shuffled):
        with pytest.raises(mtqe.DataError, match=r"don't belong to .* segment by segment"):
            mtqe.score(loaded, [translations], ["bleu"])


def test_score_refuses_a_folder_before_any_work(project):
    """The folder is at fault and so are the translations: the folder is looked at first."""
    with pytest.raises(mtqe.MtqeError, match="is not a run folder; choose another"):
        mtqe.score(mtqe.load_corpus(project), [], ["bleu"], output=project)


@pytest.mark.parametrize("count", [0, 2])
def test_score_wants_systems_of_distinct_names(project, count):
    translations = [mtqe.translate(project)[0]] * count
    with pytest.raises(mtqe.ConfigError, match="at least one system"):
        mtqe.score(mtqe.load_corpus(project), translations, ["bleu"])


def test_a_corpus_without_any_reference_needs_a_metric_without():
    blind = corpus(["a"], [None])
    with pytest.raises(mtqe.ConfigError, match="'bleu' needs references and 'sample' has none"):
        mtqe.score(blind, {"x": ["a"]}, ["bleu"])


def test_a_system_without_any_translation_has_no_score():
    run = mtqe.score(corpus(["a", "b"]), {"x": [None, None], "y": ["a", "b"]}, ["chrf"])
    assert run.scores["chrf"].isna().tolist() == [True, False]
    assert run.manifest.systems[0].score("chrf").score is None


HEAVY = {
    "numba", "numpy", "pandas", "pyarrow", "pydantic", "rich", "sacrebleu", "torch", "transformers",
}  # fmt: skip
WATCH = f"""\
import atexit, sys
atexit.register(lambda: print(*sorted({HEAVY!r} & sys.modules.keys()), file=sys.stderr))
"""
HELP = "sys.argv = ['mtqe', '--help']; from mtqe.cli.app import main; main()"


@pytest.mark.parametrize("program", ["import mtqe", HELP])
def test_nothing_heavy_is_loaded_to_import_or_to_help(program):
    done = subprocess.run(
        [sys.executable, "-c", WATCH + program], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == ""


SCORE = """
import mtqe
mtqe.score({"x": ["Das Haus."]}, ["Das Haus ist."], target_language="de", metrics=["bleu", "chrf"])
unneeded = ("langcodes", "pandas", "scipy.stats", "urllib.request")
print([name for name in unneeded if name in sys.modules])
"""


def test_scoring_strings_loads_only_what_it_needs():
    done = subprocess.run(
        [sys.executable, "-c", "import sys" + SCORE], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


ROOT = str(Path(__file__).parents[2])
ROOMS = ("align", "checks", "gate", "people", "config.read", "metrics.neural")
PROGRAM = f"""\
import sys
from mtqe.cli.app import main
try:
    main()
finally:
    unneeded = {{"jinja2", "numba", "pandas", "scipy", "torch"}} & sys.modules.keys()
    unneeded |= {{name for name in sys.modules if name.removeprefix("mtqe.") in {ROOMS}}}
    print("loaded:", *sorted(unneeded), file=sys.stderr)
"""


def test_a_small_evaluation_loads_only_the_rooms_that_it_needs(tmp_path):
    for name in ("refs", "new"):
        (tmp_path / name).write_text("ein Haus\nein Baum\n", encoding="utf-8")
    words = ["score", "--reference", "refs", "--hypothesis", "new", "--target-language", "de"]
    words += ["-o", "run", "-m", "bleu", "--no-report", "--no-checks"]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        capture_output=True, text=True, check=True, cwd=tmp_path, timeout=300,
        env={**os.environ, "MTQE_HOME": str(tmp_path / "home"), "PYTHONPATH": ROOT},
    )  # fmt: skip
    assert "BLEU" in done.stdout
    assert done.stderr.splitlines()[-1].split() == ["loaded:"]


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31mred", "\u202etxet"])
def test_a_system_is_named_in_one_line_without_controls(name):
    sample = corpus(["a"], ["b"])
    with pytest.raises(mtqe.ConfigError, match="name of one line") as error:
        mtqe.score(sample, {name: ["c"]}, ["chrf"], use_cache=False)
    assert name not in str(error.value)
