"""The wheel that users install: all of the package, and it works without the checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
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
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in ("mtqe", "training", "references"):
        shutil.copytree(ROOT / name, copy / name, ignore=LEFT_OUT)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    alone = ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(copy / "out")]
    subprocess.run([*pip, *alone, str(copy)], check=True)
    (path,) = (copy / "out").glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    return path, names


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Runs Python in an environment with the wheel alone, and its dependencies borrowed."""
    place = tmp_path_factory.mktemp("alone")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place / "venv")], check=True)
    python = place / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    site = Path(own.stdout.strip())
    with zipfile.ZipFile(wheel[0]) as archive:
        archive.extractall(site)
    # As a path alone: what the other environment installs in place stays out.
    (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    empty = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    environment = {key: value for key, value in os.environ.items() if key not in empty}
    environment["MTQE_HOME"] = str(place / "home")

    def run(*arguments, folder=place):
        return subprocess.run(
            [python, *map(str, arguments)],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def built(kind, folder, place):
    """A distribution of a folder, made as pip makes it but in this environment."""
    place.joinpath("out").mkdir(exist_ok=True)
    code = f"from setuptools import build_meta as b; print(b.build_{kind}({str(place / 'out')!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True
    )
    return place / "out" / done.stdout.splitlines()[-1]


def files_of(folder):
    """Every file of the package as the wheel names it."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_it_holds_every_file_of_the_package_the_demonstration_and_no_training(wheel):
    files = files_of("mtqe")
    assert "mtqe/metrics/models/weights/mtqe-comet-mini.safetensors" in files
    shown = {f"mtqe/{name}" for name in (*files_of("references/en-es"), "references/README.md")}
    assert "mtqe/references/en-es/hypotheses/careless.txt" in shown
    assert wheel[1] == files | shown


def test_its_demonstration_is_the_repository_s(wheel):
    with zipfile.ZipFile(wheel[0]) as archive:
        for name in files_of("references/en-es"):
            assert archive.read(f"mtqe/{name}") == (ROOT / name).read_bytes()


def test_readme_s_links_work_without_the_repository(wheel):
    with zipfile.ZipFile(wheel[0]) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(name).decode("utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert len(links) > 20
    assert [link for link in links if not link.startswith("https://")] == []
    assert "\nDescription-Content-Type: text/markdown\n" in text


@pytest.mark.slow
def test_the_source_distribution_makes_the_same_wheel(wheel, tmp_path):
    copy = wheel[0].parents[1]
    shutil.unpack_archive(built("sdist", copy, tmp_path), tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    with zipfile.ZipFile(built("wheel", unpacked, tmp_path)) as archive:
        files = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert files == wheel[1]


@pytest.mark.slow
def test_the_demonstration_runs_without_the_checkout(installed, tmp_path):
    place = installed("-c", "import mtqe; print(mtqe.__file__)").stdout
    assert str(ROOT) not in place
    done = installed("-m", "mtqe", "demo", "-m", "chrf", "-o", "out", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "171 segments" in done.stdout
    assert "mtqe init" in done.stdout
    assert (tmp_path / "out" / "report.html").stat().st_size > 100_000
    manifest = json.loads((tmp_path / "out" / "run.json").read_text())
    assert [system["name"] for system in manifest["systems"]] == ["apertium-recorded", "careless"]


@pytest.mark.slow
def test_a_built_in_model_and_every_page_s_assets_are_found(installed):
    done = installed("-m", "mtqe", "models", "list")
    assert done.returncode == 0, done.stderr
    assert "mtqe-comet-mini" in done.stdout
    assert installed("-m", "mtqe", "--help").returncode == 0


@pytest.mark.slow
def test_the_pytest_plug_in_and_the_plug_in_examples_work(installed, tmp_path):
    examples = tmp_path / "examples"
    shutil.copytree(ROOT / "docs" / "examples", examples, ignore=LEFT_OUT)
    site = installed("-c", "import mtqe; print(mtqe.__file__)").stdout.strip()
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    alone = [
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "--target",
        str(Path(site).parents[1]),
    ]
    packages = [path.parent for path in examples.glob("*/pyproject.toml")]
    subprocess.run([*pip, *alone, *packages], check=True)
    options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib")
    done = installed("-m", "pytest", *options, ".", folder=examples)
    assert done.returncode == 0, done.stdout + done.stderr
    helped = installed("-m", "pytest", "--help", folder=tmp_path)
    assert "mtqe" in helped.stdout


def test_its_version_is_the_package_s(wheel):
    assert wheel[0].name.startswith(f"mtqe-{mtqe.__version__}-")
