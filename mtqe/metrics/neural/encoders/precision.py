"""The number formats that encoders compute in, and which of them this machine is fast in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

Precision = Literal["fp32", "bf16", "fp16"]
PrecisionChoice = Literal["auto", "fp32", "bf16", "fp16"]


def torch_dtype(precision: Precision) -> torch.dtype:
    """The torch type of weights and activations."""
    import torch

    return {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}[precision]


def chosen(choice: PrecisionChoice) -> Precision:
    """What ``auto`` means on this machine: bf16 where it is fast, else fp32."""
    if choice == "auto":
        return "bf16" if is_fast_in_bf16() else "fp32"
    return choice


@cache
def is_fast_in_bf16() -> bool:
    """Whether the GPU, or the processor where there is none, multiplies bf16 numbers itself.

    Other processors take as long as for fp32, or longer.
    """
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if torch.backends.mps.is_available():
        return False
    return any(
        getattr(torch.cpu, name, lambda: False)()
        for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    )


def precision_notes(metric: str, choice: PrecisionChoice) -> tuple[str, ...]:
    """What a reader of scores should know of a precision; nothing of the usual one."""
    if choice == "fp32":
        return ()
    if choice == "auto":
        taken = chosen(choice)
        why = "multiplies them itself" if taken == "bf16" else "is not faster in others"
        return (f"{metric}: precision auto took {taken} numbers here, for this machine {why}.",)
    if is_fast_in_bf16():
        return ()
    return (
        f"{metric}: this machine does not multiply {choice} numbers itself, so it is not faster "
        "than with fp32; set precision to auto or fp32, unless memory is short.",
    )
