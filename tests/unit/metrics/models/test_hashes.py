"""Hashes of large files are computed once, and again as soon as a file may have changed."""

from __future__ import annotations

import hashlib
import os

import pytest

from mtqe.metrics.models import hashes
from mtqe.metrics.models.assembly import sha256_file
from mtqe.metrics.models.hashes import kept_sha256
from mtqe.metrics.models.local import LocalModel
from tests.neural_models import write_encoder


@pytest.fixture(autouse=True)
def large(monkeypatch, tmp_path):
    """Every file counts as large, and as written long ago; a cache of its own."""
    monkeypatch.setattr(hashes, "LARGE", 1)
    monkeypatch.setattr(hashes, "SETTLED", -1.0)
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))


@pytest.fixture
def read(monkeypatch):
    """The files that were read to be hashed."""
    found = []
    compute = sha256_file

    def watched(path):
        found.append(path.name)
        return compute(path)

    monkeypatch.setattr(hashes, "sha256_file", watched)
    return found


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "weights"
    path.write_bytes(b"one")
    return path


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def test_a_file_is_read_once(file, read):
    assert [kept_sha256(file), kept_sha256(file)] == [sha256(b"one")] * 2
    assert read == ["weights"]


def test_a_link_to_it_need_not_be_read(file, read, tmp_path):
    kept_sha256(file)
    (tmp_path / "link").symlink_to(file)
    assert kept_sha256(tmp_path / "link") == sha256(b"one")
    assert read == ["weights"]


def test_other_content_of_the_same_size_and_time_is_noticed(file, read):
    before = file.stat()
    kept_sha256(file)
    file.write_bytes(b"two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert kept_sha256(file) == sha256(b"two")
    assert len(read) == 2


def test_another_file_in_its_place_is_noticed(file, read, tmp_path):
    kept_sha256(file)
    (tmp_path / "other").write_bytes(b"two")
    (tmp_path / "other").replace(file)
    assert kept_sha256(file) == sha256(b"two")
    assert len(read) == 2


def test_a_file_of_this_moment_is_hashed_again(file, read, monkeypatch):
    monkeypatch.setattr(hashes, "SETTLED", 60.0)
    kept_sha256(file)
    kept_sha256(file)
    assert len(read) == 2


def test_small_files_leave_the_cache_alone(file, monkeypatch, tmp_path):
    monkeypatch.setattr(hashes, "LARGE", 4)
    assert kept_sha256(file) == sha256(b"one")
    assert not (tmp_path / "home").exists()


def test_a_model_is_verified_by_reading_it(read, tmp_path):
    model = LocalModel.find(write_encoder(tmp_path / "encoder"))
    known = model.sha256()
    assert sorted(read) == ["config.json", "model.safetensors"]
    assert model.sha256() == known
    assert len(read) == 2
    assert model.sha256(thorough=True) == known
