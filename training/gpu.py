"""``python -m training.gpu PACKED RESULT``: train on one GPU, from a packed file alone.

Needs PyTorch and NumPy, nothing else of mtqe's dependencies. `training.pack` makes the packed file;
`training.finish` makes models of the folder RESULT, or of several: the mean of their weights.
"""

from __future__ import annotations

import argparse
import lzma
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.heads import ReferenceHead, SourceHead
from training.objective import Labels, ranking_loss, regression_loss
from training.quantize import eight_bits

RATED, DEGENERATE, PERFECT = range(3)
NO_TEXT = -1
OPTIONS = (
    "minutes", "steps", "hypotheses", "dropout", "encoder_rate", "head_rate", "stand_ins", "judged",
    "seed",
)  # fmt: skip
"""Fields of a `Plan` that the command line sets."""
STRANGER_TARGET, STRANGER_WEIGHT = -3.5, 0.3
GOOD = 0.5
"""A target, in standard deviations, from which a translation may stand for a reference."""
_WIDTH_STEP = 8

Arrays = Mapping[str, NDArray[Any]]
Result = dict[str, dict[str, Tensor]]


@dataclass(frozen=True)
class Plan:
    """A run; defaults are for ten minutes of an H100.

    Attributes:
        minutes: minutes of training; the learning rate falls to 0 at their end.
        steps: number of steps to take instead of counting minutes, unless 0.
        hypotheses: rated hypotheses a step, in whole groups.
        visit: number of hypotheses drawn each time from a group with more.
        tokens: padded tokens that are encoded at once.
        dropout: of the encoder's sublayers.
        first_tuned_layer: the lowest layer that is trained.
        encoder_rate: peak learning rate of the encoder.
        head_rate: peak learning rate of heads and layer mix.
        warmup: share of the time in which rates rise.
        averaging: decay of the moving average that is kept.
        source_only: weight of the head without references.
        stand_ins: share of groups in which a good translation is the others' reference.
        judged: how often development data are judged, the last time at the end.
        hidden_sizes: hidden sizes of the estimators.
        heads: attention heads of the encoder.
        epsilon: epsilon of its layer norms.
        seed: seed of everything random.
    """

    minutes: float = 8.0
    steps: int = 0
    hypotheses: int = 384
    visit: int = 12
    tokens: int = 8_192
    dropout: float = 0.1
    first_tuned_layer: int = 4
    encoder_rate: float = 2e-4
    head_rate: float = 5e-4
    warmup: float = 0.03
    averaging: float = 0.998
    source_only: float = 0.5
    stand_ins: float = 0.0
    judged: int = 3
    hidden_sizes: tuple[int, int] = (512, 128)
    heads: int = 12
    epsilon: float = 1e-12
    seed: int = 1


class Encoder(nn.Module):
    """BERT's layers on padded batches, giving one pooled vector a layer."""

    def __init__(self, weights: Mapping[str, Tensor], plan: Plan) -> None:
        super().__init__()
        self._plan = plan
        numbers = {int(n.split(".")[2]) for n in weights if n.startswith("encoder.layer.")}
        self.layers = len(numbers) + 1
        self.hidden = weights["embeddings.word_embeddings.weight"].shape[1]
        for name, tensor in weights.items():
            plain = name.replace(".", "__")
            if self._is_tuned(name):
                self.register_parameter(plain, nn.Parameter(tensor.float()))
            else:
                self.register_buffer(plain, tensor.float())

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """Mean token vectors [texts, layers, hidden] of ids [texts, width]."""
        mask = torch.arange(tokens.shape[1], device=tokens.device) < lengths[:, None]
        share = (mask / lengths[:, None])[:, :, None]
        x = self._embed(tokens)
        pooled = [(share * x).sum(1)]
        for number in range(self.layers - 1):
            x = self._transform(x, mask[:, None, None], f"encoder.layer.{number}.")
            pooled.append((share * x).sum(1))
        return torch.stack(pooled, 1)

    def tuned(self) -> dict[str, Tensor]:
        """The trained weights by transformers' names."""
        return {name.replace("__", "."): p.detach() for name, p in self.named_parameters()}

    def _is_tuned(self, name: str) -> bool:
        parts = name.split(".")
        return parts[0] == "encoder" and int(parts[2]) >= self._plan.first_tuned_layer

    def _weight(self, name: str) -> Tensor:
        weight: Tensor = getattr(self, name.replace(".", "__"))
        return weight

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return functional.linear(x, self._weight(f"{name}.weight"), self._weight(f"{name}.bias"))

    def _norm(self, x: Tensor, name: str) -> Tensor:
        weight, bias = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return functional.layer_norm(x, x.shape[-1:], weight, bias, self._plan.epsilon)

    def _embed(self, tokens: Tensor) -> Tensor:
        x = functional.embedding(tokens, self._weight("embeddings.word_embeddings.weight"))
        x = x + self._weight("embeddings.position_embeddings.weight")[: tokens.shape[1]]
        x = x + self._weight("embeddings.token_type_embeddings.weight")[0]
        return self._norm(x, "embeddings.LayerNorm")

    def _transform(self, x: Tensor, mask: Tensor, layer: str) -> Tensor:
        texts, width, _ = x.shape
        query, key, value = (
            self._linear(x, f"{layer}attention.self.{name}")
            .view(texts, width, self._plan.heads, -1)
            .transpose(1, 2)
            for name in ("query", "key", "value")
        )
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        attended = self._dropped(attended.transpose(1, 2).flatten(2), f"{layer}attention.output")
        x = self._norm(x + attended, f"{layer}attention.output.LayerNorm")
        inner = functional.gelu(self._linear(x, f"{layer}intermediate.dense"))
        return self._norm(x + self._dropped(inner, f"{layer}output"), f"{layer}output.LayerNorm")

    def _dropped(self, x: Tensor, sublayer: str) -> Tensor:
        x = self._linear(x, f"{sublayer}.dense")
        return functional.dropout(x, self._plan.dropout, self.training)


