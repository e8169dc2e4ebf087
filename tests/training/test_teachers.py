"""Teachers' scores become targets, without the sources that models are judged on."""

from __future__ import annotations

import gzip
import lzma
from dataclasses import replace

import pytest

from training.groups import TARGET_LIMIT
from training.heldout import fingerprint, forbidden_sources, held_out_lesson
from training.recipe import Recipe, Teacher
from training.teachers import Lesson, read_lessons, teacher_groups

COLUMNS = "lp system origin src mt ref teacher n_teachers human human_kind n_ratings"
LESSON = Lesson("wmt22-metrics", "en-de", "a", "source", "eins", "zwei", 0.0, None)


@pytest.fixture
def taught():
    """Four translations of two sources: teachers' scores 1, -1, 1, -1."""
    return [
        replace(LESSON, source=f"s{n}", hypothesis=text, teacher=score)
        for n in range(2)
        for text, score in (("good", 1.0), ("bad", -1.0))
    ]


def groups(lessons, epochs=1.0, expert_share=0.25):
    teachers = {"wmt22-metrics": Teacher(1.5, epochs)}
    return teacher_groups(lessons, Recipe(teachers=teachers, expert_share=expert_share))


def test_a_file_is_read_and_experts_are_told_from_crowds(tmp_path):
    rows = [
        ["en-de", "a", "wmt22-metrics", "s", "h", "r", "0.5", "7", "-1.5", "mqm", "1"],
        ["en-cs", "b", "wmt20-comet", "s", 'h "x', "r", "0.5", "5", "0.25", "da_z", "2"],
        ["en-cs", "c", "wmt20-comet", "s", "h", "r", "0.5", "5", "", "", ""],
    ]
    path = tmp_path / "scores.tsv.xz"
    text = "\n".join("\t".join(cells) for cells in [COLUMNS.split(), *rows]) + "\n"
    path.write_bytes(lzma.compress(text.encode()))
    found = list(read_lessons(path))
    assert [(lesson.human, lesson.crowd) for lesson in found] == [
        (-1.5, None),
        (None, 0.25),
        (None, None),
    ]
    assert found[1].hypothesis == 'h "x'


def test_targets_are_standard_deviations_inside_the_language_pair(taught):
    shifted = [replace(lesson, lp="zh-en", teacher=5 + lesson.teacher / 9) for lesson in taught]
    found = groups([*taught, *shifted])
    assert [group.lp for group in found] == ["en-de", "en-de", "zh-en", "zh-en"]
    for group in found:
        assert group.hypotheses == ("good", "bad")
        assert group.targets == pytest.approx((1.0, -1.0))


def test_equal_translations_are_one_with_their_mean(taught):
    again = replace(taught[0], system="b", teacher=-1.0)
    found = groups([*taught, again])
    assert found[0].hypotheses == ("good", "bad")
    good, bad = found[0].targets
    assert good > bad
    assert good < found[1].targets[0]


def test_an_expert_corrects_the_teacher_where_the_whole_source_is_rated(taught):
    rated = [replace(taught[0], human=-5.0), replace(taught[1], human=0.0), *taught[2:]]
    found = groups(rated, expert_share=0.25)
    assert found[0].targets == pytest.approx((0.75 - 0.25, -0.75 + 0.25))
    assert found[1].targets == pytest.approx((1.0, -1.0))


def test_people_among_the_systems_are_no_example(taught):
    human = replace(LESSON, source="s0", system="Human-A.0", hypothesis="perfect", teacher=9.0)
    assert groups([*taught, human]) == groups(taught)


def test_an_extreme_score_is_limited(taught):
    lessons = [replace(LESSON, hypothesis=f"h{n}", teacher=float(n == 0)) for n in range(50)]
    assert max(groups(lessons)[0].targets) == TARGET_LIMIT


def test_groups_come_as_often_as_the_recipe_says(taught):
    assert len(groups(taught, epochs=3)) == 6
    assert len(groups(taught, epochs=0.5)) == 1


def test_a_data_set_that_the_recipe_does_not_name_is_left_out(taught):
    assert groups([replace(lesson, origin="elsewhere") for lesson in taught]) == []


def test_about_a_fifth_of_two_pairs_sources_are_held_out():
    lessons = [
        replace(LESSON, origin="wmt20-comet", lp="en-cs", source=f"source {n}") for n in range(2000)
    ]
    assert 0.15 < sum(map(held_out_lesson, lessons)) / 2000 < 0.25
    assert not any(held_out_lesson(replace(lesson, lp="en-de")) for lesson in lessons)


def test_sources_of_development_data_are_forbidden_in_any_spacing(tmp_path):

    header = "lp\tsystem\tsrc\tmt\tref\tscore\torigin\n"
    for name, source in (
        ("dev_wmt24_esa", "From 24."),
        ("mtpref_dev", "Preferred."),
        ("dev_full", "A talk."),
    ):
        row = f"en-de\ta\t{source}\tx\ty\t1\tted21-mqm\n"
        (tmp_path / f"{name}.tsv.gz").write_bytes(gzip.compress((header + row).encode()))
    held = next(
        lesson
        for n in range(99)
        if held_out_lesson(
            lesson := replace(LESSON, origin="wmt20-comet", lp="en-ja", source=f"Held {n}")
        )
    )
    forbidden = forbidden_sources(tmp_path, [held, LESSON])
    for source in ("From  24. ", "PREFERRED.", "a talk.", held.source.upper()):
        assert fingerprint(source) in forbidden
    assert fingerprint(LESSON.source) not in forbidden
