"""The model store when processes race, die, or meet a disk that takes nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mtqe.errors import ModelError
from mtqe.metrics.models.builtin import BuiltInModel
from mtqe.metrics.models.store import ModelStore
from tests.unit.metrics.neural.comet_samples import adapters, head, write_delta

ENCODER = "mtqe-e5-small"
PROGRAM = """
import logging
from mtqe.metrics.models.store import ModelStore
logging.basicConfig(level="INFO", format="%(message)s")
print(ModelStore().path("mtqe-e5-small"))
"""

needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="mounting a file system needs root"
)


def start(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "MTQE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let root mount a tmpfs")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_two_processes_at_once_assemble_once(tmp_path):
    both = [start(tmp_path), start(tmp_path)]
    outputs = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    folder = tmp_path / "models" / ENCODER
    assert [out for out, _ in outputs] == [f"{folder}\n"] * 2
    assert "".join(err for _, err in outputs).count("Assembling the model") == 1
    assert ModelStore(tmp_path / "models").verify(ENCODER) == []


def test_a_process_killed_half_way_leaves_nothing_that_counts(tmp_path):
    root = tmp_path / "models"
    process = start(tmp_path)
    _wait_for_partial_file(process, root)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert not (root / ENCODER).exists()
    assert len(list(root.glob("*.partial*"))) == 1

    store = ModelStore(root)
    store.path(ENCODER)
    assert store.verify(ENCODER) == []
    assert list(root.glob("*.partial*")) == []


@needs_root
def test_a_small_disk_is_one_clear_error(tmp_path):
    with mounted(tmp_path / "disk", "size=4m") as disk:
        with pytest.raises(ModelError, match=r"needs 600 MB in .*, which has 4 MB left: free"):
            ModelStore(disk / "models").path(ENCODER)
        assert not (disk / "models" / ENCODER).exists()


@needs_root
@pytest.mark.parametrize("kind", ["encoder", "comet"])
def test_a_disk_that_fills_while_writing_is_one_clear_error(tmp_path, kind):
    write_delta(tmp_path / "tiny.safetensors", adapters() | head(features=6))
    model = BuiltInModel("tiny", kind, "", weights_folder=tmp_path)
    with mounted(tmp_path / "disk", "size=20m") as disk:
        assembly = replace(model.assembly(disk / "models"), bytes_needed=0)
        with pytest.raises(ModelError, match=r"tiny can't be written .*MTQE_HOME"):
            assembly.ensure()
        assert [p.name for p in (disk / "models").iterdir() if p.is_dir()] == []


@needs_root
def test_a_read_only_store_serves_what_it_has_and_says_what_it_cannot_do(tmp_path):
    with mounted(tmp_path / "disk", "size=700m") as disk:
        ModelStore(disk).path(ENCODER)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert ModelStore(disk).path(ENCODER) == disk / ENCODER
        assert ModelStore(disk).verify(ENCODER) == []
        with pytest.raises(ModelError, match=r"can't be written \(Read-only file system\)"):
            ModelStore(disk / "other").path(ENCODER)
        with pytest.raises(ModelError, match=r"can't be written \(Read-only file system\)"):
            ModelStore(disk).add("mine", disk / ENCODER)


def _wait_for_partial_file(process: subprocess.Popen[str], root: Path) -> None:
    """Until the killed process is in the middle of writing."""
    deadline = time.monotonic() + 120
    while not list(root.glob("*.partial*/tokenizer.json")):
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