class Student(nn.Module):
    """Encoder and both heads, on ids of packed texts."""

    def __init__(self, arrays: Arrays, plan: Plan) -> None:
        super().__init__()
        self.encoder = Encoder(started(arrays, plain_weights(arrays)), plan)
        sizes = (self.encoder.layers, self.encoder.hidden, plan.hidden_sizes, 0.1)
        self.comet = ReferenceHead(*sizes)
        self.kiwi = SourceHead(*sizes)


class Texts:
    """The packed texts, encoded in batches of similar length."""

    def __init__(self, arrays: Arrays, budget: int) -> None:
        low, high = arrays["tokens.low"].astype(np.int64), arrays["tokens.high"].astype(np.int64)
        self._tokens = low + (high << 16)
        self._ends = np.cumsum(arrays["text.length"].astype(np.int64))
        self._lengths = arrays["text.length"].astype(np.int64)
        self._budget = budget

    def encode(self, encoder: Encoder, texts: NDArray[np.int64], device: str) -> Tensor:
        """Pooled vectors [texts, layers, hidden]."""
        order = np.argsort(-self._lengths[texts], kind="stable")
        parts, start = [], 0
        while start < len(texts):
            width = -(-int(self._lengths[texts[order[start]]]) // _WIDTH_STEP) * _WIDTH_STEP
            part = texts[order[start : start + max(1, self._budget // width)]]
            parts.append(encoder(*(t.to(device) for t in self._padded(part, width))))
            start += len(part)
        back = torch.from_numpy(np.argsort(order)).to(device)
        return torch.cat(parts)[back]

    def _padded(self, texts: NDArray[np.int64], width: int) -> tuple[Tensor, Tensor]:
        rows = np.zeros((len(texts), width), np.int64)
        for row, text in zip(rows, texts, strict=True):
            length = self._lengths[text]
            row[:length] = self._tokens[self._ends[text] - length : self._ends[text]]
        return torch.from_numpy(rows), torch.from_numpy(self._lengths[texts])


class Items:
    """The packed hypotheses of all groups."""

    def __init__(self, arrays: Arrays) -> None:
        self.columns = _named(arrays, "item.")
        groups = self.columns["group"]
        self.count = int(groups[-1]) + 1
        self._starts = np.searchsorted(groups, np.arange(self.count + 1))

    def batches(self, plan: Plan, rng: np.random.Generator) -> Iterator[list[NDArray[np.int64]]]:
        """Endless batches of groups, each the rows of its items."""
        while True:
            batch: list[NDArray[np.int64]] = []
            rated = 0
            for group in rng.permutation(self.count):
                rows = self._drawn(int(group), plan.visit, rng)
                batch.append(rows)
                rated += int((self.columns["kind"][rows] == RATED).sum())
                if rated >= plan.hypotheses:
                    yield batch
                    batch, rated = [], 0

    def with_strangers(
        self, batch: Sequence[NDArray[np.int64]], stand_ins: float, rng: np.random.Generator
    ) -> dict[str, NDArray[Any]]:
        """The columns of a batch, and one hypothesis of another group for each group."""
        rows = np.concatenate(batch)
        columns = {name: values[rows] for name, values in self.columns.items()}
        columns["group"] = np.repeat(np.arange(len(batch)), [len(part) for part in batch])
        columns["reference"] = self._references(batch, stand_ins, rng)
        firsts = np.array([part[0] for part in batch])
        others = np.roll(firsts, int(rng.integers(1, max(2, len(batch)))))
        strangers = {name: values[firsts] for name, values in self.columns.items()}
        strangers |= {
            "group": np.arange(len(batch)),
            "hypothesis": self.columns["hypothesis"][others],
            "target": np.full(len(batch), STRANGER_TARGET, np.float32),
            "weight": np.full(len(batch), STRANGER_WEIGHT, np.float32),
            "kind": np.full(len(batch), DEGENERATE, np.uint8),
        }
        differ = self.columns["source"][others] != strangers["source"]
        return {n: np.concatenate([v, strangers[n][differ]]) for n, v in columns.items()}

    def _references(
        self, batch: Sequence[NDArray[np.int64]], stand_ins: float, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Reference texts; a translation's quality does not depend on what it is compared with."""
        found = []
        for rows in batch:
            references = self.columns["reference"][rows].copy()
            targets = np.where(
                self.columns["kind"][rows] == RATED, self.columns["target"][rows], -np.inf
            )
            best = int(targets.argmax())
            if rng.random() < stand_ins and targets[best] > GOOD:
                others = (references != NO_TEXT) & (np.arange(len(rows)) != best)
                references[others] = self.columns["hypothesis"][rows[best]]
            found.append(references)
        return np.concatenate(found)

    def _drawn(self, group: int, visit: int, rng: np.random.Generator) -> NDArray[np.int64]:
        rows = np.arange(self._starts[group], self._starts[group + 1])
        rated = rows[self.columns["kind"][rows] == RATED]
        if len(rated) <= visit:
            return rows
        return np.concatenate(
            [rng.permutation(rated)[:visit], rows[self.columns["kind"][rows] != RATED]]
        )


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


def read_packed(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a packed file."""
    plain = BytesIO(lzma.decompress(path.read_bytes()))  # np.load goes back: slow in a packed file
    return dict(np.load(plain, allow_pickle=False))


def _done(plan: Plan, step: int, seconds: float) -> float:
    """The share of the run that is over."""
    return (step - 1) / plan.steps if plan.steps else seconds / (60 * plan.minutes)


def plain_weights(arrays: Arrays) -> dict[str, Tensor]:
    """The encoder's own weights: 4-bit integers and a scale a block, or float32."""
    weights = {name: torch.from_numpy(array) for name, array in _named(arrays, "plain.").items()}
    for name, steps in _named(arrays, "q4.").items():
        scales = arrays[f"scale.{name}"].astype(np.float32)
        block = steps.shape[1] // scales.shape[1]
        weights[name] = torch.from_numpy(
            (steps.astype(np.float32) - 8) * np.repeat(scales, block, axis=1)
        )
    return weights


def started(arrays: Arrays, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights that training starts from: low-rank updates and shifts are added."""
    found = dict(weights)
    changes = {n: torch.from_numpy(a).float() for n, a in _named(arrays, "start.").items()}
    for name, change in changes.items():
        kind, _, rest = name.partition(".")
        if kind == "shift":
            found[rest] = found[rest] + change
        elif rest.endswith(".A"):
            module = rest.removesuffix(".A")
            update = changes[f"adapter.{module}.B"] @ change
            found[f"{module}.weight"] = found[f"{module}.weight"] + update
    return found


def _named(arrays: Arrays, prefix: str) -> dict[str, NDArray[Any]]:
    return {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}


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
    dev = _named(arrays, "dev.")
    wanted = np.unique(np.concatenate([dev[n] for n in ("source", "hypothesis", "reference")]))
    vectors = texts.encode(student.encoder, wanted, device)
    rows = [
        vectors[_places(wanted, dev[n]).to(device)] for n in ("source", "hypothesis", "reference")
    ]
    comet, kiwi = student.comet(*rows), student.kiwi(*rows[:2])
    return {"comet": comet.cpu().numpy(), "kiwi": kiwi.cpu().numpy()}


def agreement(arrays: Arrays, scores: Arrays) -> dict[str, float]:
    """Share of people's preferences that scores and chrF share, by development set."""
    dev = _named(arrays, "dev.")
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


def result(student: Student, arrays: Arrays) -> Result:
    """The encoder's changes in 8 bits, and the heads in 16."""
    plain = plain_weights(arrays)
    changes = {n: weight.cpu() - plain[n] for n, weight in student.encoder.tuned().items()}
    heads = {"comet": student.comet, "kiwi": student.kiwi}
    return {
        "encoder": eight_bits(changes),
        **{
            name: {k: t.cpu().half() for k, t in h.state_dict().items()}
            for name, h in heads.items()
        },
    }


def read_mean(folders: Sequence[Path]) -> Result:
    """The mean of results: changes of the encoder, and heads, in float32 by their names.

    Models trained from the same start can be averaged (Wortsman et al. 2022, model soups).
    """
    parts = ("encoder", "comet", "kiwi")
    read = [{n: torch.load(f / f"{n}.pt", weights_only=True) for n in parts} for f in folders]
    for one in read:
        one["encoder"] = _whole(one["encoder"])
    return {
        part: {
            name: torch.stack([one[part][name].float() for one in read]).mean(0)
            for name in read[0][part]
        }
        for part in parts
    }


def _whole(changes: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Changes of 8 bits as float32."""
    return {
        name.removeprefix("shift."): tensor.float()
        * changes.get(name.replace("shift.", "scale.", 1), 1.0)
        for name, tensor in changes.items()
        if name.startswith("shift.")
    }


def restored(arrays: Arrays, found: Result, plan: Plan) -> Student:
    """The student that a result was made from."""
    student = Student(arrays, plan)
    plain = plain_weights(arrays)
    with torch.no_grad():
        for name, weight in student.encoder.tuned().items():
            weight.copy_(plain[name] + found["encoder"][name])
    student.comet.load_state_dict(found["comet"])
    student.kiwi.load_state_dict(found["kiwi"])
    return student


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
