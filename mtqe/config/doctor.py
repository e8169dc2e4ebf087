"""What is installed, what works on this machine, and how to mend what doesn't."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mtqe.backends.local.apertium import installed_pairs
from mtqe.backends.registry import BACKENDS, backend_class, backend_names
from mtqe.errors import MtqeError
from mtqe.metrics.models.store import ModelStore
from mtqe.metrics.registry import metric_class, metric_names
from mtqe.support.languages import language_name
from mtqe.support.paths import cache_folder, models_folder
from mtqe.support.versions import versions


@dataclass(frozen=True)
class Diagnosis:
    """Whether one thing works on this machine.

    Attributes:
        detail: a version or place, or the sentence that says what is wrong and how to mend it.
    """

    name: str
    works: bool
    detail: str


@dataclass(frozen=True)
class Section:
    """Diagnoses of one kind of thing, such as backends."""

    title: str
    lines: tuple[Diagnosis, ...]


def diagnose() -> tuple[Section, ...]:
    """Look at versions, folders, backends, metrics and models; loads no model."""
    return (
        Section(
            "versions", tuple(Diagnosis(k, works=True, detail=v) for k, v in versions().items())
        ),
        Section("folders", tuple(_folders())),
        Section("backends", tuple(_backends())),
        Section("metrics", tuple(_metrics())),
        Section("models", tuple(_models())),
    )


def _folders() -> Iterator[Diagnosis]:
    for name, folder in (("models", models_folder()), ("cache", cache_folder())):
        parent = next(path for path in (folder, *folder.parents) if path.exists())
        if os.access(parent, os.W_OK):
            yield Diagnosis(name, works=True, detail=str(folder))
        else:
            fix = "set MTQE_HOME to a folder that you may write to"
            yield Diagnosis(name, works=False, detail=f"{folder} can't be written; {fix}.")


def _backends() -> Iterator[Diagnosis]:
    for name in backend_names():
        if name == "apertium":
            yield _apertium()
        else:
            yield _attempt(name, partial(_about, name))


def _about(backend: str) -> str:
    cls = backend_class(backend)
    found = cls.readiness()
    return found if backend in BACKENDS else f"{found}, from {cls.__module__}"


def _apertium() -> Diagnosis:
    if shutil.which("apertium") is None:
        fix = "run `apt-get install apertium` and the package of a pair, such as apertium-eng-spa"
        return Diagnosis("apertium", works=False, detail=f"not installed; {fix}.")
    pairs = installed_pairs()
    if not pairs:
        fix = "run `apt-get install apertium-eng-spa` or another pair"
        return Diagnosis("apertium", works=False, detail=f"no pair is installed; {fix}.")
    return Diagnosis("apertium", works=True, detail="pairs " + ", ".join(pairs))


def _metrics() -> Iterator[Diagnosis]:
    for name in metric_names():
        if _of_people(name):
            yield Diagnosis(name, works=True, detail="people's scores; `mtqe human` puts them in")
        else:
            yield from _metric(name)


def _metric(name: str) -> Iterator[Diagnosis]:
    yield _attempt(name, partial(_signature, name, "en"))
    try:
        languages = metric_class(name).tokenizer_languages
    except MtqeError:
        return
    for language in languages:
        title = f"{name} for {language_name(language)}"
        yield _attempt(title, partial(_signature, name, language))


def _of_people(name: str) -> bool:
    """Whether a metric's scores are people's, which no installation makes."""
    try:
        return metric_class(name).partial
    except MtqeError:
        return False


def _signature(name: str, target_language: str) -> str:
    metric = metric_class(name).from_options({}, target_language)
    metric.check()
    return str(metric.signature("1"))


def _models() -> Iterator[Diagnosis]:
    for model in ModelStore().list():
        detail = f"{model.state}, {model.licence}, {Path(model.folder)}"
        yield Diagnosis(model.name, works=model.state != "missing", detail=detail)


def _attempt(name: str, look: Callable[[], str]) -> Diagnosis:
    try:
        return Diagnosis(name, works=True, detail=look())
    except MtqeError as error:
        return Diagnosis(name, works=False, detail=str(error))
