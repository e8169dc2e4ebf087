"""The pages of docs/: links lead somewhere, commands and configurations are ones that exist."""

from __future__ import annotations

import ast
import json
import re
import shlex
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

import mtqe.run
from docs.pages import RUN_CLASSES, generated
from mtqe.cli.app import program

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
SITE = "https://mtqe.github.io/mtqe/"
REPOSITORY = re.compile(r"https://github\.com/mtqe/mtqe/(?:blob|tree)/main/([^)#\s\"]+)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MADE = generated()
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("references/*.md")])
}
SITE_PAGES = {f"docs/{name}": text for name, text in MADE.items()} | {
    name: text for name, text in PAGES.items() if re.match(r"docs/(?!examples/)", name)
}
PROGRAM: Any = typer.main.get_command(program())
PLACEHOLDERS = {"COMMAND", "..."}


def anchors(text):
    """The ids of a page's headings, as the site and forges make them; code is left out."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def blocks(*languages):
    """Code blocks in these languages, with their pages."""
    return [
        pytest.param(text, id=f"{page}:{content[: match.start()].count(chr(10)) + 2}")
        for page, content in (PAGES | SITE_PAGES).items()
        for match in BLOCK.finditer(content)
        for language, _, text in [match.groups()]
        if language in languages
    ]


@pytest.mark.parametrize("page", PAGES | SITE_PAGES)
def test_links_lead_somewhere(page):
    text = (PAGES | SITE_PAGES)[page]
    missing = []
    for link in LINK.findall(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / page).parent / name if name else ROOT / page
        place = target.resolve().relative_to(ROOT).as_posix()
        content = SITE_PAGES.get(place) or PAGES.get(place)
        if not (content or target.exists()) or (anchor and anchor not in anchors(content or "")):
            missing.append(link)
    assert missing == []


@pytest.mark.parametrize("page", SITE_PAGES)
def test_pages_of_the_site_link_to_pages_of_the_site(page):
    """What is beside docs/ is on the forge alone."""
    inner = [link for link in LINK.findall(SITE_PAGES[page]) if "://" not in link]
    targets = [((ROOT / page).parent / link.partition("#")[0]).resolve() for link in inner]
    assert [target for target in targets if DOCS not in target.parents and target.suffix] == []


def test_addresses_in_the_repository_exist():
    named = {address for text in PAGES.values() for address in REPOSITORY.findall(text)}
    assert len(named) > 5
    assert [address for address in named if not (ROOT / address).exists()] == []


def test_addresses_of_the_site_exist():
    """Those that messages, templates and README name."""
    files = [ROOT / page for page in PAGES]
    files += [*ROOT.glob("mtqe/**/*.py"), *ROOT.glob("references/*/mtqe.toml")]
    named = {
        address
        for file in files
        for address in re.findall(rf"{SITE}([\w/.-]*)", file.read_text(encoding="utf-8"))
    }
    assert {"reference/configuration/", "reference/checks/"} <= named
    lost = [name for name in named if name and f"docs/{name.strip('/.')}.md" not in SITE_PAGES]
    assert lost == []


def test_pages_that_the_code_names_exist():
    code = [
        path for room in ("mtqe", "training", "benchmarks") for path in ROOT.glob(f"{room}/**/*.py")
    ]
    named = {
        name
        for path in code
        for name in re.findall(
            r"(?<!/)\bdocs/[\w/-]+\.(?:md|svg|png|ipynb)\b", path.read_text(encoding="utf-8")
        )
    }
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("text", blocks("sh", "bash"))
def test_commands_and_their_options_exist(text):
    for line in text.replace("\\\n", " ").splitlines():
        if not line.startswith("mtqe "):
            continue
        group, (_, *words) = PROGRAM, shlex.split(line, comments=True)
        while words and words[0] in getattr(group, "commands", {}):
            group, words = group.commands[words[0]], words[1:]
        if words and set(words) & PLACEHOLDERS:
            continue
        if getattr(group, "commands", {}).get("check") and not words[0].startswith("-"):
            group = group.commands["check"]  # mtqe gate RUN
        known = {name for parameter in group.params for name in parameter.opts} | {"--help"}
        given = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert given <= known, line


@pytest.mark.parametrize("text", blocks("toml"))
def test_configurations_are_toml(text):
    tomllib.loads(text)


@pytest.mark.parametrize("text", blocks("json"))
def test_json_is_json(text):
    json.loads(text)


@pytest.mark.parametrize("text", blocks("yaml"))
def test_yaml_is_yaml(text):
    assert yaml.safe_load(text)


@pytest.mark.parametrize("text", blocks("python"))
def test_python_is_python(text):
    ast.parse(textwrap.dedent(text))


def test_every_page_is_in_the_navigation_once():
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"([\w/-]+\.md)$", text.partition("\nnav:\n")[2], re.MULTILINE)
    assert sorted(f"docs/{name}" for name in listed) == sorted(SITE_PAGES)


def test_the_command_line_s_page_has_every_command_and_option():
    page = MADE["reference/command-line.md"]

    def commands(group, path):
        for name, command in getattr(group, "commands", {}).items():
            yield f"{path} {name}", command
            yield from commands(command, f"{path} {name}")

    found = list(commands(PROGRAM, "mtqe"))
    assert len(found) > 25
    for path, command in found:
        section = page.partition(f"\n## {path}\n")[2].partition("\n## ")[0]
        for parameter in command.params:
            if parameter.param_type_name == "option" and not getattr(parameter, "hidden", False):
                assert f"{parameter.opts[-1]}" in section, (path, parameter.name)


def test_the_python_page_has_every_public_name():
    page = MADE["reference/python.md"]
    assert [name for name in mtqe.__all__ if f"::: mtqe.{name}\n" not in page] == []


def test_the_page_on_run_json_has_every_field_and_what_it_means():
    page = MADE["reference/run-json.md"]
    for name in RUN_CLASSES:
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        for field in getattr(mtqe.run, name).model_fields:
            assert f"| `{field}` | `" in section
    assert "SHA-256 over languages, ids, sources and references" in page


def test_extras_are_explained_where_mtqe_is_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    page = PAGES["docs/start/install.md"]
    assert [name for name in project["optional-dependencies"] if f"`{name}`" not in page] == []
