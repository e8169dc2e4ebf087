"""`mtqe score`: score existing translations without a configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mtqe.cli.common import (
    BatchOption,
    ChecksOption,
    ColumnOption,
    DeviceOption,
    ExecutorOption,
    JsonOption,
    LanguageOption,
    NoCacheOption,
    OutputOption,
    ReportOption,
    VerboseOption,
    check_language,
    chosen_compute,
    finish,
    metric_names_given,
    open_cache,
    output_folder,
    show_progress,
)

if TYPE_CHECKING:
    from mtqe.align.segmentation.methods import Method


def score(
    source: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default="in --corpus, or not known",
            help="Source text, one segment per line; - is standard input. "
            "BLEU, chrF, TER and BERTScore do without it.",
        ),
    ] = None,
    hypothesis: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE",
            show_default="in --corpus",
            help="A system's name and its translations; repeat it for each system. In a table, "
            "they are in the column 'hypothesis' or that of the system's name; FILE may be "
            "--corpus itself.",
        ),
    ] = None,
    source_language: Annotated[
        str | None,
        typer.Option(
            metavar="TAG",
            show_default="as --corpus says",
            help="Language of the sources, such as en or pt-BR.",
        ),
    ] = None,
    target_language: Annotated[
        str | None,
        typer.Option(
            metavar="TAG",
            show_default="as --corpus says, or not known",
            help="Language of the translations, such as zh; decides how words are counted.",
        ),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE", show_default="none", help="Reference translations; repeatable."
        ),
    ] = None,
    corpus: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            show_default="none",
            help="Instead of --source and --reference: one file, folder or name that holds both, "
            "and maybe systems: a table (columns source, reference, hypothesis:NAME), TMX, XLIFF, "
            "PO, WMT XML, mt-metrics-eval, wmt23:zh-en.",
        ),
    ] = None,
    corpus_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", show_default="by its name", help="Format of --corpus."
        ),
    ] = None,
    column: ColumnOption = None,
    document: Annotated[
        bool,
        typer.Option(
            "--document",
            help="Hypotheses are whole documents, whose lines don't match the test set's: plain "
            "text with an empty line between documents, a folder with a file per document, or a "
            "table with the columns document and hypothesis. They are cut into a text per segment.",
        ),
    ] = False,
    document_ids: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            show_default="in --corpus, or all segments are one document",
            help="The document of each line of --source or --reference.",
        ),
    ] = None,
    segmentation: Annotated[
        str | None,
        typer.Option(
            metavar="align|words|mwer|meaning",
            show_default="align",
            help="How --document cuts: align takes words, or meaning where there are no "
            "references; mwer is the published method for speech.",
        ),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric",
            "-m",
            metavar="NAME",
            show_default="those of bleu, chrf, comet and bertscore that can score",
            help="Score by this metric; repeatable.",
            callback=metric_names_given,
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="METRIC=MODEL",
            show_default="each metric's own",
            help="Another model for a neural metric, such as comet=Unbabel/wmt22-comet-da.",
        ),
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="auto|fp32|bf16|fp16", show_default="fp32", help="Precision of neural metrics."
        ),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="METRIC.OPTION=VALUE",
            show_default="none",
            help="An option of a metric, such as bleu.tokenize=intl or chrf.word_order=2, as in "
            "mtqe.toml; repeatable.",
        ),
    ] = None,
    executor: ExecutorOption = None,
    device: DeviceOption = None,
    batch_tokens: BatchOption = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="Name of the test set.")] = "score",
    output: OutputOption = None,
    json: JsonOption = False,
    no_cache: NoCacheOption = False,
    checks: ChecksOption = True,
    report: ReportOption = True,
    language: LanguageOption = "en",
    verbose: VerboseOption = False,
) -> None:
    """Score existing translations, without a configuration.

    Example: mtqe score --reference ref.en --hypothesis new.en -m chrf

    Example: mtqe score --source src.zh --reference ref.en --hypothesis base=base.en
    --hypothesis new=new.en --source-language zh --target-language en -m chrf -m comet

    Example: mtqe score --corpus wmttest2023.zh-en.xml -m chrf

    Example: mtqe score --corpus mine.csv --column source=German --column reference=English
    --hypothesis AIRC=mine.csv --source-language de --target-language en

    Example: mtqe score --document --document-ids docs.txt --reference ref.en
    --hypothesis new=new.txt --target-language en -m chrf
    """
    from mtqe.config import build_metrics
    from mtqe.evaluation.evaluate import default_metrics, evaluate
    from mtqe.evaluation.executors import open_executor
    from mtqe.evaluation.existing import (
        dataset_languages,
        metric_options,
        read_scoring_dataset,
        read_scoring_input,
    )
    from mtqe.metrics.pool import Compute
    from mtqe.metrics.registry import METRICS
    from mtqe.run import check_output
    from mtqe.support.options import spelled
    from mtqe.support.progress import step

    check_language(language)
    method = _segmentation(segmentation, document=document)
    files = hypothesis or []
    progress = show_progress(json)
    if corpus is not None:
        if source is not None or reference:
            raise typer.BadParameter("--corpus takes the place of --source and --reference")
        pair = dataset_languages(corpus, corpus_format, source_language, target_language)
        if document_ids is not None:
            raise typer.BadParameter("--document-ids is for --source and --reference")
        with step(progress, "read texts"):
            segments, systems = read_scoring_dataset(
                name, corpus, corpus_format, files, pair, method, column or ()
            )
    else:
        if column:
            raise typer.BadParameter("--column names columns of the table that --corpus is")
        if not files or (source is None and not reference):
            raise typer.BadParameter(
                "give --corpus, or --hypothesis with --reference, --source, or both"
            )
        if source is not None and source_language is None:
            raise typer.BadParameter("give --source-language, the language of --source")
        with step(progress, "read texts"):
            segments, systems = read_scoring_input(
                name,
                source,
                reference or [],
                files,
                source_language,
                target_language,
                document_ids=document_ids,
                segmentation=method,
            )
    names = [spelled(name, METRICS) for name in metric or default_metrics(segments)]
    options = metric_options(names, models=model or [], precision=precision, settings=setting or [])
    folder = output_folder(output, name)
    check_output(folder)
    cache = open_cache(no_cache)
    compute = chosen_compute(executor, device, batch_tokens, Compute())
    with open_executor(compute) as works:
        result = evaluate(
            segments,
            systems,
            build_metrics(names, segments.languages, options),
            cache=cache,
            progress=progress,
            checks=None if checks else (),
            executor=works,
        )
    finish(result, folder, cache, json=json, language=language, verbose=verbose, report=report)


def _segmentation(given: str | None, *, document: bool) -> Method | None:
    if not document:
        if given is not None:
            raise typer.BadParameter("--segmentation cuts whole documents; give --document, too")
        return None
    from mtqe.align.segmentation.methods import METHODS, parse_method

    return parse_method(METHODS[0] if given is None else given, "--segmentation")
