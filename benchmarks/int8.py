"""Would int8 weights make encoders faster on the processor, and keep their scores?

    python benchmarks/int8.py comet bertscore --segments 250 --systems 2

Three ways to multiply with weights of 8 bits, each row of a matrix with its own scale, beside fp32
on texts of WMT23 de-en: PyTorch's dynamic quantisation (fbgemm), with one scale for a batch's
activations; the same with a scale for each token; and weights alone in int8, converted to fp32 for
the product. Activations have seven bits, without which fbgemm overflows on processors that have no
VNNI. The models are the built-in ones, whose weights are trained: random weights have no large
activations, and those are what eight bits can't hold. One thread; processor time counts. Needs
../shared/data.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import cast

import neural
import numpy as np
import torch

from mtqe.metrics.base import Matrix, Metric, Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.neural.encoders import bert
from mtqe.metrics.neural.encoders.affine import AnyLinear, Linear
from mtqe.metrics.pool import ModelPool

METRICS: dict[str, Metric] = {"comet": Comet(), "bertscore": BERTScore()}
LEVELS = 127
NEVER_ZERO = 1e-12


@dataclass(frozen=True)
class Dynamic(Linear):
    """Weights and activations in int8, one scale for all activations."""

    packed: object = field(init=False)

    def __post_init__(self) -> None:
        scales = _scales(self.weight).double()
        zeros = torch.zeros(len(scales), dtype=torch.long)
        whole = torch.quantize_per_channel(self.weight.contiguous(), scales, zeros, 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(whole, None)
        object.__setattr__(self, "packed", packed)

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """Rows [tokens, in] to [tokens, out]."""
        return self._product(rows.contiguous()) + self.bias

    def _product(self, rows: torch.Tensor) -> torch.Tensor:
        operator = torch.ops.quantized.linear_dynamic
        return cast(torch.Tensor, operator(rows, self.packed, reduce_range=True))


@dataclass(frozen=True)
class PerToken(Dynamic):
    """The same with a scale for each token."""

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """Rows [tokens, in] to [tokens, out]."""
        largest = rows.abs().amax(1, keepdim=True).clamp(min=NEVER_ZERO)
        return self._product(rows / largest) * largest + self.bias


@dataclass(frozen=True)
class WeightOnly(Linear):
    """Weights in int8, products in fp32."""

    scales: torch.Tensor = field(init=False)
    whole: torch.Tensor = field(init=False)

    def __post_init__(self) -> None:
        scales = _scales(self.weight)
        whole = torch.round(self.weight / scales[:, None]).to(torch.int8)
        object.__setattr__(self, "scales", scales)
        object.__setattr__(self, "whole", whole)

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """Rows [tokens, in] to [tokens, out]."""
        return torch.nn.functional.linear(rows, self.whole.float()) * self.scales + self.bias


WAYS: dict[str, Callable[[torch.Tensor, torch.Tensor], Linear]] = {
    "fp32": Linear,
    "int8, one scale": Dynamic,
    "int8, per token": PerToken,
    "int8, weights alone": WeightOnly,
}


def _scales(weight: torch.Tensor) -> torch.Tensor:
    return (weight.abs().amax(1) / LEVELS).clamp(min=NEVER_ZERO)


@contextmanager
def computing(way: Callable[[torch.Tensor, torch.Tensor], Linear]) -> Iterator[None]:
    """Build encoders with another kind of affine map."""
    usual = bert._Builder._linear

    def build(self: bert._Builder, name: str, parts: tuple[str, ...]) -> AnyLinear:
        found = usual(self, name, parts)
        assert isinstance(found, Linear)
        return way(found.weight, found.bias)

    bert._Builder._linear = build  # type: ignore[method-assign]
    try:
        yield
    finally:
        bert._Builder._linear = usual  # type: ignore[method-assign]


def read_samples(segments: int, systems: int) -> list[Sample]:
    """Samples of some systems, one system after the other."""
    with tempfile.TemporaryDirectory() as folder:
        texts = neural.write_texts(Path(folder), systems, segments)
        columns = [
            path.read_text(encoding="utf-8").split("\n")[:-1]
            for path in (texts.source, texts.reference, *texts.hypotheses)
        ]
    source, reference, *hypotheses = columns
    rows = [zip(source, hypothesis, reference, strict=True) for hypothesis in hypotheses]
    return [Sample(s, h, (r,)) for group in rows for s, h, r in group]


def compare(name: str, samples: list[Sample], systems: int) -> None:
    """Print a line for each way."""
    metric, expected, usual = METRICS[name], None, 0.0
    for way, kind in WAYS.items():
        with computing(kind):
            pool = ModelPool("cpu", threads=1)
            metric.statistics(samples[:4], pool)
            start = process_time()
            scores: Matrix = metric.statistics(samples, pool)[:, 0]
            took = process_time() - start
        if expected is None:
            expected, usual = scores, took
        apart = np.abs(scores - expected)
        means, before = (found.reshape(systems, -1).mean(1) for found in (scores, expected))
        same = (means.argsort() == before.argsort()).all()
        print(
            f"{name:10} {way:20} {took:7.1f} s, {usual / took:4.2f}x; segments differ by at most "
            f"{apart.max():.4f}, on average {apart.mean():.4f}; systems by at most "
            f"{np.abs(means - before).max():.4f}, ranking {'the same' if same else 'DIFFERS'}; "
            f"deviation of scores {expected.std():.3f}",
            flush=True,
        )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("metrics", nargs="+", choices=tuple(METRICS))
    parser.add_argument("--segments", type=int, default=250)
    parser.add_argument("--systems", type=int, default=2)
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # PyTorch announces that quantisation moves to a package
    torch.set_num_threads(1)
    torch.backends.quantized.engine = "fbgemm"
    capability = torch.backends.cpu.get_cpu_capability()
    print(f"{os.cpu_count()} cores, {capability}, load {os.getloadavg()[0]:.1f}", flush=True)
    samples = read_samples(options.segments, options.systems)
    for name in options.metrics:
        compare(name, samples, options.systems)


if __name__ == "__main__":
    main()
