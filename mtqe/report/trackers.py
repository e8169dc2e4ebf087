"""Logging a run to MLflow, Weights & Biases or TensorBoard."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from mtqe.errors import ConfigError, MtqeError
from mtqe.report.page.data import report_data
from mtqe.report.page.render import render_html
from mtqe.run import REPORT, Run, RunManifest
from mtqe.support.extras import import_extra
from mtqe.support.files import write_whole
from mtqe.support.languages import direction
from mtqe.support.options import suggestion
from mtqe.support.paths import safe_name
from mtqe.support.visible import one_line

MODULES = {"mlflow": "mlflow", "wandb": "wandb", "tensorboard": "torch.utils.tensorboard"}
"""What each tracker's extra makes importable."""
PROJECT = "mtqe"
LONGEST = 6000
"""Characters of a parameter; MLflow refuses more."""
FORBIDDEN = re.compile(r"[^\w. -]")
"""What MLflow refuses in a part of a name."""
LONGEST_PART = 70
"""Bytes of a part of a name; MLflow refuses more than 250 characters of the whole."""
MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+.!|~-]")
"""What TensorBoard may take for a link, a picture or a layout."""


@dataclass(frozen=True)
class Entry:
    """What is logged of a run.

    Attributes:
        name: name of the run.
        values: scores as ``SYSTEM/METRIC``, with the ends of their intervals, ``…_low`` and
            ``…_high``.
        parameters: all that the scores depend on.
        verdict: the verdict and remarks.
        report: the HTML report.
        step: step of a training; None for an evaluation by itself.
        folder: where TensorBoard's files go; None for its usual place.
    """

    name: str
    values: Mapping[str, float]
    parameters: Mapping[str, str]
    verdict: str
    report: str
    step: int | None
    folder: Path | None


def check_tracker(tracker: str) -> None:
    """See that a tracker is known and installed.

    Raises:
        ConfigError: it is neither.
    """
    _module(tracker)


def log_run(
    run: Run,
    tracker: str,
    *,
    step: int | None = None,
    folder: str | os.PathLike[str] | None = None,
    report: str | None = None,
) -> None:
    """Log a run's scores, parameters and report.

    Args:
        run: a finished run.
        tracker: ``mlflow``, ``wandb`` or ``tensorboard``.
        step: step of a training that the run belongs to.
        folder: where TensorBoard's files go; ``runs/RUN`` if None.
        report: the HTML report, if it is there already.

    Raises:
        ConfigError: the tracker is unknown or not installed.
        MtqeError: the tracker refuses what it gets, or can't be reached.
    """
    library = _module(tracker)
    manifest = run.manifest
    entry = Entry(
        name=one_line(manifest.id),
        values=dict(_values(manifest)),
        parameters=dict(_parameters(manifest)),
        verdict="\n".join(map(one_line, [manifest.verdict, *manifest.remarks])),
        report=render_html(report_data(run)) if report is None else report,
        step=step,
        folder=None if folder is None else Path(folder),
    )
    refusals: tuple[type[Exception], ...] = (OSError, RuntimeError, ValueError, *_errors(library))
    try:
        LOGGERS[tracker](library, entry)
    except refusals as error:
        reason = str(error).strip().splitlines()
        raise MtqeError(
            f"{tracker} did not take the run ({reason[0] if reason else type(error).__name__}); "
            "the run itself is complete. Correct the tracker's settings and log it again with "
            "`run.log_to`."
        ) from error


def _module(tracker: object) -> ModuleType:
    if not isinstance(tracker, str) or tracker not in MODULES:
        raise ConfigError(f"no tracker is called {tracker!r}; {suggestion(str(tracker), MODULES)}")
    return import_extra(MODULES[tracker], tracker, f"logs to {tracker}", ConfigError)


def _errors(library: ModuleType) -> tuple[type[Exception], ...]:
    """The classes of a library's own errors."""
    places = (getattr(library, "exceptions", None), getattr(library, "errors", None), library)
    names = ("MlflowException", "Error")
    found = (getattr(place, name, None) for place in places for name in names)
    return tuple(e for e in found if isinstance(e, type) and issubclass(e, Exception))


