"""Errors that a user can cause, each one plain sentence that names the fix."""

from __future__ import annotations


class MtqeError(Exception):
    """Base of every error that mtqe raises on purpose; the command line prints it as one line."""


class ConfigError(MtqeError):
    """A configuration that can't be used; names the file, the key and the fix."""


class DataError(MtqeError):
    """Input text that can't be read without guessing; names the file and the line."""


class BackendError(MtqeError):
    """A translation engine that can't do its work at all (one segment's trouble is a `Failure`)."""


class MetricError(MtqeError):
    """A metric that can't be computed here, or a model that can't be had."""


class ModelError(MetricError):
    """A model that can't be found, assembled or trusted."""


class IncompatibleRuns(MtqeError):  # noqa: N818 - names what is refused, as users say it
    """Two runs whose numbers must not be compared; names the field that differs."""
