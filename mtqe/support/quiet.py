"""Keeps the chatter of the libraries that load models off the user's terminal."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

CHATTY = ("pytorch_lightning", "lightning_fabric", "transformers", "comet", "huggingface_hub")


@contextmanager
def quiet() -> Iterator[None]:
    """Mute warnings, prints, progress bars and log lines, then restore everything."""
    loggers = [logging.getLogger(name) for name in CHATTY]
    levels = [logger.level for logger in loggers]
    sink = io.StringIO()
    with warnings.catch_warnings(), redirect_stdout(sink), redirect_stderr(sink):
        warnings.simplefilter("ignore")
        try:
            for logger in loggers:
                logger.setLevel(logging.CRITICAL)
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