def _values(manifest: RunManifest) -> Iterator[tuple[str, float]]:
    systems = _parts(system.name for system in manifest.systems)
    metrics = _parts(metric.name for metric in manifest.metrics)
    for system in manifest.systems:
        for score in system.scores:
            name = f"{systems[system.name]}/{metrics[score.metric]}"
            for key, value in (
                (name, score.score), (f"{name}_low", score.low), (f"{name}_high", score.high),
            ):  # fmt: skip
                if value is not None:
                    yield key, value


def _parameters(manifest: RunManifest) -> Iterator[tuple[str, str]]:
    corpus = manifest.corpus
    systems = _parts(system.name for system in manifest.systems)
    metrics = _parts(metric.name for metric in manifest.metrics)
    yield "mtqe/corpus", _value(corpus.name)
    yield "mtqe/corpus_hash", corpus.hash
    yield "mtqe/languages", direction(corpus.source_language, corpus.target_language)
    yield "mtqe/segments", str(corpus.segments)
    yield "mtqe/version", manifest.versions.get("mtqe", "")
    for metric in manifest.metrics:
        yield f"mtqe/signature/{metrics[metric.name]}", _value(metric.signature)
    for system in manifest.systems:
        keys = _parts(system.identity)
        for key, value in system.identity.items():
            yield f"mtqe/system/{systems[system.name]}/{keys[key]}", _value(value)


def _value(text: str) -> str:
    return one_line(text)[:LONGEST]


def _parts(names: Iterable[str]) -> dict[str, str]:
    """Each name as a part of a longer one that every tracker takes; different ones differ."""
    found: dict[str, str] = {}
    for name in names:
        part = _part(name)
        if part in found.values() or len(part.encode("utf-8")) > LONGEST_PART:
            start = part.encode("utf-8")[:LONGEST_PART].decode("utf-8", "ignore")
            data = name.encode("utf-8", "surrogatepass")
            part = f"{start}-{hashlib.sha256(data).hexdigest()[:6]}"
        found[name] = part
    return found


def _part(name: str) -> str:
    """Letters of all scripts stay, and so do slashes (``Helsinki-NLP/opus-mt``), but no ``..``."""
    steps = [FORBIDDEN.sub("_", step) for step in name.split("/")]
    return "/".join(step if step.strip(". ") else f"_{step.replace('.', '_')}" for step in steps)


def _markdown(text: str) -> str:
    """A text that stays what it is in Markdown."""
    return MARKDOWN.sub(r"\\\g<0>", text.replace("&", "&amp;").replace("<", "&lt;"))


def _to_mlflow(mlflow: Any, entry: Entry) -> None:  # noqa: ANN401 - an optional package
    active: AbstractContextManager[Any] = (
        nullcontext() if mlflow.active_run() else mlflow.start_run(run_name=entry.name)
    )
    with active:
        mlflow.log_metrics(dict(entry.values), step=entry.step)
        mlflow.log_params(dict(entry.parameters))
        mlflow.set_tag("mtqe.verdict", entry.verdict[:LONGEST])
        mlflow.log_text(entry.report, REPORT)


def _to_wandb(wandb: Any, entry: Entry) -> None:  # noqa: ANN401 - an optional package
    started = wandb.run is None
    run = wandb.init(project=PROJECT, name=entry.name) if started else wandb.run
    try:
        run.config.update(dict(entry.parameters), allow_val_change=True)
        run.log({**entry.values, "mtqe/report": wandb.Html(entry.report)}, step=entry.step)
        run.summary["mtqe/verdict"] = entry.verdict
    finally:
        if started:
            run.finish()


def _to_tensorboard(tensorboard: Any, entry: Entry) -> None:  # noqa: ANN401 - an optional package
    folder = entry.folder or Path("runs") / safe_name(entry.name)
    with tensorboard.SummaryWriter(str(folder)) as writer:
        for name, value in entry.values.items():
            writer.add_scalar(name, value, entry.step)
        rows = [
            f"| {_markdown(key)} | {_markdown(value)} |" for key, value in entry.parameters.items()
        ]
        writer.add_text("mtqe/parameters", "\n".join(["| | |", "|---|---|", *rows]), entry.step)
        writer.add_text("mtqe/verdict", _markdown(entry.verdict), entry.step)
    write_whole(folder / REPORT, entry.report)


LOGGERS: Mapping[str, Callable[[Any, Entry], None]] = {
    "mlflow": _to_mlflow,
    "wandb": _to_wandb,
    "tensorboard": _to_tensorboard,
}
