"""What --help says: every command in a panel, every option with words, a value and a default."""

from __future__ import annotations

import pytest
import typer

from mtqe.cli import panels
from mtqe.cli.app import program
from tests.command_line import mtqe

PANELS = {
    "Evaluate": "run score translate judge merge compare report serve",
    "Test sets": "convert align check validate",
    "CI": "gate baseline",
    "People": "sample human metaeval review",
    "Set up": "demo init doctor models cache",
}


def commands(command=None, context=None, name="mtqe"):
    """Every command below the program, with its context."""
    command = command or typer.main.get_command(program())
    context = typer.Context(command, info_name=name, parent=context)
    yield command, context
    for child_name, child in getattr(command, "commands", {}).items():
        yield from commands(child, context, child_name)


TREE = list(commands())
OWN = {
    f"{context.command_path} {parameter.opts[-1]}": (parameter, context)
    for command, context in TREE
    for parameter in command.params
    if "completion" not in parameter.name
}
OPTIONS = {name: found for name, found in OWN.items() if found[0].param_type_name == "option"}


def test_the_program_lists_its_commands_in_panels():
    text = mtqe("--help").out
    sections = text.split("\n\n")
    for panel, names in PANELS.items():
        (section,) = (part for part in sections if part.startswith(f"{panel}:\n"))
        assert [line.split()[0] for line in section.splitlines()[1:]] == names.split()
    assert list(PANELS) == list(panels.PANELS)
    assert "\nCommands:" not in text


def test_the_whole_tree_is_looked_at():
    assert len(TREE) > len(" ".join(PANELS.values()).split())
    assert len(OPTIONS) > 80


@pytest.mark.parametrize(("parameter", "context"), OWN.values(), ids=OWN)
def test_every_option_and_argument_has_words(parameter, context):
    assert len((parameter.help or "").split()) > 1


@pytest.mark.parametrize(("option", "context"), OPTIONS.values(), ids=OPTIONS)
def test_every_option_shows_its_value_and_its_default(option, context):
    names, text = option.get_help_record(context)
    if not option.is_flag:
        assert option.metavar
        assert option.metavar in names
        assert option.required or "[default: " in text


@pytest.mark.parametrize(("command", "context"), TREE, ids=[c.command_path for _, c in TREE])
def test_every_command_says_what_it_does_in_one_line(command, context):
    summary = command.get_short_help_str(100)
    assert summary.endswith(".")
    assert not summary.endswith("...")
