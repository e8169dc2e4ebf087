"""Sources made digestible for an engine: long ones split, markup kept out of its reach; opt-in."""

from __future__ import annotations

from mtqe.backends.prepared.backend import PreparedBackend, build_backend

__all__ = ["PreparedBackend", "build_backend"]
