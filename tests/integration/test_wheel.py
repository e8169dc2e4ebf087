"""The wheel that users install: all of the package, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import mtqe

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.nbi", "*.nbc")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of a copy of the repository, and the copy's package."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in ("mtqe", "training"):
        shutil.copytree(ROOT / name, copy / name, ignore=LEFT_OUT)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    alone = ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(copy / "out")]
    subprocess.run([*pip, *alone, str(copy)], check=True)
    (path,) = (copy / "out").glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return path.name, {name for name in archive.namelist() if ".dist-info/" not in name}


def test_it_holds_every_file_of_the_package_and_no_training(wheel):
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "mtqe").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "mtqe/metrics/models/weights/mtqe-comet-mini.safetensors" in files
    assert wheel[1] == files


def test_its_version_is_the_package_s(wheel):
    assert wheel[0].startswith(f"mtqe-{mtqe.__version__}-")
