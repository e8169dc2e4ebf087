"""Names of backends and metrics, those of other packages among them."""

from __future__ import annotations

import sys

import pytest

from mtqe.backends.registry import BACKENDS, backend_class, backend_names
from mtqe.errors import ConfigError
from mtqe.metrics.registry import metric_class, metric_names


@pytest.mark.parametrize("name", BACKENDS)
def test_every_backend_is_called_what_it_says(name):
    assert backend_class(name).name == name


@pytest.mark.parametrize("name", ["bleu", "chrf", "chrf++", "ter"])
def test_every_metric_is_called_what_it_says(name):
    assert metric_class(name).name == name


def test_a_misspelt_name_is_hinted_at():
    with pytest.raises(ConfigError, match=r"no metric is called 'blue'; did you mean 'bleu'"):
        metric_class("blue")
    with pytest.raises(ConfigError, match=r"no backend is called 'zzz'; known are amazon"):
        backend_class("zzz")


@pytest.fixture
def installed_package(tmp_path, monkeypatch):
    """A package of somebody else's, installed in a folder on the path."""
    (tmp_path / "theirs.py").write_text(
        "from mtqe.backends.existing.file import FileBackend\n"
        "class Theirs(FileBackend):\n    name = 'theirs'\n"
    )
    info = tmp_path / "theirs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[mtqe.backends]\ntheirs = theirs:Theirs\n"
        "[mtqe.metrics]\nbroken = no_such_module_of_theirs:Metric\n"
        "raises = their_fault:Metric\nabsent = theirs:Absent\n"
    )
    (tmp_path / "their_fault.py").write_text("raise RuntimeError('boom')\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("theirs", None)


@pytest.mark.usefixtures("installed_package")
def test_another_package_may_bring_backends_and_metrics():
    assert backend_class("theirs").__module__ == "theirs"
    assert "theirs" in backend_names()
    assert "broken" in metric_names()


@pytest.mark.usefixtures("installed_package")
def test_a_metric_that_cannot_be_imported_says_why():
    with pytest.raises(
        ConfigError, match=r"metric 'broken' can't be imported .*install the package"
    ):
        metric_class("broken")


@pytest.mark.usefixtures("installed_package")
@pytest.mark.parametrize(("name", "fault"), [("raises", "boom"), ("absent", "Absent")])
def test_a_metric_whose_package_is_faulty_says_so(name, fault):
    with pytest.raises(ConfigError, match=rf"'{name}' can't be imported .*{fault}.*uninstall"):
        metric_class(name)


@pytest.mark.parametrize("name", ["bleu,chrf", "bleu chrf"])
def test_several_names_in_one_are_told_from_a_misspelt_one(name):
    with pytest.raises(ConfigError, match=r"bleu.* and .*chrf.* one by one"):
        metric_class(name)
    with pytest.raises(ConfigError, match="did you mean"):
        metric_class("bleu,chfr")
