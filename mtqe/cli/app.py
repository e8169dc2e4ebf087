"""The `mtqe` program: its commands, and errors mapped to exit codes in one place."""

from __future__ import annotations

import logging
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

import typer

from mtqe import __version__
from mtqe.cli import (
    align,
    baseline,
    cache,
    check,
    compare,
    convert,
    demo,
    doctor,
    gate,
    human,
    init,
    judge,
    metaeval,
    models,
    report,
    review,
    run,
    sample,
    score,
    serve,
    translate,
    validate,
)
from mtqe.cli.panels import CI, EVALUATE, PEOPLE, SET_UP, TEST_SETS, PanelGroup
from mtqe.cli.streams import flush, odd_words, open_streams
from mtqe.errors import MtqeError
from mtqe.support.redaction import printable
from mtqe.support.visible import visible

OPERATIONAL_ERROR = 1
INTERRUPTED = 130


@dataclass
class State:
    """What the options before a command's name said."""

    debug: bool = False


app = typer.Typer(
    name="mtqe",
    cls=PanelGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Translate test sets, score them with BLEU, chrF, COMET and BERTScore, and report.",
    epilog="Exit codes: 0 pass, 1 operational error, 2 usage, 3 gate failed, 4 gate inconclusive.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mtqe {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback behind an error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    context.obj.debug = debug


app.command("run", rich_help_panel=EVALUATE)(run.run)
app.command("score", rich_help_panel=EVALUATE)(score.score)
app.command("translate", rich_help_panel=EVALUATE)(translate.translate)
app.command("judge", rich_help_panel=EVALUATE)(judge.judge)
app.command("compare", rich_help_panel=EVALUATE)(compare.compare)
app.command("report", rich_help_panel=EVALUATE)(report.report)
app.command("serve", rich_help_panel=EVALUATE)(serve.serve)
app.command("convert", rich_help_panel=TEST_SETS)(convert.convert)
app.command("align", rich_help_panel=TEST_SETS)(align.align)
app.command("check", rich_help_panel=TEST_SETS)(check.check)
app.command("validate", rich_help_panel=TEST_SETS)(validate.validate)
app.add_typer(gate.app, name="gate", rich_help_panel=CI)
app.add_typer(baseline.app, name="baseline", rich_help_panel=CI)
app.command("sample", rich_help_panel=PEOPLE)(sample.sample)
app.command("human", rich_help_panel=PEOPLE)(human.human)
app.add_typer(review.app, name="review", rich_help_panel=PEOPLE)
app.command("metaeval", rich_help_panel=PEOPLE)(metaeval.metaeval)
app.command("demo", rich_help_panel=SET_UP)(demo.demo)
app.command("init", rich_help_panel=SET_UP)(init.init)
app.command("doctor", rich_help_panel=SET_UP)(doctor.doctor)
app.add_typer(models.app, name="models", rich_help_panel=SET_UP)
app.add_typer(cache.app, name="cache", rich_help_panel=SET_UP)


def main() -> None:
    """Run the command line; an error that a user can cause ends in one sentence."""
    open_streams()
    _log_to_standard_error()
    state = State()
    if odd := odd_words(sys.argv[1:]):
        _fail(f"the argument {odd[0]} is not UTF-8; rename the file, or correct the locale.", state)
    try:
        app(obj=state)
    except MtqeError as error:
        _fail(str(error), state)
    except OSError as error:
        _fail(f"{error.filename or 'a file'} can't be used ({error.strerror}).", state)
    except MemoryError:
        _fail("memory ran out; close other programs, or give fewer systems or segments.", state)
    except SystemExit as end:
        if end.code in (None, 0) and (problem := flush()):
            _fail(f"standard output can't be written ({problem}).", state)
        if end.code == INTERRUPTED:  # how typer ends after Ctrl-C, silently
            typer.echo("mtqe: interrupted; repeat the command to go on from the cache.", err=True)
        raise


class _WithoutKeys(logging.Formatter):
    """Takes the keys that this process has read out of every line."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(printable(super().format(record)))


def _log_to_standard_error() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_WithoutKeys("mtqe: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


def _fail(message: str, state: State) -> None:
    if state.debug:
        typer.echo(visible(printable(traceback.format_exc())), err=True, nl=False)
    with suppress(OSError):  # standard error may be closed or full
        typer.echo(visible(f"mtqe: {printable(message)}"), err=True)
    flush()
    sys.exit(OPERATIONAL_ERROR)
