"""BLEU, spBLEU, chrF, chrF++ and TER: sacreBLEU's numbers, counted by the kernels."""

from mtqe.metrics.surface.bleu import BLEU, SpBLEU
from mtqe.metrics.surface.chrf import CHRF, CHRFPlusPlus
from mtqe.metrics.surface.ter import TER

__all__ = ["BLEU", "CHRF", "TER", "CHRFPlusPlus", "SpBLEU"]
