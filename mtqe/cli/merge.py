"""`mtqe merge`: runs of parts of a test set as one run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqe.cli.common import (
    JsonOption,
    LanguageOption,
    ReportOption,
    VerboseOption,
    check_language,
    finish,
)


def merge(
    runs: Annotated[
        list[Path],
        typer.Argument(metavar="RUN...", help="Run folders of different segments, in order."),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="The run folder to write."),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", show_default="that of the first run", help="Name of the test set."
        ),
    ] = None,
    json: JsonOption = False,
    report: ReportOption = True,
    language: LanguageOption = "en",
    verbose: VerboseOption = False,
) -> None:
    """Merge runs of parts of a test set into the run of all segments.

    Corpus scores, intervals, p-values and ranks are those of one run of all segments. The runs must
    have the same systems and metrics. Findings of checks that look at a whole test set, such as
    repeated segments, are left out.

    Example: mtqe merge part1 part2 part3 -o whole
    """
    from mtqe.compare.own_comparison import with_comparison
    from mtqe.errors import ConfigError
    from mtqe.run import Run, check_output, merged
    from mtqe.support.paths import is_same_file, real_path

    check_language(language)
    parts = [Run.read(run) for run in runs]
    folders = [part.folder for part in parts if part.folder is not None]
    if real_path(output) in map(real_path, folders) or any(
        is_same_file(output, folder) for folder in folders
    ):
        raise ConfigError(f"{output} is one of the runs to merge; choose another with --output.")
    check_output(output)
    found = merged(parts, name)
    whole = Run(None, with_comparison(found), found.tables())
    finish(whole, output, None, json=json, language=language, verbose=verbose, report=report)
