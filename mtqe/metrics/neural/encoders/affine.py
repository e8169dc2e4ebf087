"""What encoders are made of: affine maps, plain or laid out for the processor, and norms."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

X86 = ("x86_64", "amd64")


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
            and _multiplies(dtype)
        )


@dataclass(frozen=True)
class StoredLinear:
    """An affine map whose weights are stored in one precision and multiplied in fp32.

    They are converted whenever they are used, which takes little beside the product with a batch.
    So weights can stay in their file, which is mapped into memory and which the system may drop
    from there; and a processor that does not multiply half-precision numbers itself computes with
    them about as fast as with fp32.

    Attributes:
        weights: [out, in] of each part of the result.
        biases: [out] of each part.
    """

    weights: tuple[torch.Tensor, ...]
    biases: tuple[torch.Tensor, ...]

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """Rows [tokens, in] to [tokens, out], all parts side by side."""
        import torch

        parts = [
            torch.nn.functional.linear(rows.float(), weight.float(), bias.float()).to(rows.dtype)
            for weight, bias in zip(self.weights, self.biases, strict=True)
        ]
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)

    def gelu(self, rows: torch.Tensor) -> torch.Tensor:
        """GELU of the mapped rows."""
        import torch

        return torch.nn.functional.gelu(self(rows))

    def plus(self, rows: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        """The mapped rows and `residual` [tokens, out]."""
        return self(rows).add_(residual)

    @staticmethod
    def pays(device: str, dtype: torch.dtype) -> bool:
        """Whether products are faster in fp32: in half precision on x86 that has none itself."""
        import torch

        if device != "cpu" or platform.machine().lower() not in X86:
            return False
        return dtype in (torch.bfloat16, torch.float16) and not _multiplies(dtype)


def _multiplies(dtype: torch.dtype) -> bool:
    """Whether the processor has products of a half precision, as far as PyTorch can tell."""
    import torch

    name = "bf16" if dtype == torch.bfloat16 else "fp16"
    asked = getattr(torch.ops.mkldnn, f"_is_mkldnn_{name}_supported", None)
    return asked is not None and bool(asked())


AnyLinear = Linear | PackedLinear | StoredLinear


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
