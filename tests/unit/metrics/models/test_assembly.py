"""Folders written whole or not at all; tiny ones, the real models are in test_models.py."""

from __future__ import annotations

import logging
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from mtqe.errors import ModelError
from mtqe.metrics.models.assembly import MANIFEST, Assembly
from tests.wording import mentions

CONTENT = "weights"


def build(folder: Path, location: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "model.bin").write_text(CONTENT)
    (folder / "where.txt").write_text(str(location))


@pytest.fixture
def assembly(tmp_path) -> Assembly:
    return Assembly(tmp_path / "models" / "tiny", "v1", build, 1000, holds_own_path=True)


@pytest.fixture
def made(assembly) -> Assembly:
    assembly.ensure()
    return assembly


@pytest.mark.parametrize("times", [1, 2])
def test_the_finished_folder_is_all_that_is_left(made, times):
    for _ in range(times):
        (made.target / "where.txt").unlink()
        made.ensure()
    left = {p.name for p in made.target.parent.iterdir() if not p.name.endswith(".lock")}
    assert left == {"tiny"}
    assert made.problems(thorough=True) == []
    assert (made.target / "where.txt").read_text() == str(made.target)


def test_a_sound_folder_is_not_written_again(made):
    before = made.target.stat().st_ino
    made.ensure()
    assert made.target.stat().st_ino == before


def test_a_cut_file_is_made_again_and_said_so(made, caplog):
    (made.target / "sub" / "model.bin").write_text("")
    made.ensure()
    assert (made.target / "sub" / "model.bin").read_text() == CONTENT
    (record,) = caplog.records
    assert mentions(record.getMessage(), "tiny", "sub/model.bin", "0 bytes", "7", "again")


def test_a_changed_file_of_the_same_size_is_made_again(made, caplog):
    (made.target / "sub" / "model.bin").write_text("Weights")
    made.ensure()
    assert (made.target / "sub" / "model.bin").read_text() == CONTENT
    assert "differs from its recorded hash" in caplog.text


def test_a_change_that_keeps_size_and_time_is_found_by_a_thorough_check(made):
    path = made.target / "sub" / "model.bin"
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_text("Weights")
    os.utime(path, ns=times)
    assert made.problems() == []
    assert made.problems(thorough=True) == ["sub/model.bin differs from its recorded hash"]


def test_new_times_alone_are_no_problem(made):
    os.utime(made.target / "sub" / "model.bin")
    assert made.problems() == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": 1}', '{"files": {"a": {"x": 1}}}'])
def test_a_damaged_manifest_is_a_problem_not_a_crash(made, text):
    (made.target / MANIFEST).write_text(text)
    assert made.problems() == [f"its {MANIFEST} can't be read"]
    made.ensure()
    assert made.problems() == []


def test_a_missing_file_is_a_problem(made):
    (made.target / "where.txt").unlink()
    assert made.problems() == ["where.txt is missing"]


def test_other_ingredients_make_it_again(made, caplog):
    replace(made, fingerprint="v2").ensure()
    assert "was made from other weights" in caplog.text
    assert made.problems() == ["it was made from other weights"]


def test_a_moved_folder_is_made_again_where_it_holds_its_own_path(made, tmp_path):
    shutil.move(made.target.parent, tmp_path / "moved")
    moved = replace(made, target=tmp_path / "moved" / "tiny")
    assert moved.problems() == [f"it was made for {made.target}"]
    assert replace(moved, holds_own_path=False).problems() == []
    moved.ensure()
    assert (moved.target / "where.txt").read_text() == str(moved.target)


def test_the_same_folder_by_another_path_is_sound(made, tmp_path):
    (tmp_path / "link").symlink_to(made.target.parent)
    assert replace(made, target=tmp_path / "link" / "tiny").problems() == []


def test_what_a_dead_process_left_is_removed(assembly):
    dead = assembly.target.parent / ".tiny.partialabc123"
    dead.mkdir(parents=True)
    (dead / "half").write_text("")
    assembly.ensure()
    assert not dead.exists()


def test_a_failing_build_leaves_nothing(assembly):
    def fail(folder: Path, location: Path) -> None:
        (folder / "half").write_text("")
        raise OSError(28, "No space left on device")

    with pytest.raises(ModelError, match=r"tiny can't be written \(No space left.*MTQE_HOME"):
        replace(assembly, build=fail).ensure()
    assert [p.name for p in assembly.target.parent.iterdir() if p.is_dir()] == []


def test_too_little_room_is_said_before_anything_is_written(assembly):
    with pytest.raises(ModelError, match=r"needs 1000000000000 MB in .*MTQE_HOME"):
        replace(assembly, bytes_needed=10**18).ensure()
    assert not assembly.target.exists()


def test_a_first_assembly_is_announced_at_info_level(assembly, caplog):
    with caplog.at_level(logging.INFO):
        assembly.ensure()
    assert "Assembling the model tiny." in caplog.text
