"""Speed and memory of COMET models of XLM-R-large's and XLM-R-XL's size, beside comet-score.

    python benchmarks/large_models.py comet xcomet --segments 60
    python benchmarks/large_models.py comet --shape xl --limit 12

No hub is needed: the checkpoint has the layout of Unbabel/wmt22-comet-da, or of xCOMET with an
XLM-R-large encoder, random weights, and the tokenizer of the built-in models, which is XLM-R's own.
Whole processes take turns on five systems of WMT23 de-en: the peer, then `mtqe score` without its
cache in each precision. The peer is `comet-score --gpus 0`, which halves the model; on a processor
without products of half precision that takes a hundred times as long, so by default the peer is
unbabel-comet's `predict` in fp32 on all systems at once (`--peer predict`). Peak memory is the
largest resident size of the process. In it, pages of a mapped file are the system's own copy, so
what the process has for itself is printed beside it. Needs ../shared/data.

With ``--shape xl`` the checkpoint has 3.5 billion parameters in bf16 (7 GB, and as much again while
it is written, below --folder), and two short segments of one system are scored. unbabel-comet needs
about three times as much memory as the file has, so it runs under a limit of --limit GB, and last.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import neural
import torch
import yaml

from mtqe.metrics.models.store import ModelStore

LARGE: dict[str, Any] = {
    "model_type": "xlm-roberta",
    "architectures": ["XLMRobertaForMaskedLM"],
    "vocab_size": 250_002,
    "hidden_size": 1024,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "intermediate_size": 4096,
    "hidden_act": "gelu",
    "max_position_embeddings": 514,
    "type_vocab_size": 1,
    "layer_norm_eps": 1e-5,
    "pad_token_id": 1,
    "bos_token_id": 0,
    "eos_token_id": 2,
}
"""XLM-R-large's config.json."""
XL = {
    **LARGE,
    "model_type": "xlm-roberta-xl",
    "architectures": ["XLMRobertaXLForMaskedLM"],
    "vocab_size": 250_880,
    "hidden_size": 2560,
    "num_hidden_layers": 36,
    "num_attention_heads": 32,
    "intermediate_size": 10_240,
}
"""XLM-R-XL's."""
LOOK = 0.1
"""Seconds between two looks at a process's memory."""
NOISE = 1 << 22
"""Random numbers that large weights are filled with, again and again."""
SHARED: dict[str, Any] = {
    "encoder_model": "XLM-RoBERTa",
    "layer_transformation": "sparsemax",
    "layer_norm": False,
    "hidden_sizes": [3072, 1024],
    "activations": "Tanh",
    "final_activation": None,
    "dropout": 0.1,
    "validation_data": [],
    "load_pretrained_weights": False,
}
MODELS: dict[str, dict[str, Any]] = {
    "comet": {"class_identifier": "regression_metric"},
    "xcomet": {
        "class_identifier": "xcomet_metric",
        "word_layer": 24,
        "word_level_training": True,
        "error_labels": ["minor", "major", "critical"],
        "cross_entropy_weights": [0.08, 0.486, 0.505, 0.533],
    },
}


PREDICT = """
import sys
from comet import load_from_checkpoint

model, source, reference, *hypotheses = sys.argv[1:]
read = lambda path: open(path, encoding="utf-8").read().split("\\n")[:-1]
rows = [
    {"src": s, "mt": t, "ref": r}
    for path in hypotheses
    for s, t, r in zip(read(source), read(path), read(reference))
]
found = load_from_checkpoint(model).predict(rows, batch_size=16, gpus=0, progress_bar=False)
n = len(rows) // len(hypotheses)
for i in range(len(hypotheses)):
    print("score:", sum(found.scores[i * n : (i + 1) * n]) / n)
"""
"""What a user of unbabel-comet's Python interface writes."""


@dataclass(frozen=True)
class Measured:
    """Seconds of a process, its peak memory in GB, how much of it is its own, and scores."""

    wall: float
    processor: float
    memory: float
    own: float
    scores: tuple[float, ...]


