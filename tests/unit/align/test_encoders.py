"""The encoders that alignment embeds texts with."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mtqe.align.encoders import E5


def test_a_torch_without_onednn_s_products_embeds_in_full_precision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = ["The ferry leaves at noon.", "El ferri sale al mediodía.", "Prices rose again."]
    usual = E5().embed(texts)
    monkeypatch.setattr(torch.ops, "mkldnn", SimpleNamespace())
    full = E5().embed(texts)
    np.testing.assert_allclose(full @ full.T, usual @ usual.T, atol=0.02)
