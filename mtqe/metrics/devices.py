"""Names of devices, and what is said of one that can't be used."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mtqe.errors import ConfigError, MetricError
from mtqe.support.memory import available_memory, is_out_of_memory

AUTO, ALL, CPU = "auto", "all", "cpu"
DEVICE = re.compile(r"cpu|mps|cuda(?::(?P<number>\d{1,3}))?", re.ASCII)
MOST = 64
"""Devices that can be named at once, as each one has a process of its own."""


def parse_devices(text: str) -> tuple[str, ...]:
    """The devices that a text names, each one here; loads PyTorch if one is named that may not be.

    Args:
        text: ``auto``; ``all``, which is every CUDA GPU, or what ``auto`` takes where there is
            none; or names with commas between them, such as ``cuda:0,cuda:1``. The processor can be
            named several times.

    Returns:
        ``auto``, or names as PyTorch has them.

    Raises:
        ConfigError: one is not here, has no such name, or is named twice.
    """
    if text == AUTO:
        return (AUTO,)
    if text == ALL:
        return tuple(f"cuda:{number}" for number in range(_cuda_devices())) or (AUTO,)
    names = [name.strip() for name in text.split(",")]
    for name in names:
        _check_name(name, text)
    if len(names) > 1:
        names = ["cuda:0" if name == "cuda" else name for name in names]
        _check_list(names)
    return tuple(names)


def check_usable(device: str) -> None:
    """See that a device takes work; imports PyTorch.

    Raises:
        MetricError: it is busy, has no memory left, or does not work.
    """
    import torch

    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise MetricError(unusable(device, error)) from error


def available_bytes(device: str) -> int | None:
    """Memory that a device has for new work, in bytes; None where that can't be told."""
    if device == CPU:
        return available_memory()
    if not device.startswith("cuda"):
        return None
    import torch

    free, _ = torch.cuda.mem_get_info(device)
    idle = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return int(free + idle)


def unusable(device: str, error: Exception) -> str:
    """Why a device does not take work, as a sentence with the fix."""
    lines = str(error).strip().splitlines() or [repr(error)]
    if is_out_of_memory(error):
        return (
            f"the device {device} has no memory left: end the programs that use it, or choose "
            "another with `device`."
        )
    if "busy" in lines[0]:
        return (
            f"the device {device} is busy, as another program has it for itself: wait for that "
            "one, or choose another with `device`."
        )
    return (
        f"the device {device} can't be used ({lines[0][:120]}): choose another with `device`, or "
        "cpu."
    )


def _check_name(name: str, text: str) -> None:
    found = DEVICE.fullmatch(name)
    if found is None:
        raise ConfigError(
            f"there is no device {name!r}: write auto, cpu, cuda, cuda:1 (the second GPU) or mps; "
            "several with commas between them, such as cuda:0,cuda:1; or all."
            if name == text
            else f"there is no device {name!r} for the list {text!r}: write cpu, cuda:0, cuda:1 "
            "(the second GPU) or mps, with commas between them."
        )
    if name == CPU:
        return
    import torch

    kind = name.partition(":")[0]
    count = int(torch.backends.mps.is_available()) if kind == "mps" else _cuda_devices()
    if count <= int(found["number"] or 0):
        raise ConfigError(
            f"the device {name!r} is not here: PyTorch {torch.__version__} finds "
            f"{count or 'no'} {kind} {'device' if count == 1 else 'devices'}. Leave `device` out, "
            "or set it to cpu."
        )


def _check_list(names: Sequence[str]) -> None:
    if len(names) > MOST:
        raise ConfigError(f"{len(names)} devices are named: name at most {MOST}.")
    for place, name in enumerate(names):
        if name != CPU and name in names[:place]:
            raise ConfigError(f"the device {name!r} is named twice: name each one once.")


def _cuda_devices() -> int:
    import torch

    return torch.cuda.device_count() if torch.cuda.is_available() else 0
