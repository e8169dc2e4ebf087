"""`mtqe run`: translate, score and report what a configuration describes."""

from __future__ import annotations

from mtqe.cli.common import (
    ConfigArgument,
    JsonOption,
    MetricOption,
    NoCacheOption,
    OutputOption,
    SystemOption,
    finish,
    open_cache,
    output_folder,
    show_progress,
)


def run(
    config: ConfigArgument,
    system: SystemOption = None,
    metric: MetricOption = None,
    output: OutputOption = None,
    json: JsonOption = False,
    no_cache: NoCacheOption = False,
) -> None:
    """Translate a test set with every system, score the translations and write a report.

    What has been translated or scored before comes from the cache. A run that was interrupted
    goes on where it stopped when the same command is given again.

    Example: mtqe run references/en-es/mtqe.toml --system apertium -m chrf -m comet
    """
    from mtqe.config import load_config
    from mtqe.evaluate import evaluate

    loaded = load_config(config)
    folder = output_folder(output, loaded.name)
    result = evaluate(
        loaded.read_corpus(),
        loaded.build_systems(system or ()),
        loaded.build_metrics(metric or ()),
        folder,
        cache=open_cache(no_cache),
        progress=show_progress(json),
    )
    finish(result, folder, json=json)
