"""BLEU, spBLEU, chrF, chrF++ and TER: sacreBLEU's numbers, counted by the kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtqe.support.lazy import lazy_names

if TYPE_CHECKING:
    from mtqe.metrics.surface.bleu import BLEU, SpBLEU
    from mtqe.metrics.surface.chrf import CHRF, CHRFPlusPlus
    from mtqe.metrics.surface.ter import TER

__all__ = [
    "BLEU",
    "CHRF",
    "TER",
    "CHRFPlusPlus",
    "SpBLEU",
]

if not TYPE_CHECKING:  # which would take any name for one of the package's
    __getattr__ = lazy_names(
        __name__,
        {
            "mtqe.metrics.surface.bleu": (
                "BLEU",
                "SpBLEU",
            ),
            "mtqe.metrics.surface.chrf": (
                "CHRF",
                "CHRFPlusPlus",
            ),
            "mtqe.metrics.surface.ter": ("TER",),
        },
    )
