"""Libraries that tests compare with, and that not every Python has."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from types import ModuleType

import pytest
from packaging.version import Version

NO_COMET = "unbabel-comet is not installed: it needs numpy < 2, and so Python before 3.13"
needs_comet = pytest.mark.skipif(find_spec("comet") is None, reason=NO_COMET)
TRANSFORMERS_5 = Version(version("transformers")) >= Version("5")
HUB_1 = Version(version("huggingface-hub")) >= Version("1")


def pieces_description() -> ModuleType:
    """The description of SentencePiece files that fits the installed protobuf."""
    try:
        return import_module("sentencepiece.sentencepiece_model_pb2")
    except (ImportError, TypeError):
        return import_module("transformers.utils.sentencepiece_model_pb2_new")


def require_comet() -> None:
    """Skip the test that calls this where unbabel-comet is missing."""
    pytest.importorskip("comet", reason=NO_COMET)
