"""What is installed, what works on this machine, and how to fix what doesn't."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

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
        detail: a version or place, or the sentence that says what is wrong and how to fix it.
        optional: whether most users do without it, such as the key of a service.
    """

    name: str
    works: bool
    detail: str
    optional: bool = False

    @property
    def mark(self) -> str:
        """``ok``, ``no``, or ``optional`` for what doesn't work and needn't."""
        return "ok" if self.works else "optional" if self.optional else "no"


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
        yield _attempt(name, partial(_about, name), optional=True)


def _about(backend: str) -> str:
    cls = backend_class(backend)
    found = cls.readiness()
    return found if backend in BACKENDS else f"{found}, from {cls.__module__}"


def _metrics() -> Iterator[Diagnosis]:
    for name in metric_names():
        yield _attempt(name, partial(_readiness, name, "en"))
        for language in _tokenizer_languages(name):
            title = f"{name} for {language_name(language)}"
            yield _attempt(title, partial(_readiness, name, language), optional=True)


def _readiness(metric: str, target_language: str) -> str:
    return metric_class(metric).readiness(target_language)


def _tokenizer_languages(metric: str) -> tuple[str, ...]:
    try:
        return metric_class(metric).tokenizer_languages
    except MtqeError:
        return ()


def _models() -> Iterator[Diagnosis]:
    for model in ModelStore().list():
        detail = f"{model.state}, {model.licence}, {Path(model.folder)}"
        yield Diagnosis(model.name, works=model.state != "missing", detail=detail)


def _attempt(name: str, look: Callable[[], str], *, optional: bool = False) -> Diagnosis:
    try:
        return Diagnosis(name, works=True, detail=look())
    except MtqeError as error:
        return Diagnosis(name, works=False, detail=str(error), optional=optional)