def write_model(folder: Path, name: str) -> Path:
    """Write a checkpoint with random weights, and give its path."""
    from comet.models import str2model

    built_in = ModelStore().path("mtqe-comet-mini").parents[1]
    encoder = folder / "encoder"
    shutil.copytree(built_in / "encoder", encoder)
    (encoder / "config.json").write_text(json.dumps(LARGE))
    settings = {**SHARED, **MODELS[name], "pretrained_model": str(encoder)}
    identifier = settings.pop("class_identifier")
    torch.manual_seed(1)
    model = str2model[identifier](**settings, local_files_only=True)
    with torch.no_grad():  # weights as training starts with give every text nearly one score
        for parameter_name, weights in model.named_parameters():
            if parameter_name.startswith("estimator") and weights.ndim == 2:
                weights.normal_(std=0.05)
    settings["class_identifier"] = identifier
    content = {
        "state_dict": model.state_dict(),
        "hyper_parameters": settings,
        "pytorch-lightning_version": "1.8.2",
    }
    (folder / "checkpoints").mkdir()
    torch.save(content, folder / "checkpoints/model.ckpt")
    (folder / "hparams.yaml").write_text(yaml.safe_dump(settings))
    return folder / "checkpoints/model.ckpt"


def write_xl(folder: Path) -> Path:
    """Write a checkpoint of XLM-R-XL's shape in bf16, a tensor at a time, and give its path."""
    from comet.models import str2model

    built_in = ModelStore().path("mtqe-comet-mini").parents[1]
    encoder = folder / "encoder"
    shutil.copytree(built_in / "encoder", encoder)
    (encoder / "config.json").write_text(json.dumps(XL))
    named = {"encoder_model": "XLM-RoBERTa-XL", "pretrained_model": str(encoder)}
    settings = {**SHARED, **named}
    with torch.device("meta"):
        shapes = str2model["regression_metric"](**settings, local_files_only=True).state_dict()
    torch.manual_seed(1)
    noise = (torch.randn(NOISE) * 0.02).bfloat16()
    parts = folder / "parts"
    parts.mkdir()
    state = {
        name: _on_disk(parts / str(number), name, tensor.shape, noise)
        for number, (name, tensor) in enumerate(shapes.items())
    }
    settings["class_identifier"] = "regression_metric"
    (folder / "checkpoints").mkdir()
    content = {
        "state_dict": state,
        "hyper_parameters": settings,
        "pytorch-lightning_version": "1.8.2",
    }
    torch.save(content, folder / "checkpoints/model.ckpt")
    (folder / "hparams.yaml").write_text(yaml.safe_dump(settings))
    del state, content
    shutil.rmtree(parts)
    return folder / "checkpoints/model.ckpt"


def _on_disk(path: Path, name: str, shape: torch.Size, noise: torch.Tensor) -> torch.Tensor:
    """A tensor whose memory is a file: 1 for scales, else noise."""
    size = max(1, shape.numel())
    flat = torch.from_file(str(path), shared=True, size=size, dtype=torch.bfloat16)
    if name.endswith("LayerNorm.weight") or "layer_norm.weight" in name or "gamma" in name:
        flat.fill_(1)
    else:
        for start in range(0, size, NOISE):
            part = flat[start : start + NOISE]
            part.copy_(noise[: len(part)])
    return flat[: shape.numel()].view(shape)


def short_texts(folder: Path) -> neural.Texts:
    """Two short segments and one system's translations."""
    texts = {
        "source": ["Guten Morgen.", "Der Hund schläft."],
        "reference": ["Good morning.", "The dog sleeps."],
        "system": ["Good morning!", "A dog asleep."],
    }
    for name, lines in texts.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return neural.Texts(folder / "source", folder / "reference", (folder / "system",))


def comet_score(model: Path, texts: neural.Texts) -> Measured:
    """unbabel-comet's program, on all systems at once."""
    files = ["-s", str(texts.source), "-r", str(texts.reference)]
    systems = ["-t", *map(str, texts.hypotheses)]
    command = [str(neural.PROGRAMS / "comet-score"), *files, *systems, "--model", str(model)]
    return measured([*command, "--gpus", "0", "--only_system", "--quiet"])


def predict(model: Path, texts: neural.Texts, limit: float | None = None) -> Measured:
    """unbabel-comet's Python interface, on all systems at once, with at most `limit` GB."""
    files = map(str, (model, texts.source, texts.reference, *texts.hypotheses))
    return measured([sys.executable, "-c", PREDICT, *files], limit)


PEERS = {"predict": predict, "comet-score": comet_score}


def mtqe_score(model: Path, precision: str, texts: neural.Texts, folder: Path) -> Measured:
    """`mtqe score` without its cache, run folder and report included."""
    files = ["--source", str(texts.source), "--reference", str(texts.reference)]
    for path in texts.hypotheses:
        files += ["--hypothesis", f"{path.name}={path}"]
    languages = ["--source-language", "de", "--target-language", "en"]
    command = [str(neural.PROGRAMS / "mtqe"), "score", *files, *languages, "-m", "comet"]
    command += ["--precision", precision, "--no-cache", "--json", "-o", str(folder / precision)]
    return measured([*command, "--model", f"comet={model}"])


