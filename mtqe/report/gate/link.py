"""Where a CI service keeps the report of a job."""

from __future__ import annotations

import re
from collections.abc import Mapping

OWN = "MTQE_REPORT_URL"
SAFE = re.compile(r"https?://[\w.~:/?#@!$&*+,;=%-]+")
"""Addresses that can stand in a Markdown link as they are."""


def report_link(environment: Mapping[str, str]) -> str | None:
    """The address of the report, as far as the environment of a job tells it.

    ``MTQE_REPORT_URL`` names it; otherwise a job of GitHub has its artifacts on the run's page, and
    one of GitLab on its own.
    """
    address = environment.get(OWN) or _github(environment) or _gitlab(environment)
    return address if address and SAFE.fullmatch(address) else None


def _github(environment: Mapping[str, str]) -> str | None:
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (environment.get(name) for name in names)
    if not (server and repository and run):
        return None
    return f"{server}/{repository}/actions/runs/{run}#artifacts"


def _gitlab(environment: Mapping[str, str]) -> str | None:
    job = environment.get("CI_JOB_URL")
    return f"{job}/artifacts/browse" if job else None
