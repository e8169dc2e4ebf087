"""The runs of a folder in a browser, on this machine alone."""

from __future__ import annotations

from mtqe.report.serve.folder import Folder
from mtqe.report.serve.server import server
from mtqe.report.serve.site import write_site

__all__ = ["Folder", "server", "write_site"]
