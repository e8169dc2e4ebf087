"""Speed and memory of COMET models of XLM-R-large's size, beside comet-score.

    python benchmarks/large_models.py comet xcomet --segments 60

No hub is needed: the checkpoint has the layout of Unbabel/wmt22-comet-da, or of xCOMET with an
XLM-R-large encoder, random weights, and the tokenizer of the built-in models, which is XLM-R's own.
Whole processes take turns on five systems of WMT23 de-en: the peer, then `mtqe score` without its
cache in each precision. The peer is `comet-score --gpus 0`, which halves the model; on a processor
without products of half precision that takes a hundred times as long, so by default the peer is
unbabel-comet's `predict` in fp32 on all systems at once (`--peer predict`). Peak memory is the
largest resident size of the process. Needs ../shared/data.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import neural
import torch
import yaml

from mtqe.metrics.models.store import ModelStore

LARGE = {
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
    """Seconds of a process, its peak memory in GB, and each system's score."""

    wall: float
    processor: float
    memory: float
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


def comet_score(model: Path, texts: neural.Texts) -> Measured:
    """unbabel-comet's program, on all systems at once."""
    files = ["-s", str(texts.source), "-r", str(texts.reference)]
    systems = ["-t", *map(str, texts.hypotheses)]
    command = [str(neural.PROGRAMS / "comet-score"), *files, *systems, "--model", str(model)]
    return measured([*command, "--gpus", "0", "--only_system", "--quiet"])


def predict(model: Path, texts: neural.Texts) -> Measured:
    """unbabel-comet's Python interface, on all systems at once."""
    files = map(str, (model, texts.source, texts.reference, *texts.hypotheses))
    return measured([sys.executable, "-c", PREDICT, *files])


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


def measured(command: list[str]) -> Measured:
    """Run one program to its end."""
    start = perf_counter()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        for file in (output, errors):
            file.seek(0)
        if status:
            sys.exit(f"{' '.join(command)} failed:\n{errors.read()[-2000:]}")
        text = output.read()
    scores = (
        neural.json_scores(text) if text.lstrip().startswith("{") else neural.comet_scores(text)
    )
    return Measured(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, scores)


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
        f"{run.memory:5.2f} GB  {scores}",
        flush=True,
    )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("models", nargs="+", choices=tuple(MODELS))
    parser.add_argument("--segments", type=int, help="fewer, for a quick look")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--precision", nargs="+", choices=neural.PRECISIONS, default=["fp32"])
    parser.add_argument("--peer", choices=tuple(PEERS), default="predict")
    options = parser.parse_args()
    capability = torch.backends.cpu.get_cpu_capability()
    print(f"{os.cpu_count()} cores, {capability}, load {os.getloadavg()[0]:.1f}", flush=True)
    for name in options.models:
        with tempfile.TemporaryDirectory() as folder:
            beside_peer(name, options, Path(folder))


if __name__ == "__main__":
    main()
