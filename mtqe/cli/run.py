"""`mtqe run`: translate, score and report what a configuration describes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqe.cli.common import (
    AllowOption,
    BatchOption,
    ChecksOption,
    ConfigArgument,
    DeviceOption,
    ExecutorOption,
    JsonOption,
    LanguageOption,
    MetricOption,
    NoCacheOption,
    OutputOption,
    ReportOption,
    SystemOption,
    VerboseOption,
    YesOption,
    approval,
    check_language,
    chosen_compute,
    finish,
    open_cache,
    output_folder,
    show_progress,
)
from mtqe.cli.gate import EXIT_CODES, BaselineOption, judge_run, print_result

if TYPE_CHECKING:
    from mtqe.run import Run


def run(
    config: ConfigArgument,
    system: SystemOption = None,
    metric: MetricOption = None,
    output: OutputOption = None,
    json: JsonOption = False,
    no_cache: NoCacheOption = False,
    checks: ChecksOption = True,
    report: ReportOption = True,
    gate: Annotated[
        bool, typer.Option("--gate", help="Then judge the run by the [gate] of CONFIG.")
    ] = False,
    baseline: BaselineOption = None,
    yes: YesOption = False,
    allow_untranslated: AllowOption = False,
    executor: ExecutorOption = None,
    device: DeviceOption = None,
    batch_tokens: BatchOption = None,
    language: LanguageOption = "en",
    verbose: VerboseOption = False,
    log: Annotated[
        list[str] | None,
        typer.Option(
            metavar="mlflow|wandb|tensorboard",
            show_default="none",
            help="Then log scores, parameters and the report to this tracker; repeatable.",
        ),
    ] = None,
) -> None:
    """Translate a test set, score its translations, write a report.

    mtqe takes earlier translations and scores from its cache. To continue an interrupted run, give
    the same command again.

    The exit code is 1 if a system has no translation at all; mtqe still writes the run. With --gate
    it is 3 if a rule fails, and 4 if there are too few segments to decide (see `mtqe gate --help`).

    Example: mtqe run references/en-es/mtqe.toml --system apertium -m chrf -m comet
    """
    from mtqe.config import load_config
    from mtqe.errors import ConfigError
    from mtqe.evaluation.evaluate import check_translated, evaluate
    from mtqe.evaluation.executors import open_executor
    from mtqe.gate import baseline_of, check_baseline, check_checked, read_gate
    from mtqe.run import check_output

    if baseline is not None and not gate:
        raise ConfigError("--baseline is what --gate compares with; give --gate too.")
    if log and not report:
        raise ConfigError("--log logs the report, too; leave out --no-report.")
    check_language(language)
    _check_trackers(log or ())
    loaded = load_config(config)
    rules = read_gate(config) if gate else None
    if rules is not None:
        check_baseline(rules, baseline_of(rules, baseline))
        if not checks:
            check_checked(rules)
    folder = output_folder(output, loaded.name)
    check_output(folder)
    cache = open_cache(no_cache)
    compute = chosen_compute(executor, device, batch_tokens, loaded.compute)
    with open_executor(compute) as works:
        result = evaluate(
            loaded.read_corpus(),
            loaded.build_systems(system or ()),
            loaded.build_metrics(metric or ()),
            cache=cache,
            progress=show_progress(json),
            checks=loaded.build_checks() if checks else (),
            approve=approval(yes),
            executor=works,
        )
    verdict = None
    try:
        if rules is not None:
            verdict = judge_run(rules, result, baseline)
    finally:  # a gate that can't judge leaves a run that can be read
        finish(
            result,
            folder,
            cache,
            json=json,
            gate=verdict,
            language=language,
            verbose=verbose,
            report=report,
        )
    _log(result, folder, log or ())
    if verdict is not None:
        print_result(verdict, err=json)
    if not allow_untranslated:
        systems = result.manifest.systems
        told = ((info.name, info.failures, info.notes) for info in systems)
        check_translated(told, result.manifest.corpus.segments)
    if verdict is not None:
        raise typer.Exit(EXIT_CODES[verdict.outcome])


def _check_trackers(names: Sequence[str]) -> None:
    if names:
        from mtqe.report.trackers import check_tracker  # brings pandas

        for name in names:
            check_tracker(name)


def _log(run: Run, folder: Path, names: Sequence[str]) -> None:
    if names:
        from mtqe.report.trackers import log_run
        from mtqe.run import REPORT

        report = (folder / REPORT).read_text(encoding="utf-8")
        for name in names:
            log_run(run, name, report=report)
