"""COMET and BERTScore of the published sizes on a GPU, beside comet-score and bert-score.

    python benchmarks/gpu.py                             # both, three rounds, on the first GPU
    python benchmarks/gpu.py comet --rounds 1 --deadline 200 --json gpu.json
    python benchmarks/gpu.py --quick --device cpu --segments 8    # a tiny shape, to try the script

No hub is needed: weights are random, in the shape of XLM-R-large, which wmt22-comet-da is made of
and which bert-score names for other languages than a few (layer 17). The tokenizer is XLM-R's own,
of the built-in models, or lies in --tokenizer. Whole programs take turns on five systems: the
peer's as its users call it (comet-score in half precision and with its cache, all systems at once;
bert-score in fp32, once per system), then `mtqe score` in each precision, without its cache, page
and checks. Before the first round each has run on a few segments, so that none of them compiles
Python files, or hashes weights, while the clock runs. "scoring alone" is the time of the libraries'
own calls with a loaded model: `predict` and `BERTScorer.score` beside a metric's `statistics`.

--peer-path names folders in which the peers find other versions of libraries than mtqe does, such
as transformers 4 for unbabel-comet. What is not begun by --deadline is left out. A program that
fails or takes too long is left out too, with the last lines that it wrote.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import neural
import torch
import yaml
from byte_code import as_installed
from large_models import LARGE, SHARED
from safetensors.torch import save_file

from mtqe.metrics.models.store import ModelStore

ROOT = Path(__file__).parents[1]
DATA = ROOT / "../shared/data/systems/de-en.tsv.gz"
SYSTEMS, WARM_UP, SHOWN = 5, 8, 20
QUICK = {
    "hidden_size": 64,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 128,
}
"""What is smaller in the shape that tries the script."""
LAYER = {"large": 17, "quick": 3}
"""BERTScore's; 17 is bert-score's choice for xlm-roberta-large."""
PRECISIONS = {"comet": ("fp32", "fp16", "bf16"), "bertscore": ("fp32", "bf16")}
PEERS = {"comet": "comet-score", "bertscore": "bert-score"}
TAKEN = {"comet": "fp16", "bertscore": "fp32"}
"""The precision of each peer."""
LIBRARIES = ("torch", "transformers", "tokenizers", "numpy", "pytorch-lightning", "torchmetrics")

Scores = Mapping[str, Sequence[float]]

OURS = """
import json, sys
from time import perf_counter
from mtqe.metrics.base import Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.pool import ModelPool

work, model, layer, device, precisions, *files = json.loads(sys.argv[1])
source, reference, *systems = ([*open(path, encoding="utf-8")] for path in files)
rows = zip(source, reference, *systems)
samples = [Sample(s.strip(), h.strip(), (r.strip(),)) for s, r, *all in rows for h in all]
few = [Sample(f"Quelle {n}", f"System {n}", (f"Reference {n}",)) for n in range(16)]
for precision in precisions:
    options = {"model": model, "precision": precision}
    metric = Comet(**options) if work == "comet" else BERTScore(**options, layer=layer)
    pool = ModelPool(device)
    metric.statistics(few, pool)
    start = perf_counter()
    metric.statistics(samples, pool)
    print("seconds:", precision, perf_counter() - start, flush=True)
    pool.free()
"""
THEIRS = {
    "comet": """
import json, sys
from time import perf_counter
import torch
from comet import load_from_checkpoint

_, model, _, device, _, *files = json.loads(sys.argv[1])
source, reference, *systems = ([*open(path, encoding="utf-8")] for path in files)
torch.set_float32_matmul_precision("high")
comet = load_from_checkpoint(model).eval().half()
comet.set_embedding_cache()
row = lambda s, h, r: {"src": s.strip(), "mt": h.strip(), "ref": r.strip()}
score = lambda rows: comet.predict(rows, 16, int(device != "cpu"), progress_bar=False)
score([row(f"Quelle {n}", f"System {n}", f"Reference {n}") for n in range(16)])
start = perf_counter()
for system in systems:
    score([row(*texts) for texts in zip(source, system, reference)])
print("seconds: fp16", perf_counter() - start)
""",
    "bertscore": """
import json, sys
from time import perf_counter
from bert_score import BERTScorer

