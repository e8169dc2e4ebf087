"""The `mtqe` program: its commands, and errors mapped to exit codes in one place."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated

import typer

from mtqe import __version__
from mtqe.cli.panels import CI, EVALUATE, PEOPLE, SET_UP, TEST_SETS, PanelGroup
from mtqe.cli.repeated import RepeatingCommand
from mtqe.cli.streams import flush, odd_words, open_streams
from mtqe.errors import MtqeError
from mtqe.support.redaction import printable
from mtqe.support.visible import visible

OPERATIONAL_ERROR = 1
INTERRUPTED = 130
OBJECTS, GENERATIONS = 300_000, (20, 20)
"""When Python looks for circles of objects: its 700 objects cost a program that reads texts a tenth
of its time, and find nothing. A small evaluation makes fewer than these."""
WITHOUT_PLUGINS = "PYDANTIC_DISABLE_PLUGINS", "1"
"""What this program validates is nobody else's business, and to look for plug-ins, pydantic reads
the metadata of every installed package, which takes as long as reading a test set."""
DEBUG = "--debug"
COMMANDS: Mapping[str, str] = {
    "run": EVALUATE,
    "score": EVALUATE,
    "translate": EVALUATE,
    "judge": EVALUATE,
    "merge": EVALUATE,
    "compare": EVALUATE,
    "report": EVALUATE,
    "serve": EVALUATE,
    "convert": TEST_SETS,
    "align": TEST_SETS,
    "check": TEST_SETS,
    "validate": TEST_SETS,
    "gate": CI,
    "baseline": CI,
    "sample": PEOPLE,
    "human": PEOPLE,
    "review": PEOPLE,
    "metaeval": PEOPLE,
    "demo": SET_UP,
    "init": SET_UP,
    "doctor": SET_UP,
    "models": SET_UP,
    "cache": SET_UP,
}
"""Each command's panel; its module here has a function of its name, or an `app` of commands."""


@dataclass
class State:
    """What the options before a command's name said."""

    debug: bool = False


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mtqe {__version__}")
        raise typer.Exit


def _options(
    context: typer.Context,
    debug: Annotated[bool, typer.Option(DEBUG, help="Show the traceback behind an error.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    context.obj.debug = debug


def program(words: Sequence[str] = ()) -> typer.Typer:
    """The command line.

    Args:
        words: what is called; if that begins with a command, the others are not loaded, which
            takes longer than all that a small test set needs.
    """
    app = typer.Typer(
        name="mtqe",
        cls=PanelGroup,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Translate test sets, score them with BLEU, chrF, COMET and BERTScore, and report.",
        epilog="Exit codes: 0 pass, 1 operational error, 2 usage, 3 gate failed, "
        "4 gate inconclusive.",
    )
    app.callback()(_options)
    called = next((word for word in words if word != DEBUG), "")
    for name in [called] if called in COMMANDS else COMMANDS:
        module = import_module(f"mtqe.cli.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name, rich_help_panel=COMMANDS[name])
        else:
            command = app.command(name, cls=RepeatingCommand, rich_help_panel=COMMANDS[name])
            command(getattr(module, name))
    return app


def main() -> None:
    """Run the command line; an error that a user can cause ends in one sentence."""
    gc.set_threshold(OBJECTS, *GENERATIONS)
    atexit.register(gc.freeze)  # at its end, Python would look for circles among all that is left
    os.environ.setdefault(*WITHOUT_PLUGINS)
    open_streams()
    _log_to_standard_error()
    state = State()
    if odd := odd_words(sys.argv[1:]):
        _fail(f"the argument {odd[0]} is not UTF-8; rename the file, or correct the locale.", state)
    try:
        _call(state)
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


def _call(state: State) -> None:
    """Run the command; however it ends, no bar stays on the terminal, which has its cursor back."""
    try:
        program(sys.argv[1:])(obj=state)
    finally:
        if bars := sys.modules.get("mtqe.cli.bars"):  # which most commands don't load
            bars.stop_all()


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
