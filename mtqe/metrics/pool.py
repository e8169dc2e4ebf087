"""The models that one process has loaded, and where they run."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import torch

Loaded = TypeVar("Loaded")

CPU_BATCH_TOKENS = 2048
ACCELERATOR_BATCH_TOKENS = 16384


@dataclass
class ModelPool:
    """Loads models when a metric first needs them and keeps them; cheap to make.

    Attributes:
        device: ``auto`` (CUDA, then MPS, then the CPU), or a device as PyTorch names it.
        threads: CPU threads of PyTorch; None keeps its own choice, one a physical core.
    """

    device: str = "auto"
    threads: int | None = None
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
