"""The files that a project has besides its code: they parse, agree with it, and lead somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

import mtqe
from mtqe.metrics.registry import METRICS

ROOT = Path(__file__).parents[3]
PAGES = ("CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "docs/how-to/python.md")
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_links_to_files_lead_to_files(page):
    file = ROOT / page
    links = [link for link in LINK.findall(file.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (file.parent / link).exists()] == []


def test_the_citation_is_of_this_version():
    assert CITATION["version"] == mtqe.__version__
    assert CITATION["cff-version"] == "1.2.0"
    assert {"title", "message", "authors", "license", "repository-code"} <= CITATION.keys()


def test_every_metric_has_a_paper():
    cited = {
        name for paper in CITATION["references"] for name in re.split(r"[,:] ?", paper["notes"])
    }
    assert set(METRICS) <= cited


@pytest.mark.parametrize("paper", CITATION["references"], ids=lambda paper: paper["title"][:30])
def test_a_paper_has_what_a_citation_needs(paper):
    assert {"type", "title", "year", "authors"} <= paper.keys()
    assert {"collection-title", "journal"} & paper.keys()
    for author in paper["authors"]:
        assert set(author) in ({"family-names", "given-names"}, {"name"})


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_issue_forms_have_what_github_asks_for(form):
    content = yaml.safe_load(form.read_text(encoding="utf-8"))
    if form.name == "config.yml":
        assert content["contact_links"]
        return
    assert {"name", "description", "body"} <= content.keys()
    ids = [item["id"] for item in content["body"]]
    assert len(ids) == len(set(ids))
    assert all(item["attributes"]["label"] for item in content["body"])


def test_dependabot_looks_at_folders_that_have_what_it_updates():
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    files = {"pip": "pyproject.toml", "npm": "package.json", "github-actions": ".github/workflows"}
    for update in updates:
        folder = ROOT / update["directory"].lstrip("/")
        assert (folder / files[update["package-ecosystem"]]).exists()


def test_the_project_s_addresses():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    urls = project["urls"]
    assert {"Homepage", "Documentation", "Source", "Issues", "Changelog"} <= urls.keys()
    assert all(url.startswith(urls["Homepage"]) for url in urls.values())
