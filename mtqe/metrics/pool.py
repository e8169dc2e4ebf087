"""The models that one process has loaded, and where they run."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from annotated_types import Ge, Le

from mtqe.errors import ConfigError

if TYPE_CHECKING:
    import torch

Loaded = TypeVar("Loaded")

CPU_BATCH_TOKENS = 2048
ACCELERATOR_BATCH_TOKENS = 16384


DEVICE = re.compile(r"auto|cpu|mps|cuda(?P<number>:\d{1,3})?")


@dataclass(frozen=True)
class Compute:
    """``[compute]``: where models run, and how much of them at once.

    Attributes:
        device: ``auto`` (CUDA, then MPS, then the CPU), ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        threads: CPU threads; None for one a physical core.
        batch_tokens: tokens that a model reads at once; fewer take less memory. None for what
            suits the device.
    """

    device: str = "auto"
    threads: Annotated[int, Ge(1), Le(1024)] | None = None
    batch_tokens: Annotated[int, Ge(1), Le(10_000_000)] | None = None

    def check(self) -> None:
        """See that the device is here; loads PyTorch if one is named that may not be.

        Raises:
            ConfigError: it is not, or has no such name.
        """
        found = DEVICE.fullmatch(self.device)
        if found is None:
            raise ConfigError(
                f"there is no device {self.device!r}: write auto, cpu, cuda, cuda:1 (the second "
                "GPU) or mps."
            )
        if self.device in ("auto", "cpu"):
            return
        import torch

        if self.device == "mps":
            count = int(torch.backends.mps.is_available())
        else:
            count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if count <= int((found["number"] or ":0")[1:]):
            raise ConfigError(
                f"the device {self.device!r} is not here: PyTorch {torch.__version__} finds "
                f"{count or 'no'} {self.device.partition(':')[0]} "
                f"{'device' if count == 1 else 'devices'}. Leave `device` out, or set it to cpu."
            )

    def pool(self) -> ModelPool:
        """An empty pool with these settings."""
        return ModelPool(self.device, self.threads, self.batch_tokens)


@dataclass
class ModelPool:
    """Loads models when a metric first needs them and keeps them; cheap to make.

    Attributes:
        device: ``auto`` (CUDA, then MPS, then the CPU), or a device as PyTorch names it.
        threads: CPU threads of PyTorch; None keeps its own choice, one a physical core.
        tokens: tokens to compute at once; None for what suits the device.
    """

    device: str = "auto"
    threads: int | None = None
    tokens: int | None = None
    _models: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _tensors: dict[Hashable, list[torch.Tensor]] = field(default_factory=dict, repr=False)

    def get(self, key: Hashable, load: Callable[[], Loaded]) -> Loaded:
        """The model under `key`, loaded on first use."""
        if key not in self._models:
            self._set_threads()
            self._models[key] = load()
        model: Loaded = self._models[key]
        return model

    def torch_device(self) -> str:
        """The device that models are loaded to; imports PyTorch."""
        import torch

        if self.device != "auto":
            return self.device
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"

    def batch_tokens(self) -> int:
        """Tokens to compute at once: what keeps a CPU's caches warm, or an accelerator busy."""
        if self.tokens is not None:
            return self.tokens
        return CPU_BATCH_TOKENS if self.torch_device() == "cpu" else ACCELERATOR_BATCH_TOKENS

    def share(self, tensor: torch.Tensor) -> torch.Tensor:
        """An equal tensor that a loaded model holds, or this one: equal weights take room once."""
        start = tuple(tensor.flatten()[:8].tolist())  # tells most tensors apart without reading all
        peers = self._tensors.setdefault((tensor.dtype, tuple(tensor.shape), start), [])
        for peer in peers:
            if peer.equal(tensor):
                return peer
        peers.append(tensor)
        return tensor

    def _set_threads(self) -> None:
        if self.threads is not None:
            import torch

            torch.set_num_threads(self.threads)
