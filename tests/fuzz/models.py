"""Files of a neural metric's model, as a hub or a disk may have damaged them."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random

from mtqe.metrics.base import Metric, Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.pool import ModelPool
from tests.fuzz.case import Case, Kind, Kinds
from tests.fuzz.mutate import mutated, mutated_file

# PyTorch is imported by what needs it: it makes each copy of this process, for the readers that
# have one, three times as slow.

SAMPLE = Sample("Guten Morgen!", "Good morning", ("Morning!",))
VALUES = (None, True, 0, -1, 3, 2**40, 10**30, 1e308, "", "mix", "x" * 999, [], {}, [[]], ["x"])
ENCODER = ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors")
COMET = ("hparams.yaml", "checkpoints/model.ckpt")
COST = 10


def models() -> Kinds:
    """The files of a COMET model and of its encoder."""
    encoder = {f"encoder-{name}": Kind(_prepare(name, encoder=True), COST) for name in ENCODER}
    comet = {
        f"comet-{Path(name).name}": Kind(_prepare(name, encoder=False), COST) for name in COMET
    }
    return encoder | comet | {"comet-hyperparameters": Kind(_hyperparameters, COST)}


def _prepare(name: str, *, encoder: bool) -> Callable[[Path, ExitStack], Case]:
    def prepare(folder: Path, stack: ExitStack) -> Case:
        from tests.neural_models import write_comet, write_encoder

        tiny = write_encoder(folder / "tiny")
        model = write_comet(folder / "model", tiny, "regression_metric")
        path = (tiny if encoder else model) / name

        def read(changed: bytes, number: int) -> None:
            path.write_bytes(changed)
            metric: Metric = Comet(model=str(model))
            if encoder and number % 2:
                metric = BERTScore(model=str(tiny), layer=2)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                metric.statistics([SAMPLE], ModelPool())

        change = _values_changed if name.endswith(".json") else mutated_file
        return Case(path.name, path.read_bytes(), read, change)

    return prepare


def _values_changed(data: bytes, chance: Random) -> bytes:
    """JSON of which a value is another, or changed bytes."""
    if chance.random() < 0.3:
        return mutated(data, chance)
    content = json.loads(data)
    for _ in range(chance.choice([1, 1, 2])):
        content[chance.choice(sorted(content))] = chance.choice(VALUES)
    return json.dumps(content).encode()


def _hyperparameters(folder: Path, stack: ExitStack) -> Case:
    """What a checkpoint itself says of the model, with other values."""
    from tests.neural_models import write_comet, write_encoder

    tiny = write_encoder(folder / "tiny")
    model = write_comet(folder / "model", tiny, "regression_metric")
    path = model / "checkpoints" / "model.ckpt"

    def read(changed: bytes, number: int) -> None:
        path.write_bytes(changed)
        Comet(model=str(model)).statistics([SAMPLE], ModelPool())

    return Case("model.ckpt", path.read_bytes(), read, _other_hyperparameter)


def _other_hyperparameter(data: bytes, chance: Random) -> bytes:
    import torch

    content = torch.load(io.BytesIO(data), weights_only=True)
    part = content[chance.choice(("hyper_parameters", "state_dict"))]
    key = chance.choice(sorted(part))
    if isinstance(part[key], torch.Tensor):
        part[key] = chance.choice((torch.zeros(0), torch.zeros(3, 3), part[key].double(), "x", 1))
    else:
        part[key] = chance.choice(VALUES)
    out = io.BytesIO()
    torch.save(content, out)
    return out.getvalue()
