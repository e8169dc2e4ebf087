"""Files and folders are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mtqe.support.files import replace_folder, write_whole
from tests.volumes import small_volume


def test_a_file_is_new_or_replaced_and_nothing_else_is_left(tmp_path):
    for content in (b"one", "two, ü"):
        write_whole(tmp_path / "file", content)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "two, ü"
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 - hidden files too


def test_a_full_disk_keeps_the_old_file(tmp_path):
    with small_volume(tmp_path / "volume") as volume:
        path = volume.path / "file"
        write_whole(path, b"old", durable=True)
        with pytest.raises(OSError, match="No space left"):
            write_whole(path, b"x" * 2**22)
        assert path.read_bytes() == b"old"
        assert os.listdir(volume.path) == ["file"]  # noqa: PTH208


def test_an_existing_file_keeps_its_permissions_and_a_link_its_place(tmp_path):
    private = tmp_path / "private"
    private.write_text("old")
    private.chmod(0o600)
    link = tmp_path / "link"
    link.symlink_to("private")
    write_whole(link, b"new")
    assert link.is_symlink()
    assert private.read_text() == "new"
    assert private.stat().st_mode & 0o777 == 0o600


def test_a_device_is_written_to_as_it_is():
    write_whole(Path("/dev/null"), b"gone")


def test_a_folder_takes_another_s_place(tmp_path):
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    replace_folder(tmp_path / "new", tmp_path / "old")
    assert os.listdir(tmp_path) == ["old"]  # noqa: PTH208
    assert os.listdir(tmp_path / "old") == ["new"]  # noqa: PTH208


def test_a_folder_that_cannot_be_replaced_stays(tmp_path):
    (tmp_path / "old").mkdir()
    with pytest.raises(OSError, match="No such file"):
        replace_folder(tmp_path / "missing", tmp_path / "old")
    assert os.listdir(tmp_path) == ["old"]  # noqa: PTH208
