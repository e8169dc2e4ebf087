"""Changes of weights in 8 bits."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

_LARGEST = 127


def eight_bits(differences: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Matrices as integers and a scale a row; biases and layer norms in 16 bits.

    Names are those of the delta format, see `mtqe.metrics.models.comet_delta`.
    """
    found: dict[str, Tensor] = {}
    for name, tensor in differences.items():
        if tensor.dim() == 1:
            found[f"shift.{name}"] = tensor.to(torch.float16)
            continue
        scale = (tensor.abs().amax(1, keepdim=True) / _LARGEST).clamp(min=1e-12)
        rounded = (tensor / scale).round().clamp(-_LARGEST, _LARGEST)
        found[f"shift.{name}"] = rounded.to(torch.int8)
        found[f"scale.{name}"] = scale
    return {name: found[name].contiguous() for name in sorted(found)}