def measured(command: list[str], limit: float | None = None) -> Measured:
    """Run one program to its end, with at most `limit` GB of memory of its own."""
    start, own = perf_counter(), 0.0
    if limit is not None:
        command = ["prlimit", f"--data={int(limit * 2**30)}", *command]
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors)
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            own = max(own, own_memory(process.pid))
            sleep(LOOK)
        _, status, used = ended
        wall = perf_counter() - start
        for file in (output, errors):
            file.seek(0)
        if status:
            said = errors.read()
            if limit is not None:
                last = said.strip().splitlines()[-1:] or [f"status {status}"]
                print(f"ended at {own:.1f} GB of its own, limit {limit:g}: {last[0][:200]}")
                return Measured(
                    wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, own, ()
                )
            sys.exit(f"{' '.join(command)} failed:\n{said[-2000:]}")
        text = output.read()
    scores = (
        neural.json_scores(text) if text.lstrip().startswith("{") else neural.comet_scores(text)
    )
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, own, scores)


def own_memory(process: int) -> float:
    """GB that a process has now and that are no part of a file."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(r"^RssAnon:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) / 2**20 if found else 0.0


def xl(options: argparse.Namespace, folder: Path) -> None:
    """Print a line for mtqe in each precision, then for unbabel-comet under a limit."""
    texts, start = short_texts(folder), perf_counter()
    model = write_xl(folder)
    size = model.stat().st_size / 2**30
    print(f"checkpoint of {size:.1f} GB written in {perf_counter() - start:.0f} s", flush=True)
    for precision in options.precision:
        for name in ("first", "hash known"):
            ours = mtqe_score(model, precision, texts, folder / name)
            show(f"XL: mtqe {precision}, {name}", ours)
    show("XL: unbabel-comet fp32", predict(model, texts, options.limit))


def beside_peer(name: str, options: argparse.Namespace, folder: Path) -> None:
    """Print a line for each process, then the ratios of each round."""
    texts = neural.write_texts(folder, 5, options.segments)
    model = write_model(folder, name)
    for number in range(options.rounds):
        theirs = PEERS[options.peer](model, texts)
        show(f"{name}, round {number + 1}: {options.peer}", theirs)
        for precision in options.precision:
            ours = mtqe_score(model, precision, texts, folder)
            show(f"{name}, round {number + 1}: mtqe {precision}", ours)
            same = neural.ranking(theirs.scores) == neural.ranking(ours.scores)
            apart = max(abs(a - b) for a, b in zip(theirs.scores, ours.scores, strict=True))
            print(
                f"{name} {precision}: wall {theirs.wall / ours.wall:.1f}x, "
                f"processor {theirs.processor / ours.processor:.1f}x, "
                f"memory {ours.memory / theirs.memory:.2f} of the peer's, system scores at most "
                f"{apart:.1e} apart, ranking {'the same' if same else 'DIFFERS'}",
                flush=True,
            )


def show(label: str, run: Measured) -> None:
    scores = " ".join(f"{score:.4f}" for score in run.scores)
    print(
        f"{label:34} {run.wall:7.1f} s wall {run.processor:7.1f} s processor "
        f"{run.memory:5.2f} GB, {run.own:5.2f} of its own  {scores}",
        flush=True,
    )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("models", nargs="+", choices=tuple(MODELS))
    parser.add_argument("--segments", type=int, help="fewer, for a quick look")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--precision", nargs="+", choices=neural.PRECISIONS, default=["fp32"])
    parser.add_argument("--shape", choices=("large", "xl"), default="large")
    parser.add_argument("--limit", type=float, default=12.0, help="GB for unbabel-comet, with xl")
    parser.add_argument("--folder", type=Path, help="where to write checkpoints; default: /tmp")
    parser.add_argument("--peer", choices=tuple(PEERS), default="predict")
    options = parser.parse_args()
    capability = torch.backends.cpu.get_cpu_capability()
    print(f"{os.cpu_count()} cores, {capability}, load {os.getloadavg()[0]:.1f}", flush=True)
    for name in options.models:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            (xl if options.shape == "xl" else partial(beside_peer, name))(options, Path(folder))


if __name__ == "__main__":
    main()
