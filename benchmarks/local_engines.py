"""Four local engines on references/en-es, from one mtqe.toml: quality, speed and cost.

    python benchmarks/local_engines.py FOLDER [--minutes N] [--sentences N]

No translation model can be had without a hub, so this trains one: a small Marian model (2 + 2
layers, 128 wide) that learns, for some minutes on one core, from what Apertium makes of English
sentences of ../shared/data. It is bad, and worse than its teacher; what counts here is that four
kinds of engines run side by side. FOLDER keeps the model, its conversion and mtqe.toml;
docs/how-to/local-engines.md has the figures. Needs ../shared/data, mtqe[ctranslate2], and Debian's
apertium and apertium-eng-spa.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import sentencepiece
import torch
from transformers import MarianConfig, MarianMTModel, MarianTokenizer

from mtqe.backends.base import BackendContext
from mtqe.backends.local.apertium import ApertiumBackend
from mtqe.corpus.base import LanguagePair, Segment, Translation
from mtqe.support.quiet import quiet

ROOT = Path(__file__).resolve().parents[1]
RATINGS = ROOT.parent / "shared" / "data" / "human-ratings" / "train_full.tsv.gz"
PAIR = LanguagePair("en", "es")
PIECES, WIDTH, BATCH, RATE = 2000, 128, 32, 2e-3
CONFIG = """\
[corpus]
name = "en-es"
source_language = "en"
target_language = "es"
path = {corpus}

[systems.apertium]
backend = "apertium"

[systems.apertium-protected]
backend = "apertium"
protect = {{kinds = ["tags", "placeholders", "links", "code"]}}

[systems.word-by-word]
backend = "command"
command = {words}

[systems.student]
backend = "transformers"
model = "student"
max_new_tokens = 100
split = true

[systems.student-int8]
backend = "ctranslate2"
model = "student-int8"
max_new_tokens = 100
split = true

[metrics]
bleu = {{}}
chrf = {{}}
comet = {{}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--sentences", type=int, default=20_000)
    arguments = parser.parse_args()
    if not RATINGS.exists():
        sys.exit(f"{RATINGS} is absent: this benchmark needs it.")
    folder = arguments.folder
    student = folder / "student"
    taught = folder / "taught.tsv"
    if not taught.exists():
        folder.mkdir(parents=True, exist_ok=True)
        taught.write_text("".join(f"{a}\t{b}\n" for a, b in teach(arguments.sentences)))
    if not (student / "model.safetensors").exists():
        lines = taught.read_text(encoding="utf-8").splitlines()
        split = (line.partition("\t") for line in lines)
        train(student, [(source, target) for source, _, target in split], arguments.minutes)
    if not (folder / "student-int8").exists():
        convert(student, folder / "student-int8")
    corpus = ROOT / "references" / "en-es" / "corpus.tsv"
    words = [sys.executable, str(ROOT / "benchmarks" / "word_by_word.py"), "taught.tsv"]
    config = CONFIG.format(corpus=json.dumps(str(corpus)), words=json.dumps(words))
    (folder / "mtqe.toml").write_text(config)
    command = [sys.executable, "-m", "mtqe", "run", str(folder), "-o", str(folder / "run")]
    shutil.rmtree(folder / "run", ignore_errors=True)
    subprocess.run([*command, "--no-cache"], check=True)


def teach(number: int) -> list[tuple[str, str]]:
    """English sentences of 3 to 15 words with Apertium's translations."""
    sources = sorted(set(_sentences()))
    random.Random(1).shuffle(sources)
    segments = [Segment(str(n), source) for n, source in enumerate(sources[:number])]
    backend = ApertiumBackend({}, BackendContext("teacher", PAIR, ROOT))
    started = time.monotonic()
    texts = {
        o.segment_id: o.text for o in backend.translate(segments) if isinstance(o, Translation)
    }
    print(f"Apertium taught {len(texts):,} sentences in {time.monotonic() - started:.0f} s")
    return [(s.source, texts[s.id]) for s in segments if s.id in texts]


def _sentences() -> Iterator[str]:
    with gzip.open(RATINGS, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            source, _, target = row["lp"].partition("-")
            text = row["src"] if source == "en" else row["ref"] if target == "en" else ""
            if 3 <= len(text.split()) <= 15 and "\t" not in text:
                yield text


def train(folder: Path, pairs: Sequence[tuple[str, str]], minutes: float) -> None:
    """Train for that long on one thread, and write the model."""
    torch.manual_seed(2)
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = write_tokenizer(folder, [text for pair in pairs for text in pair])
    model = MarianMTModel(_config(len(tokenizer)))
    padding = model.get_input_embeddings().weight[tokenizer.pad_token_id]
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.98))
    warm = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 200))
    started, steps, loss = time.monotonic(), 0, torch.tensor(0.0)
    for batch in _batches(tokenizer, pairs):
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        warm.step()
        optimizer.zero_grad()
        padding.data.zero_()  # decoders start with it, and in OPUS-MT it is all zeros
        steps += 1
        if time.monotonic() - started > 60 * minutes:
            break
    print(f"{steps} steps in {minutes:g} minutes, loss {loss.item():.2f}")
    model.generation_config.bad_words_ids = [[tokenizer.pad_token_id]]
    model.save_pretrained(folder)


