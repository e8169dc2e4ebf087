"""What an evaluation says of its languages, and how it tells how far a comparison is."""

from __future__ import annotations

from collections import defaultdict

import pytest

from mtqe.config import build_metrics
from mtqe.corpus.base import Translations
from mtqe.evaluation.evaluate import score_translations
from mtqe.evaluation.executors import Local
from mtqe.evaluation.translate import Translated
from tests.command_line import mtqe as program
from tests.engines import corpus

GERMAN = ["Das ist ein ganz gewöhnlicher deutscher Satz mit einigen Wörtern."] * 3
ENGLISH = ["This is quite an ordinary English sentence with a few words."] * 3


def scored(tmp_path, sources, references, hypotheses, languages):
    lines = {"s": sources, "r": references, "h": hypotheses}
    for name, texts in lines.items():
        (tmp_path / name).write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    source, target = languages
    return program(
        "score", "--source", tmp_path / "s", "--reference", tmp_path / "r",
        "--hypothesis", f"mt={tmp_path / 'h'}", "--source-language", source,
        "--target-language", target, "-m", "BLEU,chrF", "-o", tmp_path / "run", "--no-report",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("languages", "doubt"),
    [
        (("de", "en"), None),
        (("fr", "en"), "3 of 3 segments: The source looks like German; it should be French."),
        (("de", "es"), "3 of 3 segments: The reference looks like English; it should be Spanish."),
    ],
)
def test_languages_that_most_texts_are_not_in_are_doubted(tmp_path, languages, doubt):
    done = scored(tmp_path, GERMAN, ENGLISH, ENGLISH, languages)
    assert done.code == 0
    said = [line for line in done.out.splitlines() if "named right?" in line]
    assert [line.startswith(doubt or "") for line in said] == ([True] if doubt else [])


def test_a_system_in_another_language_is_doubted_by_itself(tmp_path):
    done = scored(tmp_path, GERMAN, ENGLISH, GERMAN, ("de", "en"))
    assert (
        "mt: 3 of 3 segments: The translation looks like German; it should be English" in done.out
    )


def test_a_language_that_there_is_not_is_said_not_to_be_known(tmp_path):
    done = scored(tmp_path, GERMAN, ENGLISH, ENGLISH, ("de", "xx"))
    assert "xx is no language that mtqe knows: " in done.out
    assert "de is no language" not in done.out
    region = scored(tmp_path, GERMAN, ENGLISH, ENGLISH, ("de", "en-ZZ"))
    assert "no language that mtqe knows" not in region.out


class Told:
    """Progress that is remembered: by label, what was done of what."""

    def __init__(self) -> None:
        self.totals: dict[str, list[float]] = defaultdict(list)
        self.parts: dict[str, float] = defaultdict(float)
        self.label = ""

    def task(self, label: str, total: float) -> Told:
        self.totals[label].append(total)
        self.label = label
        return self

    def advance(self, amount: float) -> None:
        self.parts[self.label] += amount

    def done(self) -> None: ...


def test_a_comparison_tells_how_many_resamples_it_has_summed():
    told = Told()
    few = corpus(["s1", "s2", "s3", "s4"], ["one two", "three four five", "six", "seven eight"])
    texts = {"a": ["one two", "three", "six", "nine"], "b": ["two", "three four", "ten", "eight"]}
    made = [Translated(Translations.from_texts(name, few, t)) for name, t in texts.items()]
    metrics = build_metrics(["bleu", "chrf"], few.languages, {})
    score_translations(few, made, metrics, None, cache=None, progress=told, executor=Local())
    assert told.totals["compare systems"] == [1]
    resamples = told.totals["resample segments"]
    assert resamples
    assert told.parts["resample segments"] == sum(resamples)
