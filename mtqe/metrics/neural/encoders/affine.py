"""What encoders are made of: affine maps, plain or laid out for the processor, and norms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Linear:
    """An affine map; weight [out, in]."""

    weight: torch.Tensor
    bias: torch.Tensor

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """Rows [tokens, in] to [tokens, out]."""
        import torch

        return torch.nn.functional.linear(rows, self.weight, self.bias)

    def gelu(self, rows: torch.Tensor) -> torch.Tensor:
        """GELU of the mapped rows."""
        import torch

        return torch.nn.functional.gelu(self(rows))

    def plus(self, rows: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """The mapped rows and `residual` [tokens, out]."""
        return self(rows).add_(residual)


@dataclass(frozen=True)
class PackedLinear:
    """An affine map whose weight oneDNN has laid out for this processor; saves about a third.

    What follows the map is done while its result is at hand, which saves a fifth of the rest.
    """

    weight: torch.Tensor
    bias: torch.Tensor

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """Rows [tokens, in] to [tokens, out]."""
        import torch

        operator = torch.ops.mkldnn._linear_pointwise
        mapped: torch.Tensor = operator(rows, self.weight, self.bias, "none", [], "none")
        return mapped

    def gelu(self, rows: torch.Tensor) -> torch.Tensor:
        """GELU of the mapped rows."""
        import torch

        operator = torch.ops.mkldnn._linear_pointwise
        mapped: torch.Tensor = operator(rows, self.weight, self.bias, "gelu", [], "none")
        return mapped

    def plus(self, rows: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """The mapped rows and `residual` [tokens, out]."""
        import torch

        operator = torch.ops.mkldnn._linear_pointwise.binary
        mapped: torch.Tensor = operator(rows, residual, self.weight, self.bias, "add")
        return mapped

    @staticmethod
    def pays(device: str, dtype: torch.dtype) -> bool:
        """Whether packing makes products faster: in bf16 on x86, not in fp32."""
        import torch

        return (
            (device, dtype) == ("cpu", torch.bfloat16)
            and hasattr(torch.ops.mkldnn, "_reorder_linear_weight")
            and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
        )


@dataclass(frozen=True)
class LayerNorm:
    """Layer normalization over the last dimension."""

    weight: torch.Tensor
    bias: torch.Tensor
    epsilon: float

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """Rows of the same shape, normalized."""
        import torch

        shape = self.weight.shape
        return torch.nn.functional.layer_norm(rows, shape, self.weight, self.bias, self.epsilon)
