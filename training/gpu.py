"""``python -m training.gpu PACKED RESULT``: train on one GPU, from a packed file alone.

Needs PyTorch and NumPy, nothing else of mtqe's dependencies. `training.pack` makes the packed file;
`training.finish` makes models of the folder RESULT, or of several: the mean of their weights.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.objective import Labels, ranking_loss, regression_loss
from training.packed import DEGENERATE, NO_TEXT, PERFECT, RATED, Arrays, Items, named, read_packed
from training.plan import Plan
from training.student import Student, Texts, read_mean, restored, result

OPTIONS = (
    "minutes", "steps", "hypotheses", "dropout", "encoder_rate", "head_rate", "stand_ins", "judged",
    "seed",
)  # fmt: skip
"""Fields of a `Plan` that the command line sets."""


def main() -> None:
    """Train for the planned time, judge, write."""
    parser = argparse.ArgumentParser(prog="python -m training.gpu", description=__doc__)
    parser.add_argument("packed", type=Path)
    parser.add_argument("result", type=Path, help="folder")
    for name in OPTIONS:
        default = getattr(Plan, name)
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--mean", type=Path, nargs="+", help="judge the mean of these results")
    options = vars(parser.parse_args())
    arrays, device = read_packed(options.pop("packed")), options.pop("device")
    folder, results = options.pop("result"), options.pop("mean")
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(**options)
    if results:
        student = restored(arrays, read_mean(results), plan).to(device)
    else:
        student = train(arrays, plan, device)
        for name, tensors in result(student, arrays).items():
            torch.save(tensors, folder / f"{name}.pt")
    scores = score_dev(student, arrays, device)
    np.savez_compressed(folder / "scores.npz", **scores)
    _say_agreement(arrays, scores)


def train(arrays: Arrays, plan: Plan, device: str) -> Student:
    """A student trained for the planned minutes, with its parameters averaged."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    student = Student(arrays, plan).to(device)
    texts, items = Texts(arrays, plan.tokens), Items(arrays)
    optimizer = torch.optim.AdamW(_rates(student, plan), weight_decay=0.0, fused=True)
    averages = [p.detach().clone() for p in student.parameters()]
    begun, judged = time.monotonic(), 1
    for step, batch in enumerate(items.batches(plan, rng), start=1):
        done = _done(plan, step, time.monotonic() - begun)
        if done >= judged / plan.judged and judged < plan.judged:
            judged += 1
            _say(f"{done:.0%} of the time:")
            with _averaged(student, averages):
                _say_agreement(arrays, score_dev(student, arrays, device))
        if done >= 1:
            break
        _set_rates(optimizer, plan, done)
        student.train()
        columns = items.with_strangers(batch, plan.stand_ins, rng)
        # TensorFloat-32 took as long and was no better; many processors are slow in bfloat16.
        with torch.autocast(device, torch.bfloat16, enabled=device != "cpu"):
            loss = loss_of(student, texts, columns, plan, device)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            share = 1 - min(plan.averaging, step / (step + 10))
            torch._foreach_lerp_(averages, list(student.parameters()), share)
        if step % 100 == 0:
            _say(f"step {step}, loss {float(loss.detach()):.4f}, {done:.1%} of the time")
    _exchange(student, averages)
    return student


def _done(plan: Plan, step: int, seconds: float) -> float:
    """The share of the run that is over."""
    return (step - 1) / plan.steps if plan.steps else seconds / (60 * plan.minutes)


@contextmanager
def _averaged(student: Student, averages: Sequence[Tensor]) -> Iterator[None]:
    """The student with averaged parameters, for a while."""
    _exchange(student, averages)
    yield
    _exchange(student, averages)


@torch.no_grad()
def _exchange(student: Student, others: Sequence[Tensor]) -> None:
    for parameter, other in zip(student.parameters(), others, strict=True):
        kept = parameter.clone()
        parameter.copy_(other)
        other.copy_(kept)