def _batches(
    tokenizer: MarianTokenizer, pairs: Sequence[tuple[str, str]]
) -> Iterator[dict[str, torch.Tensor]]:
    chance = random.Random(3)
    by_length = sorted(pairs, key=lambda pair: len(pair[0].split()))
    batches = [by_length[n : n + BATCH] for n in range(0, len(by_length), BATCH)]
    while True:
        chance.shuffle(batches)
        for batch in batches:
            sources, targets = map(list, zip(*batch, strict=True))
            made = tokenizer(sources, text_target=targets, return_tensors="pt", padding=True)
            made["labels"][made["labels"] == tokenizer.pad_token_id] = -100
            yield made


def _config(vocabulary: int) -> MarianConfig:
    return MarianConfig(
        vocab_size=vocabulary, d_model=WIDTH, encoder_layers=2, decoder_layers=2,
        encoder_ffn_dim=4 * WIDTH, decoder_ffn_dim=4 * WIDTH, encoder_attention_heads=4,
        decoder_attention_heads=4, max_position_embeddings=512, eos_token_id=0,
        pad_token_id=vocabulary - 1, decoder_start_token_id=vocabulary - 1, init_std=0.1,
        forced_eos_token_id=None, scale_embedding=True, dropout=0.0,
    )  # fmt: skip


def write_tokenizer(folder: Path, texts: Sequence[str]) -> MarianTokenizer:
    """One vocabulary for both languages, as OPUS-MT keeps it."""
    trained = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=trained, vocab_size=PIECES, bos_id=-1,
        character_coverage=1.0, minloglevel=2, num_threads=1,
    )  # fmt: skip
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(trained.getvalue())
    pieces = sentencepiece.SentencePieceProcessor(model_proto=trained.getvalue())
    names = (pieces.id_to_piece(number) for number in range(pieces.get_piece_size()))
    ordinary = (name for name in names if name not in ("</s>", "<unk>"))
    ids = {name: number for number, name in enumerate(["</s>", "<unk>", *ordinary, "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(ids))
    settings = {"tokenizer_class": "MarianTokenizer", "model_max_length": 512}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    with quiet():
        return MarianTokenizer.from_pretrained(folder)


def convert(model: Path, folder: Path) -> None:
    """Convert for CTranslate2, in 8 bits, with the tokenizer beside it."""
    from ctranslate2.converters import TransformersConverter

    files = ["source.spm", "target.spm", "vocab.json", "tokenizer_config.json"]
    with quiet():
        TransformersConverter(str(model), copy_files=files).convert(
            str(folder), quantization="int8"
        )


if __name__ == "__main__":
    main()
