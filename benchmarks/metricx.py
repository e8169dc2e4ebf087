"""Speed of MetricX-24 in the Large size, beside its authors' code.

    git clone https://github.com/google-research/metricx
    python benchmarks/metricx.py metricx [--segments 30] [--systems 2] [--folder FOLDER]

The model has the shape of google/metricx-24-hybrid-large-v2p6 (mT5-Large), random weights in fp32,
and a tokenizer that is trained on the texts, as neither can be had without a hub. Texts are WMT23's
de-en. The authors' program needs one text at a time (`--batch_size 1`, as in their README), for it
pads none; their model class is called here as their Trainer calls it, without that library.
Processes take turns, each with a third of the texts and then with all of them, so that loading can
be taken off: the figure is the processor time of a translation. FOLDER keeps the model (5 GB).
Needs ../shared/data.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import large_models
import neural
import sentencepiece
import torch
from transformers import MT5Config, MT5ForConditionalGeneration

SHAPE: dict[str, Any] = {
    "vocab_size": 250_112,
    "d_model": 1024,
    "d_kv": 64,
    "d_ff": 2816,
    "num_layers": 24,
    "num_decoder_layers": 24,
    "num_heads": 16,
    "feed_forward_proj": "gated-gelu",
    "tie_word_embeddings": False,
}
"""mT5-Large's config.json."""
SCORE_TOKEN = 250_089
PIECES = 8000
PEER = """
import json, sys
import torch
from transformers import AutoTokenizer
sys.path.insert(0, sys.argv[1])
from metricx24.models import MT5ForRegression

tokenizer = AutoTokenizer.from_pretrained(sys.argv[3], use_fast=False)
model = MT5ForRegression.from_pretrained(sys.argv[2], torch_dtype="auto").eval()
model.config.use_cache = False  # one step; transformers 4.57 mixes up the decoder's two caches
for systems in map(json.loads, open(sys.argv[4], encoding="utf-8")):
    found = []
    for text in systems:
        ids = tokenizer(text, max_length=1536, truncation=True).input_ids[:-1]
        with torch.no_grad():
            said = model(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids)))
        found.append(float(said.predictions))
    print("score:", sum(found) / len(found))
"""
"""Their predict.py without its Trainer."""


def write_model(folder: Path) -> Path:
    """Write the weights if they are not there yet: scores of chance, most of them from 0 to 25."""
    if (folder / "config.json").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    model = MT5ForConditionalGeneration(MT5Config(**SHAPE))
    model.lm_head.weight = torch.nn.Parameter(torch.randn_like(model.lm_head.weight))
    with torch.no_grad():
        some = torch.arange(3, 300).view(9, 33)
        logits = model(some, decoder_input_ids=torch.zeros(9, 1).long()).logits[:, 0, SCORE_TOKEN]
        model.lm_head.weight *= 12 * logits.mean().sign() / logits.abs().max()
    copies = ("encoder.embed_tokens.weight", "decoder.embed_tokens.weight")
    state = {name: value for name, value in model.state_dict().items() if name not in copies}
    torch.save(state, folder / "pytorch_model.bin")
    named = {"model_type": "mt5", "architectures": ["MT5ForRegression"], **SHAPE}
    (folder / "config.json").write_text(json.dumps(named))
    return folder


def write_tokenizer(folder: Path, texts: neural.Texts) -> Path:
    """Write a tokenizer of mT5's kind for these texts."""
    folder.mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        input=[str(path) for path in (texts.source, texts.reference, *texts.hypotheses)],
        model_prefix=str(folder / "spiece"), vocab_size=PIECES, hard_vocab_limit=False,
        character_coverage=1.0, minloglevel=2, num_threads=1,
        pad_id=0, eos_id=1, unk_id=2, bos_id=-1,
    )  # fmt: skip
    special = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    settings = {"tokenizer_class": "T5Tokenizer", "extra_ids": 0, **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    (folder / "config.json").write_text(json.dumps({"model_type": "mt5", **SHAPE}))
    return folder


def theirs(clone: Path, model: Path, tokenizer: Path, texts: neural.Texts) -> large_models.Measured:
    """The authors' model on all systems, a text at a time."""
    source, reference = _lines(texts.source), _lines(texts.reference)
    with tempfile.NamedTemporaryFile("w+", suffix=".jsonl", encoding="utf-8") as file:
        for path in texts.hypotheses:
            told = [
                f"source: {s} candidate: {h} reference: {r}"
                for s, h, r in zip(source, _lines(path), reference, strict=True)
            ]
            file.write(json.dumps(told) + "\n")
        file.flush()
        words = [str(clone), str(model), str(tokenizer), file.name]
        return large_models.measured([sys.executable, "-c", PEER, *words])


def ours(model: Path, tokenizer: Path, texts: neural.Texts, folder: Path) -> large_models.Measured:
    """`mtqe score` without its cache, page and checks, but with its run folder."""
    files = ["--source", str(texts.source), "--reference", str(texts.reference)]
    for path in texts.hypotheses:
        files += ["--hypothesis", f"{path.name}={path}"]
    languages = ["--source-language", "de", "--target-language", "en"]
    named = [
        "-m",
        "metricx",
        "--model",
        f"metricx={model}",
        "--set",
        f"metricx.tokenizer={tokenizer}",
    ]
    other = ["--no-cache", "--no-report", "--no-checks", "--json", "-o", str(folder / "run")]
    command = [sys.executable, "-m", "mtqe", "score", *files, *languages, *named, *other]
    return large_models.measured(command)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clone", type=Path, help="of google-research/metricx")
    parser.add_argument("--segments", type=int, default=30)
    parser.add_argument("--systems", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the model is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        model = write_model((options.folder or work) / "metricx-24-hybrid-large-v2p6")
        found: dict[str, list[large_models.Measured]] = {"authors": [], "mtqe": []}
        sizes = (options.segments // 3, options.segments)
        whole = neural.write_texts(_made(work / "all"), options.systems, None)
        tokenizer = write_tokenizer(work / "mt5-xl", whole)
        for size in sizes:
            texts = neural.write_texts(_made(work / str(size)), options.systems, size)
            found["authors"].append(theirs(options.clone, model, tokenizer, texts))
            large_models.show(f"authors' code, {size} segments", found["authors"][-1])
            found["mtqe"].append(ours(model, tokenizer, texts, work / str(size)))
            large_models.show(f"mtqe, {size} segments", found["mtqe"][-1])
        more = (sizes[1] - sizes[0]) * options.systems
        each = {name: (b.processor - a.processor) / more for name, (a, b) in found.items()}
        apart = max(
            abs(a - b) for a, b in zip(*(pair[1].scores for pair in found.values()), strict=True)
        )
        print(
            f"processor seconds per translation: authors {each['authors']:.2f}, mtqe "
            f"{each['mtqe']:.2f}, {each['authors'] / each['mtqe']:.2f}x; system scores at most "
            f"{apart:.1e} apart"
        )


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
