"""Tokenizers of all families, made of one small SentencePiece model."""

from __future__ import annotations

import pytest

from tests.translation_models import Families


@pytest.fixture(scope="session")
def families(tmp_path_factory):
    return Families(tmp_path_factory.mktemp("families"))
