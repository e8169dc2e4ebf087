"""Libraries that tests compare with, and that not every Python has."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from types import ModuleType

import pytest
from packaging.version import Version

TRANSFORMERS_5 = Version(version("transformers")) >= Version("5")
NO_COMET = "unbabel-comet can't run here: it needs numpy < 2 (Python before 3.13), transformers < 5"
CAN_RUN_COMET = find_spec("comet") is not None and not TRANSFORMERS_5
needs_comet = pytest.mark.skipif(not CAN_RUN_COMET, reason=NO_COMET)
HUB_1 = Version(version("huggingface-hub")) >= Version("1")


def pieces_description() -> ModuleType:
    """The description of SentencePiece files that fits the installed protobuf."""
    try:
        return import_module("sentencepiece.sentencepiece_model_pb2")
    except (ImportError, TypeError):
        return import_module("transformers.utils.sentencepiece_model_pb2_new")


def require_comet() -> None:
    """Skip the test that calls this where unbabel-comet is missing."""
    if not CAN_RUN_COMET:
        pytest.skip(NO_COMET)
