"""The models that one process has loaded, and where they run."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from annotated_types import Ge, Le

from mtqe.errors import ConfigError, MetricError
from mtqe.metrics.devices import AUTO, available_bytes, check_usable, parse_devices
from mtqe.support.memory import is_out_of_memory

if TYPE_CHECKING:
    import torch

Loaded = TypeVar("Loaded")

LOCAL, RAY, RAY_ADDRESS = "local", "ray", "ray://"

CPU_BATCH_TOKENS = 2048
ACCELERATOR_BATCH_TOKENS = 16384

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Compute:
    """``[compute]``: where work is done and models run, and how much of them at once.

    Attributes:
        device: ``auto`` (CUDA, then MPS, then the CPU), ``cpu``, ``cuda``, ``cuda:1`` or ``mps``;
            several such as ``cuda:0,cuda:1``; or ``all``, which is every CUDA GPU.
        threads: CPU threads, which all workers share; None for one per physical core.
        batch_tokens: tokens that a model reads at once; fewer take less memory. None for what
            suits the device.
        executor: ``local`` is this machine; ``ray`` is the Ray cluster that it belongs to, or one
            that is started here; ``ray://HOST:PORT`` is a cluster elsewhere.
    """

    device: str = "auto"
    threads: Annotated[int, Ge(1), Le(1024)] | None = None
    batch_tokens: Annotated[int, Ge(1), Le(10_000_000)] | None = None
    executor: str = LOCAL

    def check_executor(self) -> None:
        """See that `executor` is one; joins nothing.

        Raises:
            ConfigError: it is not.
        """
        if self.executor not in (LOCAL, RAY) and not self.executor.startswith(RAY_ADDRESS):
            raise ConfigError(
                f"there is no executor {self.executor!r}: write {LOCAL}, {RAY} or "
                f"{RAY_ADDRESS}HOST:PORT."
            )

    def check(self) -> None:
        """See that the devices are here; loads PyTorch if one is named that may not be.

        Raises:
            ConfigError: one is not, or has no such name.
        """
        parse_devices(self.device)

    def devices(self) -> tuple[str, ...]:
        """What `device` names: ``auto``, or one device or several as PyTorch names them.

        Raises:
            ConfigError: one is not here, or has no such name.
        """
        return parse_devices(self.device)

    def pool(self) -> ModelPool:
        """An empty pool with these settings, for the first of the devices.

        Raises:
            ConfigError: one is not here, or has no such name.
        """
        return ModelPool(self.devices()[0], self.threads, self.batch_tokens)


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
    _is_ready: bool = field(default=False, repr=False)
    _has_halved: bool = field(default=False, repr=False)

    def get(self, key: Hashable, load: Callable[[], Loaded]) -> Loaded:
        """The model under `key`, loaded on first use; others make room for it if need be.

        Raises:
            MetricError: the device can't be used, or there is not enough memory.
        """
        if key not in self._models:
            self._make_ready()
            self._models[key] = self._load(load)
        model: Loaded = self._models[key]
        return model

    def torch_device(self) -> str:
        """The device that models are loaded to; imports PyTorch."""
        import torch

        if self.device != AUTO:
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

    def free(self) -> None:
        """Forget all models; what is in use stays until its user is done with it."""
        self._models.clear()
        self._tensors.clear()
        gc.collect()
        device = self.torch_device()
        if device.startswith("cuda"):
            import torch

            with torch.cuda.device(device):
                torch.cuda.empty_cache()

    def make_room(self, needed: int) -> bool:
        """Forget other models if a device has not so much memory left.

        Args:
            needed: bytes that are about to be taken.

        Returns:
            Whether there is room; also where nobody can tell.
        """
        device = self.torch_device()
        free = available_bytes(device)
        if free is not None and free < needed and self._models:
            self.free()
            free = available_bytes(device)
        return free is None or free >= needed

    def read_fewer(self) -> None:
        """From now on compute half as many tokens at once, as memory did not suffice; said once."""
        before = self.batch_tokens()
        self.tokens = max(1, before // 2)
        if not self._has_halved:
            self._has_halved = True
            log.warning(
                "%s has not enough memory for %s tokens at once, so fewer are read; "
                "--batch-tokens %s avoids the failed attempt.",
                self.torch_device(),
                f"{before:,}",
                self.tokens,
            )

    def _load(self, load: Callable[[], Loaded]) -> Loaded:
        try:
            return load()
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            if not self._models:
                raise self._too_large() from error
        self.free()  # outside of the handler, as the error holds what it was raised among
        try:
            return load()
        except Exception as error:
            if is_out_of_memory(error):
                raise self._too_large() from error
            raise

    def _too_large(self) -> MetricError:
        return MetricError(
            f"There is not enough memory on the device {self.torch_device()} to load the model: "
            "end other programs, choose a smaller model, or set precision to bf16."
        )

    def _make_ready(self) -> None:
        """See that the device takes work, and set the number of threads, before the first model."""
        if self._is_ready:
            return
        if self.device not in (AUTO, "cpu"):
            check_usable(self.device)
        if self.threads is not None:
            import torch

            torch.set_num_threads(self.threads)
        self._is_ready = True
