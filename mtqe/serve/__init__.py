"""The runs of a folder in a browser, on this machine alone."""

from __future__ import annotations

from mtqe.serve.folder import Folder
from mtqe.serve.server import server

__all__ = ["Folder", "server"]
