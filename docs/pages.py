"""Gathers the site's pages: those of docs/, and those that are made from the code.

    python -m docs.pages build/docs

The command line comes from the program's own help, the Python page from the names that `mtqe`
exports, the notebook's page from its cells. So none of them can say what the code does not.
"""

from __future__ import annotations

import inspect
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

import mtqe.run
from mtqe.cli.app import program
from mtqe.cli.panels import PANELS

DOCS = Path(__file__).parent
KINDS = (".css", ".md", ".png", ".svg")
LEFT_OUT = "examples"
NOTEBOOK = "how-to/notebook.ipynb"
BRACKETS = re.compile(r"(.*?)(?: *\[(?:default: )?([^\[\]]*)\])?")
"""Words of an option's help, and the default, or "required", that ends them."""

RUN_CLASSES = (
    "RunManifest",
    "CorpusInfo",
    "SystemInfo",
    "Score",
    "MetricInfo",
    "CheckInfo",
    "OriginInfo",
)


def gather(target: Path) -> None:
    """Write every page and picture of the site below `target`, which is emptied first."""
    shutil.rmtree(target, ignore_errors=True)
    for file in sorted(DOCS.rglob("*")):
        place = file.relative_to(DOCS)
        if file.suffix in KINDS and place.parts[0] != LEFT_OUT:
            _copy(file, target / place)
    _copy(DOCS / NOTEBOOK, target / NOTEBOOK)
    for name, text in generated().items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, encoding="utf-8")


def generated() -> dict[str, str]:
    """The pages that are made from the code, by their path below docs/."""
    return {
        "reference/command-line.md": command_line_page(),
        "reference/python.md": python_page(),
        "reference/run-json.md": run_json_page(),
        "how-to/notebook.md": notebook_page(),
    }


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)


# The command line


def command_line_page() -> str:
    """Every command with its options, as `--help` shows them."""
    whole = typer.main.get_command(program())
    top = typer.Context(whole, info_name="mtqe")
    children: dict[str, Any] = getattr(whole, "commands", {})
    parts = [
        "# Command line",
        "`mtqe COMMAND --help` shows the same in the terminal. Options can be given in any order. "
        "[Exit codes](exit-codes.md) has the codes of all commands.",
        "## mtqe",
        *_tables(whole, top),
    ]
    for panel in PANELS:
        rows = [
            f"| [`{name}`](#mtqe-{name}) | {command.get_short_help_str(200)} |"
            for name, command in children.items()
            if getattr(command, "rich_help_panel", None) == panel
        ]
        parts += [f"**{panel}**", "\n".join(["| command | purpose |", "|---|---|", *rows])]
    for command, context in _commands(whole, top):
        parts += [f"## {context.command_path}", *_description(command), *_tables(command, context)]
    return "\n\n".join(parts) + "\n"


def _commands(group: Any, context: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - click's own
    for name, command in getattr(group, "commands", {}).items():
        inner = typer.Context(command, info_name=name, parent=context)
        yield command, inner
        yield from _commands(command, inner)


def _description(command: Any) -> Iterator[str]:  # noqa: ANN401 - click's own
    for paragraph in (command.help or "").split("\n\n"):
        text = " ".join(paragraph.replace("\b", "").split())
        if text.startswith("Example: "):
            yield f"```sh\n{text.removeprefix('Example: ')}\n```"
        elif text:
            yield text


def _tables(command: Any, context: Any) -> Iterator[str]:  # noqa: ANN401 - click's own
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"```text\n{context.command_path} {usage}\n```"
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and (parameter.name != "help" or context.parent is None):
            name, words = record
            found = BRACKETS.fullmatch(" ".join(words.split()))
            text, extra = found.groups() if found else (words, None)
            rows.append(
                f"| `{_cell(name)}` | {_escaped(text)} | {_escaped((extra or '').strip('()'))} |"
            )
    if rows:
        yield "\n".join(["| argument or option | meaning | default |", "|---|---|---|", *rows])


def _cell(text: str) -> str:
    """A text as a table's cell holds it."""
    return " ".join(text.split()).replace("|", "\\|")


def _escaped(text: str) -> str:
    """The same for a text that is not code: what Markdown would read as markup is itself."""
    return re.sub(r"([*_<\[\]])", r"\\\1", _cell(text)) if "`" not in text else _cell(text)


# Python


def python_page() -> str:
    """Every name that ``import mtqe`` offers, from the docstrings, and the training callables."""
    names = {name: getattr(mtqe, name) for name in mtqe.__all__}
    functions = sorted(name for name, found in names.items() if not isinstance(found, type))
    errors = sorted(
        name
        for name, found in names.items()
        if isinstance(found, type) and issubclass(found, mtqe.MtqeError)
    )
    classes = sorted(set(names) - set(functions) - set(errors))
    parts = [
        "# Python",
        "Every name of `import mtqe`. [mtqe from Python](../how-to/python.md) shows them at work.",
        "## Functions",
        *(_directive(f"mtqe.{name}") for name in functions),
        "## Classes",
        *(_directive(f"mtqe.{name}", members=True) for name in classes),
        "## Errors",
        *(_directive(f"mtqe.{name}") for name in errors),
        "## Training loops",
        *(_directive(f"mtqe.hf.{name}") for name in ("load", "compute_metrics")),
    ]
    return "\n\n".join(parts) + "\n"


def run_json_page() -> str:
    """The fields of ``run.json``, from the classes that read and write it."""
    parts = [
        "# run.json",
        "The fields of `run.json` in a [run folder](run-folder.md). `RunManifest` is the whole "
        "file; the classes below it are its parts.",
    ]
    for name in RUN_CLASSES:
        model = getattr(mtqe.run, name)
        summary, words = _attributes(inspect.getdoc(model) or "")
        rows = [
            f"| `{field}` | `{_cell(_type(info.annotation))}` | {_escaped(words.get(field, ''))} |"
            for field, info in model.model_fields.items()
        ]
        table = "\n".join(["| field | type | meaning |", "|---|---|---|", *rows])
        parts += [f"## {name}", summary, table]
    return "\n\n".join(parts) + "\n"


def _attributes(doc: str) -> tuple[str, dict[str, str]]:
    """A class's summary, and what its docstring says of each attribute."""
    summary, _, rest = doc.partition("Attributes:\n")
    entries = re.findall(r"^    (\w+): (.*?)(?=^    \w|\Z)", rest, re.MULTILINE | re.DOTALL)
    texts = {name: " ".join(text.replace("``", "`").split()) for name, text in entries}
    return summary.strip(), texts


def _type(annotation: Any) -> str:  # noqa: ANN401 - as typing has it
    """A type without the modules of its names."""
    plain = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", str(annotation) if "[" in str(annotation) else plain)


def _directive(path: str, *, members: bool = False, level: int = 3) -> str:
    """What mtqe's documentation is made of by mkdocstrings."""
    options = ["show_root_heading: true", f"heading_level: {level}"]
    if not members:
        options.append("members: false")
    return "\n".join([f"::: {path}", "    options:", *(f"      {option}" for option in options)])


# The notebook


def notebook_page() -> str:
    """The notebook's cells as a page."""
    cells = json.loads((DOCS / NOTEBOOK).read_text(encoding="utf-8"))["cells"]
    parts = []
    for cell in cells:
        source = "".join(cell["source"]).strip()
        parts.append(source if cell["cell_type"] == "markdown" else f"```python\n{source}\n```")
    parts.insert(1, f"[Download the notebook]({Path(NOTEBOOK).name}) to run it.")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