def loss_of(student: Student, texts: Texts, columns: Arrays, plan: Plan, device: str) -> Tensor:
    """The sum of both heads' losses on one batch."""
    wanted = np.unique(
        np.concatenate([columns[name] for name in ("source", "hypothesis", "reference")])
    )
    wanted = wanted[wanted != NO_TEXT]
    vectors = texts.encode(student.encoder, wanted, device)
    source, hypothesis, reference = (
        vectors[_places(wanted, columns[name]).to(device)]
        for name in ("source", "hypothesis", "reference")
    )
    kind = torch.from_numpy(columns["kind"]).to(device)
    known = Labels(
        group=torch.from_numpy(columns["group"]).to(device),
        target=torch.from_numpy(columns["target"].astype(np.float32)).to(device),
        weight=torch.from_numpy(columns["weight"].astype(np.float32)).to(device),
        rated=kind == RATED,
        degenerate=kind == DEGENERATE,
    )
    blind = student.kiwi(source, hypothesis).float()
    seen = kind != PERFECT
    total = regression_loss(blind[seen], known[seen]) + ranking_loss(blind, known)
    has = torch.from_numpy(columns["reference"] != NO_TEXT).to(device)
    informed = student.comet(source[has], hypothesis[has], reference[has]).float()
    return (
        plan.source_only * total
        + regression_loss(informed, known[has])
        + ranking_loss(informed, known[has])
    )


@torch.inference_mode()
def score_dev(student: Student, arrays: Arrays, device: str) -> dict[str, NDArray[np.float32]]:
    """Logits [ratings] of both heads on the development data."""
    student.eval()
    texts = Texts(arrays, Plan.tokens)
    dev = named(arrays, "dev.")
    wanted = np.unique(np.concatenate([dev[n] for n in ("source", "hypothesis", "reference")]))
    vectors = texts.encode(student.encoder, wanted, device)
    rows = [
        vectors[_places(wanted, dev[n]).to(device)] for n in ("source", "hypothesis", "reference")
    ]
    comet, kiwi = student.comet(*rows), student.kiwi(*rows[:2])
    return {"comet": comet.cpu().numpy(), "kiwi": kiwi.cpu().numpy()}


def agreement(arrays: Arrays, scores: Arrays) -> dict[str, float]:
    """Share of people's preferences that scores and chrF share, by development set."""
    dev = named(arrays, "dev.")
    return {
        f"{name} {metric}": _preference(dev, values, number)
        for number, name in enumerate(dev["names"].tolist())
        for metric, values in {**scores, "chrf": dev["chrf"]}.items()
    }


def _say_agreement(arrays: Arrays, scores: Arrays) -> None:
    for name, share in agreement(arrays, scores).items():
        _say(f"{name}: {share:.4f}")


def _places(wanted: NDArray[np.int64], texts: NDArray[np.int64]) -> Tensor:
    """Where texts lie among the sorted wanted ones; any place for no text."""
    return torch.from_numpy(np.searchsorted(wanted, np.maximum(texts, wanted[0])))


def _preference(dev: Arrays, scores: NDArray[Any], number: int) -> float:
    right = apart = 0.0
    chosen = np.flatnonzero(dev["set"] == number)
    segments = dev["segment"][chosen]
    for rows in np.split(chosen, np.flatnonzero(np.diff(segments)) + 1):
        first, second = np.triu_indices(len(rows), 1)
        people = np.sign(dev["human"][rows[first]] - dev["human"][rows[second]])
        machine = np.sign(scores[rows[first]] - scores[rows[second]])
        apart += float((people != 0).sum())
        right += float(((people == machine) & (people != 0)).sum())
        right += 0.5 * float(((machine == 0) & (people != 0)).sum())
    return right / max(apart, 1.0)


def _rates(student: Student, plan: Plan) -> list[dict[str, Any]]:
    mix = [p for n, p in student.named_parameters() if "layerwise_attention" in n]
    estimators = [p for n, p in student.named_parameters() if ".estimator." in n]
    return [
        {"params": list(student.encoder.parameters()), "peak": plan.encoder_rate},
        {"params": estimators, "peak": plan.head_rate},
        {"params": mix, "peak": 10 * plan.head_rate},
    ]


def _set_rates(optimizer: torch.optim.Optimizer, plan: Plan, done: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * min(1.0, (done + 1e-4) / plan.warmup, 1 - done)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