_, model, layer, device, _, *files = json.loads(sys.argv[1])
_, reference, *systems = ([line.strip() for line in open(path, encoding="utf-8")] for path in files)
scorer = BERTScorer(model_type=model, num_layers=layer, device=device, use_fast_tokenizer=True)
scorer.score([f"System {n}" for n in range(16)], [f"Reference {n}" for n in range(16)])
start = perf_counter()
for system in systems:
    scorer.score(system, reference)
print("seconds: fp32", perf_counter() - start)
""",
}
"""What users of the libraries' Python interfaces write."""


@dataclass(frozen=True)
class Setting:
    """What all programs share.

    Attributes:
        folder: where models, texts and runs lie.
        shape: ``large`` or ``quick``.
        device: ``cpu`` or a CUDA device.
        timeout: seconds that one program may take.
        peer_path: folders that the peers import from before all others.
    """

    folder: Path
    shape: str
    device: str
    timeout: float
    peer_path: str

    @property
    def models(self) -> Mapping[str, Path]:
        """A model for each metric."""
        return {
            "comet": self.folder / "comet/checkpoints/model.ckpt",
            "bertscore": self.folder / "encoder",
        }

    @property
    def layer(self) -> int:
        """The encoder layer of BERTScore."""
        return LAYER[self.shape]

    def environment(self, *first: str) -> dict[str, str]:
        """Variables of a program that imports from these folders first."""
        found = {**as_installed(), "HF_HUB_OFFLINE": "1"}
        found["XDG_CACHE_HOME"] = str(self.folder / "cache")
        if self.device == "cpu":
            found["CUDA_VISIBLE_DEVICES"] = ""
        paths = [*first, os.environ.get("PYTHONPATH", "")]
        found["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        return found

    def run(self, arguments: Sequence[str], *, peer: bool) -> tuple[float, str] | None:
        """Elapsed seconds and output of Python with these arguments; None where it fails."""
        environment = self.environment(self.peer_path if peer else str(ROOT))
        started = perf_counter()
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            try:
                subprocess.run(
                    [sys.executable, *arguments], cwd=self.folder, env=environment, check=True,
                    stdout=output, stderr=errors, timeout=self.timeout,
                )  # fmt: skip
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                errors.seek(0)
                last = "".join(errors.readlines()[-SHOWN:])
                reason = getattr(error, "returncode", f"no end after {self.timeout:g} s")
                print(f"FAILED ({reason}): {' '.join(arguments)[:200]}\n{last}", flush=True)
                return None
            wall = perf_counter() - started
            output.seek(0)
            return wall, output.read()


@dataclass
class Row:
    """One program's measurements.

    Attributes:
        work: the metric.
        program: its name, with its precision.
        wall: elapsed seconds of whole programs, one per round.
        inside: seconds of scoring alone.
        scores: each system's segments, in the last round.
        apart: the largest difference from the peer's score of a segment.
    """

    work: str
    program: str
    wall: list[float] = field(default_factory=list)
    inside: float | None = None
    scores: Scores = field(default_factory=dict)
    apart: float | None = None


def write_texts(folder: Path, path: Path, segments: int | None) -> neural.Texts:
    """The first systems of a table with the columns seg_id, src, reference and systems."""
    folder.mkdir()
    open_text: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with open_text(path, "rt", encoding="utf-8", newline="\n") as lines:
        header, *rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    paths = []
    for column, name in enumerate(header[1 : 3 + SYSTEMS], start=1):
        text = "".join(f"{row[column]}\n" for row in rows[:segments])
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
    return neural.Texts(paths[0], paths[1], tuple(paths[2:]))


def write_models(setting: Setting, tokenizer: Path) -> None:
    """An encoder with its tokenizer, and a COMET checkpoint of the same weights."""
    config = LARGE if setting.shape == "large" else {**LARGE, **QUICK}
    encoder = setting.models["bertscore"]
    encoder.mkdir()
    for name in ("tokenizer.json", "special_tokens_map.json"):
        shutil.copy(tokenizer / name, encoder / name)
    stated = json.loads((tokenizer / "tokenizer_config.json").read_text(encoding="utf-8"))
    stated |= {"tokenizer_class": "XLMRobertaTokenizerFast", "model_max_length": 512}
    (encoder / "tokenizer_config.json").write_text(json.dumps(stated), encoding="utf-8")
    (encoder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    weights = encoder_weights(config, setting.device)
    save_file(weights, encoder / "model.safetensors", metadata={"format": "pt"})
    write_comet(setting.models["comet"], encoder, config, weights, setting.device)


def encoder_weights(config: Mapping[str, Any], device: str) -> dict[str, torch.Tensor]:
    """Random weights by transformers' names.

    Biases of layer norms are random as well. So tokens are somewhat alike, as in trained encoders,
    and none is less like another than bert-score takes padding to be, which is 0.
    """
    from transformers import XLMRobertaConfig, XLMRobertaModel

    with torch.device("meta"):
        shapes = XLMRobertaModel(XLMRobertaConfig(**config), add_pooling_layer=False).state_dict()
    random = torch.Generator(device).manual_seed(1)
    found = {}
    for name, tensor in shapes.items():
        made = torch.empty(tensor.shape, device=device)
        if name.endswith("LayerNorm.weight"):
            made.fill_(1)
        else:
            made.normal_(std=0.1 if name.endswith("LayerNorm.bias") else 0.02, generator=random)
        found[name] = made.cpu()
    return found


def write_comet(
    path: Path,
    encoder: Path,
    config: Mapping[str, Any],
    weights: Mapping[str, torch.Tensor],
    device: str,
) -> None:
    """A checkpoint in the layout of wmt22-comet-da, below its hparams.yaml."""
    random = torch.Generator(device).manual_seed(2)
    state = {f"encoder.model.{name}": tensor for name, tensor in weights.items()}
    for layer in range(config["num_hidden_layers"] + 1):
        state[f"layerwise_attention.scalar_parameters.{layer}"] = torch.full((1,), 0.1 * layer)
    state["layerwise_attention.gamma"] = torch.ones(1)
    sizes = [6 * config["hidden_size"], *SHARED["hidden_sizes"], 1]
    for place, (columns, rows) in enumerate(pairwise(sizes)):
        made = torch.empty((rows, columns), device=device)
        made.normal_(std=2 / columns**0.5, generator=random)
        state[f"estimator.ff.{3 * place}.weight"] = made.cpu()
        state[f"estimator.ff.{3 * place}.bias"] = torch.zeros(rows)
    settings = {
        **SHARED,
        "class_identifier": "regression_metric",
        "keep_embeddings_frozen": True,
        "nr_frozen_epochs": 0.3,
        "pretrained_model": str(encoder),
    }
    path.parent.mkdir(parents=True)
    content = {
        "state_dict": state,
        "hyper_parameters": settings,
        "pytorch-lightning_version": "1.8.2",
    }
    torch.save(content, path)
    (path.parents[1] / "hparams.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")


def comet_score(setting: Setting, texts: neural.Texts) -> tuple[float, Scores] | None:
    """unbabel-comet's program, on all systems at once."""
    files = ["-s", str(texts.source), "-r", str(texts.reference)]
    systems = ["-t", *map(str, texts.hypotheses)]
    gpus = "0" if setting.device == "cpu" else "1"
    options = ["--gpus", gpus, "--quiet", "--model", str(setting.models["comet"])]
    ended = setting.run(["-m", "comet.cli.score", *files, *systems, *options], peer=True)
    if ended is None:
        return None
    found: dict[str, list[float]] = {path.name: [] for path in texts.hypotheses}
    for path, score in re.findall(r"^(.+)\tSegment \d+\tscore: (\S+)$", ended[1], re.MULTILINE):
        found[Path(path).name].append(float(score))
    return ended[0], found


def bert_score(setting: Setting, texts: neural.Texts) -> tuple[float, Scores] | None:
    """bert-score's program, once per system."""
    model = str(setting.models["bertscore"].relative_to(setting.folder))  # "t5" in it means T5
    options = ["-m", model, "-l", str(setting.layer), "-r", str(texts.reference), "-s"]
    found, wall = {}, 0.0
    for path in texts.hypotheses:
        command = ["-m", "bert_score_cli.score", *options, "-c", str(path)]
        ended = setting.run(command, peer=True)
        if ended is None:
            return None
        wall += ended[0]
        f1 = re.findall(r"^\S+\t\S+\t(\S+)$", ended[1], re.MULTILINE)
        found[path.name] = list(map(float, f1))
    return wall, found


PROGRAMS = {"comet": comet_score, "bertscore": bert_score}


def mtqe_score(
    setting: Setting, work: str, precision: str, texts: neural.Texts
) -> tuple[float, Scores] | None:
    """`mtqe score` without its cache, page and checks, but with its run folder."""
    import pandas as pd

    with tempfile.TemporaryDirectory(dir=setting.folder) as folder:
        files = ["--source", str(texts.source), "--reference", str(texts.reference)]
        for path in texts.hypotheses:
            files += ["--hypothesis", f"{path.name}={path}"]
        files += ["--source-language", "de", "--target-language", "en"]
        options = ["-m", work, "--model", f"{work}={setting.models[work]}"]
        options += ["--precision", precision, "--device", setting.device]
        options += ["--no-cache", "--no-report", "--no-checks", "-o", f"{folder}/run"]
        if work == "bertscore":
            options += ["--set", f"bertscore.layer={setting.layer}"]
        ended = setting.run(["-m", "mtqe", "score", *files, *options], peer=False)
        if ended is None:
            return None
        table = pd.read_parquet(f"{folder}/run/segments.parquet", columns=["system", work])
    found = {str(name): rows[work].tolist() for name, rows in table.groupby("system")}
    return ended[0], found


def peer_name(work: str) -> str:
    """The peer's program with its precision."""
    return f"{PEERS[work]}, {TAKEN[work]}"


def programs(
    setting: Setting, work: str, precisions: Sequence[str], texts: neural.Texts
) -> Iterator[tuple[str, Callable[[], tuple[float, Scores] | None]]]:
    """The programs that take turns, by name; the peer's is first."""
    yield peer_name(work), lambda: PROGRAMS[work](setting, texts)
    for precision in precisions:
        yield (
            f"mtqe, {precision}",
            lambda precision=precision: mtqe_score(setting, work, precision, texts),
        )


def warm_up(setting: Setting, works: Sequence[str], texts: neural.Texts) -> None:
    """Run each program on a few segments; side by side, where memory is the GPU's."""
    one = neural.Texts(texts.source, texts.reference, texts.hypotheses[:1])
    calls = [
        (f"{work}: {name}", call)
        for work in works
        for name, call in programs(setting, work, ("fp32",), one)
    ]
    with ThreadPoolExecutor(1 if setting.device == "cpu" else len(calls)) as pool:
        for (name, _), ended in zip(calls, pool.map(lambda pair: pair[1](), calls), strict=True):
            print(f"warm-up, {name}: {f'{ended[0]:.1f} s' if ended else 'failed'}", flush=True)


def inside(
    setting: Setting, work: str, precisions: Sequence[str], texts: neural.Texts
) -> dict[str, float]:
    """Seconds of scoring with a loaded model, by program."""
    model = str(setting.models[work].relative_to(setting.folder))
    device = "cuda" if setting.device.startswith("cuda") else setting.device
    files = map(str, (texts.source, texts.reference, *texts.hypotheses))
    task = json.dumps([work, model, setting.layer, device, precisions, *files])
    found = {}
    for code, peer in ((THEIRS[work], True), (OURS, False)):
        ended = setting.run(["-c", code, task], peer=peer)
        for precision, seconds in re.findall(r"seconds: (\w+) (\S+)", ended[1] if ended else ""):
            found[peer_name(work) if peer else f"mtqe, {precision}"] = float(seconds)
    return found


def largest_difference(theirs: Scores, ours: Scores) -> float | None:
    """Of the scores of a segment; None where one of the programs gave none."""
    if not theirs or not ours:
        return None
    return max(
        abs(a - b)
        for name, scores in theirs.items()
        for a, b in zip(scores, ours[name], strict=True)
    )


def measure(
    setting: Setting, options: argparse.Namespace, texts: neural.Texts, started: float
) -> list[Row]:
    """Rounds of all programs; after the first one, scoring alone."""
    precisions = {
        work: [name for name in PRECISIONS[work] if name in options.precision]
        for work in options.works
    }
    rows: dict[tuple[str, str], Row] = {}
    for number in range(options.rounds):
        for work in options.works:
            for name, call in programs(setting, work, precisions[work], texts):
                row = rows.setdefault((work, name), Row(work, name))
                ended = call() if perf_counter() - started < options.deadline else None
                if ended is not None:
                    row.wall.append(ended[0])
                    row.scores = ended[1]
                    print(f"round {number + 1}, {work}: {name}: {ended[0]:.2f} s", flush=True)
        for work in options.works if number == 0 and options.inside else ():
            if perf_counter() - started < options.deadline:
                for name, seconds in inside(setting, work, precisions[work], texts).items():
                    rows[work, name].inside = seconds
                    print(f"scoring alone, {work}: {name}: {seconds:.2f} s", flush=True)
    for (work, _), row in rows.items():
        row.apart = largest_difference(rows[work, peer_name(work)].scores, row.scores)
    return list(rows.values())


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown, each with its ratio to the peer's."""
    peers = {row.work: row for row in rows if row.program == peer_name(row.work)}
    lines = [
        "| metric | program | whole program, s | ratio | scoring alone, s | ratio | apart |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        peer = peers[row.work]
        cells = [row.work, row.program]
        for theirs, ours in ((peer.wall, row.wall), ([peer.inside], [row.inside])):
            base = [] if row is peer else [s for s in theirs if s]
            cells += _seconds_and_ratio(base, [s for s in ours if s])
        cells.append("" if row is peer or row.apart is None else f"{row.apart:.1e}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _seconds_and_ratio(theirs: Sequence[float], ours: Sequence[float]) -> tuple[str, str]:
    if not ours:
        return "", ""
    spread = f" ({min(ours):.2f} to {max(ours):.2f})" if len(ours) > 1 else ""
    ratio = f"{median(theirs) / median(ours):.1f}x" if theirs else ""
    return f"{median(ours):.2f}{spread}", ratio


def machine(setting: Setting) -> dict[str, str]:
    """The card, and the versions that each side finds."""
    is_gpu = setting.device != "cpu"
    card = torch.cuda.get_device_name(setting.device) if is_gpu else platform.machine()
    names = (*LIBRARIES, "unbabel-comet", "bert-score")
    code = (
        "from importlib.metadata import version, PackageNotFoundError\n"
        f"for name in {names!r}:\n"
        "    try: print(name, version(name), end='; ')\n"
        "    except PackageNotFoundError: pass\n"
    )
    found = {"card": card, "cores": str(os.cpu_count()), "python": platform.python_version()}
    for side, peer in (("mtqe", False), ("peers", True)):
        ended = setting.run(["-c", code], peer=peer)
        found[side] = ended[1].rstrip("; ") if ended else "not known"
    return found


def main() -> None:
    """Read the command line and measure."""
    started = perf_counter()
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("works", nargs="*", help="comet, bertscore; by default both")
    parser.add_argument("--systems", type=Path, default=DATA, help="table of texts, maybe gzipped")
    parser.add_argument("--segments", type=int, help="fewer, for a quick look")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", nargs="+", default=["fp32", "fp16", "bf16"], help="of mtqe")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true", help="a tiny shape")
    parser.add_argument("--tokenizer", type=Path, help="folder with XLM-R's tokenizer.json")
    parser.add_argument("--peer-path", default="", help="folders that peers import from first")
    parser.add_argument("--folder", type=Path, help="where models are written; default: /tmp")
    parser.add_argument("--no-inside", dest="inside", action="store_false")
    parser.add_argument("--no-warm-up", dest="warm_up", action="store_false")
    parser.add_argument("--deadline", type=float, default=3_600, help="s; nothing begins later")
    parser.add_argument("--timeout", type=float, default=600, help="s, of one program")
    parser.add_argument("--json", type=Path, metavar="OUT")
    options = parser.parse_args()
    options.works = options.works or list(PRECISIONS)
    if wrong := set(options.works) - set(PRECISIONS):
        parser.error(f"no such work: {', '.join(sorted(wrong))}")
    if not options.systems.exists():
        parser.error(f"{options.systems} is not here: give a table with --systems.")
    tokenizer = options.tokenizer or ModelStore().path("mtqe-e5-small")
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder, shape = Path(name).resolve(), "quick" if options.quick else "large"
        setting = Setting(folder, shape, options.device, options.timeout, options.peer_path)
        about = machine(setting)
        for key, said in about.items():
            print(f"{key}: {said}", flush=True)
        texts = write_texts(folder / "texts", options.systems.resolve(), options.segments)
        write_models(setting, tokenizer)
        print(f"models written after {perf_counter() - started:.1f} s", flush=True)
        if options.warm_up:
            few = write_texts(folder / "few", options.systems.resolve(), WARM_UP)
            warm_up(setting, options.works, few)
            print(f"warm after {perf_counter() - started:.1f} s", flush=True)
        rows = measure(setting, options, texts, started)
    print(table(rows), flush=True)
    print(f"{perf_counter() - started:.0f} s in all", flush=True)
    if options.json:
        told = [{k: v for k, v in vars(row).items() if k != "scores"} for row in rows]
        options.json.write_text(json.dumps({**about, "rows": told}, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
