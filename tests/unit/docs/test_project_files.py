"""The files that a project has besides its code: they parse, agree with it, and lead somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

import mtqe
from mtqe.metrics.registry import METRICS

ROOT = Path(__file__).parents[3]
PAGES = ("CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "docs/how-to/python.md")
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
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
    files = {
        "docker": "Dockerfile",
        "github-actions": ".github/workflows",
        "npm": "package.json",
        "pip": "pyproject.toml",
    }
    assert {update["package-ecosystem"] for update in updates} == files.keys()
    for update in updates:
        folder = ROOT / update["directory"].lstrip("/")
        assert (folder / files[update["package-ecosystem"]]).exists()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_run_commands_that_exist(workflow):
    """Their syntax is actionlint's affair (CONTRIBUTING.md); what they run is ours."""
    content = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    steps = [step for job in content["jobs"].values() for step in job["steps"]]
    assert content["permissions"]["contents"] == "read"
    for command in "\n".join(step.get("run", "") for step in steps).splitlines():
        if found := re.match(r"\s*make (\w+)", command):
            assert found[1] in targets
        for script in re.findall(r"\.ci/\w+", command):
            assert (ROOT / script).stat().st_mode & 0o111


def test_tests_run_on_every_version_that_the_package_allows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    tests = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text("utf-8"))
    tested = tests["jobs"]["tests"]["strategy"]["matrix"]["python"]
    allowed = SpecifierSet(project["requires-python"])
    assert tested == [f"3.{minor}" for minor in range(8, 30) if f"3.{minor}" in allowed]


def test_a_release_needs_one_version_and_a_dated_changelog(tmp_path):
    """The script that the release workflow runs, on a copy."""
    for name in (".ci/version", "mtqe/__init__.py", "CITATION.cff"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    changelog = tmp_path / "CHANGELOG.md"

    def run(*words):
        done = subprocess.run(
            [sys.executable, tmp_path / ".ci/version", *words],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    changelog.write_text(f"## [{mtqe.__version__}] - unreleased\n- new\n", encoding="utf-8")
    assert "add one" in run(mtqe.__version__)[1]
    changelog.write_text(
        f"## [{mtqe.__version__}] - 2026-12-01\n\n- new\n\n## [0.0.1] - 2020-01-01\n- old\n",
        encoding="utf-8",
    )
    assert run(mtqe.__version__) == (0, "")
    assert run("--notes", mtqe.__version__) == (0, "- new\n")
    assert run("9.9.9") == (
        1,
        f"mtqe/__init__.py has version {mtqe.__version__}, and the tag 9.9.9.\n",
    )


def test_the_changelog_s_first_part_is_of_this_version():
    first = re.search(
        r"^## \[([^\]]+)\] - (\S+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M
    )
    assert first[1] == mtqe.__version__
    assert first[2] == "unreleased" or re.fullmatch(r"\d{4}-\d\d-\d\d", first[2])


def test_the_project_s_addresses():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    urls = project["urls"]
    assert {"Homepage", "Documentation", "Source", "Issues", "Changelog"} <= urls.keys()
    site = urls.pop("Documentation")
    assert f"site_url: {site}\n" in (ROOT / "mkdocs.yml").read_text("utf-8")
    assert all(url.startswith(urls["Homepage"]) for url in urls.values())
