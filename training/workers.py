"""Several processes that train together, started by ``torchrun``; one process alone works too.

On a few shared cores, processes of one thread each waste less than one process whose threads wait
for each other in every operation.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import distributed, nn


@dataclass(frozen=True)
class Workers:
    """This process's place among all that train."""

    rank: int = 0
    size: int = 1

    def average_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Replace every gradient by its mean over the processes."""
        if self.size == 1:
            return
        trained = [p for p in parameters if p.grad is not None]
        joined = torch.cat([p.grad.flatten() for p in trained if p.grad is not None])
        distributed.all_reduce(joined)
        joined /= self.size
        parts = torch.split(joined, [p.numel() for p in trained])
        for parameter, part in zip(trained, parts, strict=True):
            parameter.grad = part.view_as(parameter)


def join_workers() -> Workers:
    """Join the processes that ``torchrun`` started, if it did."""
    if "WORLD_SIZE" not in os.environ:
        return Workers()
    distributed.init_process_group("gloo")
    return Workers(distributed.get_rank(), distributed.get_world_size())
