"""Pictures of runs and comparisons as matplotlib figures, for papers, slides and notebooks.

Systems stand on an axis of their own and are told apart by their names. Colour only repeats what a
shape says already, so that a figure can be read in grey and by people who see no red or green.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mtqe.errors import ConfigError
from mtqe.support.arguments import check_type
from mtqe.support.extras import import_extra
from mtqe.support.options import check_name_list, suggestion

if TYPE_CHECKING:
    from mtqe.compare import Comparison
    from mtqe.run import MetricInfo, Run

THEMES = ("light", "dark")
KINDS = ("scores", "segments")


def run_figure(
    run: Run, shows: str = "scores", *, metrics: str | Sequence[str] = (), theme: str = "light"
) -> Any:  # noqa: ANN401 - matplotlib is an extra
    """A figure of a run; see `Run.figure`."""
    _check_choice(shows, KINDS, "shows")
    _check_theme(theme)
    chosen = _chosen(run.manifest.metrics, metrics)
    drawing = import_module("mtqe.report.figures.drawing")
    draw = drawing.draw_scores if shows == "scores" else drawing.draw_segments
    return draw(run, chosen, theme)


def comparison_figure(
    comparison: Comparison, *, metrics: str | Sequence[str] = (), theme: str = "light"
) -> Any:  # noqa: ANN401
    """A figure of a comparison; see `Comparison.figure`."""
    _check_theme(theme)
    compared = {item.info.name: item for item in comparison.metrics}
    infos = _chosen([item.info for item in comparison.metrics], metrics)
    parts = [compared[info.name] for info in infos]
    if not any(part.differences for part in parts):
        raise ConfigError(
            "there is no difference to draw: the comparison has a single system; compare two."
        )
    return import_module("mtqe.report.figures.drawing").draw_differences(comparison, parts, theme)


def _chosen(known: Sequence[MetricInfo], asked: str | Sequence[str]) -> list[MetricInfo]:
    by_name = {info.name: info for info in known}
    names = check_name_list(asked, "metrics") or tuple(by_name)
    for name in names:
        if name not in by_name:
            raise ConfigError(f"metrics: there is no {name!r}; {suggestion(name, by_name)}")
    return [by_name[name] for name in dict.fromkeys(names)]


def _check_theme(theme: str) -> None:
    _check_choice(theme, THEMES, "theme")
    import_extra("matplotlib", "plots", "figures", ConfigError)


def _check_choice(given: str, known: Sequence[str], what: str) -> None:
    check_type(given, str, what, f"one of {', '.join(known)}")
    if given not in known:
        raise ConfigError(f"{what}: {given!r} is not one of {', '.join(known)}.")
