"""Checkpoints in the layouts of published COMET models, with tiny encoders and random weights.

Hyperparameters are those of the models' own ``hparams.yaml`` but for sizes; unbabel-comet's classes
make the parameters. `publish` puts a layout and its encoder on a `LoopbackHub` under their real
names.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import sentencepiece
import torch
import yaml
from safetensors.torch import save_file

from mtqe.metrics.base import Sample
from mtqe.support.quiet import quiet
from tests.hub_server import LoopbackHub
from tests.neural_models import SAMPLES
from tests.peers import pieces_description, require_comet

HIDDEN, LAYERS = 16, 3
NASTY = [
    *SAMPLES,
    Sample(
        "Familie 👩‍👩‍👧‍👦 und 🎉", "Family 👩‍👩‍👧‍👦 and 🎉!", ("A family 👩‍👩‍👧‍👦 🎉", "Family 🎉")
    ),
    Sample("שלום עולם, مرحبا", "Hello world, مرحبا", ("Hello, world", None)),
    Sample("Erste Zeile\nzweite\r\nZeile\u2028drei", "First line\nsecond\tline", ("Lines", None)),
    Sample("</s> <s> <mask>", "<s> a </s> b <unk>", ("<mask>", None)),
]
"""Texts that try tokenizers: empty, too long, emoji, CJK, right to left, newlines, token names."""
PIECES = 260
XLM_R_BASE = "xlm-roberta-base"
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


@dataclass(frozen=True)
class Encoder:
    """An encoder as its makers published it.

    Attributes:
        name: on the hub.
        config: ``config.json`` but for sizes.
        pieces: the name of its SentencePiece file; None where it has none.
        fast: whether there is a ``tokenizer.json``.
    """

    name: str
    config: Mapping[str, Any]
    pieces: str | None = "sentencepiece.bpe.model"
    fast: bool = True


XLM_R_CONFIG = {"model_type": "xlm-roberta", "architectures": ["XLMRobertaForMaskedLM"]}
XL_CONFIG = {"model_type": "xlm-roberta-xl", "architectures": ["XLMRobertaXLForMaskedLM"]}
DEBERTA_CONFIG = {
    "model_type": "deberta-v2",
    "relative_attention": True,
    "position_buckets": 8,
    "norm_rel_ebd": "layer_norm",
    "share_att_key": True,
    "pos_att_type": "p2c|c2p",
    "max_relative_positions": -1,
    "position_biased_input": False,
    "type_vocab_size": 0,
    "layer_norm_eps": 1e-7,
    "pad_token_id": 0,
    "max_position_embeddings": 512,
}
REMBERT_CONFIG = {
    "model_type": "rembert",
    "input_embedding_size": 8,
    "output_embedding_size": 8,
    "type_vocab_size": 2,
    "pad_token_id": 0,
}
BERT_CONFIG = {"model_type": "bert", "type_vocab_size": 2, "pad_token_id": 0}
FAMILIES = {"XLM-R-XL": "XLM-RoBERTa-XL", "MiniLM": "MiniLM", "RemBERT": "RemBERT", "BERT": "BERT"}
"""What unbabel-comet calls encoders that are not XLM-R's."""
ENCODERS = {
    "XLM-R": Encoder("xlm-roberta-large", XLM_R_CONFIG),
    "XLM-R base": Encoder(XLM_R_BASE, XLM_R_CONFIG),
    "AfroXLMR": Encoder("Davlan/afro-xlmr-large", XLM_R_CONFIG),
    "InfoXLM": Encoder("microsoft/infoxlm-large", XLM_R_CONFIG, fast=False),
    "XLM-R-XL": Encoder("facebook/xlm-roberta-xl", XL_CONFIG),
    "MiniLM": Encoder(
        "microsoft/Multilingual-MiniLM-L12-H384",
        {"model_type": "bert", "max_position_embeddings": 514, "type_vocab_size": 2},
        pieces=None,
        fast=False,
    ),
    "RemBERT": Encoder("google/rembert", REMBERT_CONFIG, "sentencepiece.model", fast=False),
    "BERT": Encoder("bert-base-multilingual-uncased", BERT_CONFIG, "vocab.txt", fast=False),
    "mDeBERTa": Encoder("microsoft/mdeberta-v3-base", DEBERTA_CONFIG, "spm.model", fast=False),
}


@dataclass(frozen=True)
class Layout:
    """A published model.

    Attributes:
        name: on the hub.
        kind: its class in unbabel-comet.
        encoder: which of `ENCODERS`.
        hparams: what its hyperparameters say, but for sizes.
        in_file: what ``hparams.yaml`` says otherwise than the checkpoint.
    """

    name: str
    kind: str
    encoder: str
    hparams: Mapping[str, Any] = field(default_factory=dict)
    in_file: Mapping[str, Any] = field(default_factory=dict)

    @property
    def needs_reference(self) -> bool:
        """Whether `comet` or `comet-qe` scores with it; unified models of three do both."""
        segments = self.hparams.get("input_segments", ("ref",))
        return "referenceless" not in self.kind and "ref" in segments and "poly" not in self.kind


REGRESSION, REFERENCELESS = "regression_metric", "referenceless_regression_metric"
UNIFIED, XCOMET, RANKING = "unified_metric", "xcomet_metric", "ranking_metric"
SPARSE = {"layer_transformation": "sparsemax", "layer_norm": False}
SOFT = {"layer_transformation": "softmax", "layer_norm": False}
PATCHED = {"layer_transformation": "sparsemax_patch"}
KIWI = {
    **SPARSE,
    "input_segments": ["mt", "src"],
    "word_level_training": False,
    "sent_layer": "mix",
}
UNITE = {**SOFT, "input_segments": ["mt", "src", "ref"], "sent_layer": "mix"}

LAYOUTS = (
    Layout("Unbabel/wmt20-comet-da", REGRESSION, "XLM-R", {"layer_norm": True}),
    Layout("Unbabel/wmt20-comet-qe-da", REFERENCELESS, "XLM-R", {"layer_norm": True}),
    Layout("wmt21-comet-mqm", REGRESSION, "XLM-R", SOFT),
    Layout("Unbabel/wmt22-comet-da", REGRESSION, "XLM-R", SPARSE),
    Layout("Unbabel/wmt22-cometkiwi-da", UNIFIED, "InfoXLM", KIWI, PATCHED),
    Layout("Unbabel/wmt23-cometkiwi-da-xl", UNIFIED, "XLM-R-XL", KIWI, PATCHED),
    Layout("Unbabel/XCOMET-XL", XCOMET, "XLM-R-XL", {**SPARSE, "word_layer": 2}, PATCHED),
    Layout("Unbabel/wmt22-unite-da", UNIFIED, "InfoXLM", UNITE),
    Layout("Unbabel/eamt22-cometinho-da", REGRESSION, "MiniLM", SOFT),
    Layout("emnlp20-comet-rank", RANKING, "XLM-R base", {"layer_norm": True}),
    Layout("masakhane/africomet-stl", REGRESSION, "AfroXLMR", SPARSE),
    Layout("masakhane/africomet-qe-stl", REFERENCELESS, "AfroXLMR", SPARSE),
    Layout("masakhane/africomet-mtl", UNIFIED, "AfroXLMR", KIWI),
    Layout("McGill-NLP/ssa-comet-mtl", UNIFIED, "AfroXLMR", UNITE),
    Layout("McGill-NLP/ssa-comet-qe", REFERENCELESS, "AfroXLMR", SPARSE),
    Layout("made/rembert", REGRESSION, "RemBERT", SPARSE),
    Layout("made/rembert-unified", UNIFIED, "RemBERT", UNITE),
    Layout("made/bert", REGRESSION, "BERT", SPARSE),
    Layout("made/bert-unified", UNIFIED, "BERT", UNITE),
    Layout("made/words", UNIFIED, "XLM-R", {**UNITE, "word_level_training": True, "word_layer": 1}),
)
"""The layouts that are a ``checkpoints/model.ckpt`` beside a ``hparams.yaml``."""
BY_NAME = {layout.name: layout for layout in LAYOUTS}


def publish(hub: LoopbackHub, layout: Layout, work: Path) -> Path:
    """Put a model and its encoder on the hub, and give the model's folder."""
    folder = write_model(work, layout)
    hub.add(layout.name, folder)
    for key in {layout.encoder, *(("XLM-R base",) if layout.encoder == "MiniLM" else ())}:
        hub.add(ENCODERS[key].name, write_encoder(work, key))
    return folder


def write_model(work: Path, layout: Layout) -> Path:
    """Write a layout's folder as its repository holds it."""
    folder = work / "models" / layout.name
    if folder.exists():
        return folder
    (folder / "checkpoints").mkdir(parents=True)
    hparams, model = _model(work, layout)
    content = {
        "state_dict": model.state_dict(),
        "hyper_parameters": {**hparams, "class_identifier": layout.kind},
        "pytorch-lightning_version": "1.8.2",
        "epoch": 1,
        "global_step": 100,
    }
    torch.save(content, folder / "checkpoints" / "model.ckpt")
    text = yaml.safe_dump({**hparams, "class_identifier": layout.kind, **layout.in_file})
    (folder / "hparams.yaml").write_text(text)
    (folder / "README.md").write_text("# A model\n")
    return folder


def _model(work: Path, layout: Layout) -> tuple[dict[str, Any], torch.nn.Module]:
    require_comet()
    from comet.models import str2model

    family = FAMILIES.get(layout.encoder, "XLM-RoBERTa")
    hparams = {
        "encoder_model": family,
        "pretrained_model": ENCODERS[layout.encoder].name,
        "dropout": 0.1,
        "validation_data": ["data/wmt-ende-newstest2021.csv"],
        **layout.hparams,
    }
    if layout.kind != RANKING:
        hparams |= {"hidden_sizes": [12, 6], "activations": "Tanh", "final_activation": None}
    if layout.kind == XCOMET:
        hparams |= {"word_level_training": True, "error_labels": ["minor", "major", "critical"]}
        hparams["cross_entropy_weights"] = [0.08, 0.486, 0.505, 0.533]
    torch.manual_seed(sum(map(ord, layout.name)))
    with peers(work), quiet():
        folder = complete_encoder(work, layout.encoder)
        made = {**hparams, "pretrained_model": str(folder), "load_pretrained_weights": False}
        model = str2model[layout.kind](**made, local_files_only=True)
    _spread(model)
    return hparams, model


def _spread(model: torch.nn.Module) -> None:
    """Random weights that tell texts apart, unlike those that models start training with."""
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if "scalar_parameters" in name:
                tensor.copy_(torch.randn(1) * 0.4)
            elif "norm" in name.lower():
                tensor.add_(torch.randn_like(tensor) * 0.1)
            elif name.endswith("bias"):
                tensor.copy_(torch.randn_like(tensor) * 0.1)
            elif tensor.ndim == 2:
                tensor.copy_(torch.randn_like(tensor) * 0.35)


def write_encoder(work: Path, key: str) -> Path:
    """Write an encoder's folder as its repository holds it, without weights."""
    encoder = ENCODERS[key]
    folder = work / "encoders" / encoder.name
    if folder.exists():
        return folder
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(_config(encoder)))
    if encoder.pieces:
        (folder / encoder.pieces).write_bytes(_vocabulary(key))
    if encoder.fast:
        complete = complete_encoder(work, "InfoXLM")
        for name in TOKENIZER_FILES:
            (folder / name).write_bytes((complete / name).read_bytes())
    elif key == "mDeBERTa":
        settings = {"do_lower_case": False, "vocab_type": "spm"}
        (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    (folder / "model.safetensors").write_bytes(b"nobody needs the weights of an encoder")
    return folder


def complete_encoder(work: Path, key: str) -> Path:
    """The same with all that transformers' fast tokenizers save, so that peers can load it."""
    folder = work / "complete" / key
    if folder.exists():
        return folder
    folder.mkdir(parents=True)
    encoder = ENCODERS[key]
    (folder / "config.json").write_text(json.dumps(_config(encoder)))
    pieces = folder / (encoder.pieces or "sentencepiece.bpe.model")
    pieces.write_bytes(_vocabulary(key))
    with readable_pieces(), quiet():
        _tokenizer_class(key).from_pretrained(folder).save_pretrained(folder)
    return folder


def _tokenizer_class(key: str) -> Any:
    import transformers

    names = {"mDeBERTa": "DebertaV2", "RemBERT": "RemBert", "BERT": "Bert"}
    return getattr(transformers, f"{names.get(key, 'XLMRoberta')}TokenizerFast")


@cache
def _vocabulary(key: str) -> bytes:
    """The file that a tokenizer is made from; training breaks ties by chance, so only once."""
    if key != "BERT":
        return sentence_pieces(deberta=key in ("mDeBERTa", "RemBERT"))
    from tokenizers import BertWordPieceTokenizer

    words = BertWordPieceTokenizer(lowercase=True)
    words.train_from_iterator(_texts(), PIECES, min_frequency=1, show_progress=False)
    pieces = sorted(words.get_vocab().items(), key=lambda item: item[1])
    return "".join(f"{piece}\n" for piece, _ in pieces).encode()


def _texts() -> list[str]:
    return [t for s in NASTY for t in (s.source, s.hypothesis, *s.present_references) if t]


def _config(encoder: Encoder) -> dict[str, Any]:
    sizes = {
        "vocab_size": PIECES + 20,
        "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 4,
        "intermediate_size": 2 * HIDDEN,
        "hidden_act": "gelu",
        "max_position_embeddings": 514,
        "type_vocab_size": 1,
        "layer_norm_eps": 1e-5,
        "pad_token_id": 1,
        "bos_token_id": 0,
        "eos_token_id": 2,
    }
    return {**sizes, **encoder.config}


def sentence_pieces(*, deberta: bool = False) -> bytes:
    """A SentencePiece Unigram model of the samples' texts, with XLM-R's or DeBERTa's layout."""
    texts = _texts()
    words = [word for text in texts for word in text.split()]
    special: dict[str, Any] = {}
    if deberta:
        special = {"pad_id": 0, "bos_id": 1, "eos_id": 2, "unk_id": 3, "pad_piece": "[PAD]"}
        special |= {"bos_piece": "[CLS]", "eos_piece": "[SEP]", "unk_piece": "[UNK]"}
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([*texts, *words]), model_writer=model, vocab_size=PIECES,
        hard_vocab_limit=False, character_coverage=1.0, minloglevel=2, num_threads=1,
        normalization_rule_name="nmt_nfkc", max_sentence_length=20_000, **special,
    )  # fmt: skip
    return model.getvalue()


def write_xcomet_lite(work: Path) -> Path:
    """xCOMET-lite's folder: ``config.json`` and ``model.safetensors`` of a PyTorchModelHubMixin."""
    folder = work / "models" / "myyycroft/XCOMET-lite"
    if folder.exists():
        return folder
    folder.mkdir(parents=True)
    model = xcomet_lite(work)
    save_file(
        {k: v.contiguous() for k, v in model.state_dict().items()}, folder / "model.safetensors"
    )
    hparams: dict[str, Any] = {
        "encoder_model": "DeBERTa",
        "pretrained_model": ENCODERS["mDeBERTa"].name,
    }
    hparams |= {"word_layer": 2, "hidden_sizes": [12, 6], "word_level_training": True}
    (folder / "config.json").write_text(json.dumps({**hparams, "validation_data": []}))
    return folder


def xcomet_lite(work: Path) -> torch.nn.Module:
    """XCOMETMetric over mDeBERTa, which is what xCOMET-lite's own package defines."""
    require_comet()
    from comet.encoders import str2encoder
    from comet.models import str2model

    with mock.patch.dict(str2encoder, {"DeBERTa": deberta_encoder_class()}), quiet():
        torch.manual_seed(11)
        model = str2model[XCOMET](
            encoder_model="DeBERTa", pretrained_model=str(complete_encoder(work, "mDeBERTa")),
            word_layer=2, validation_data=[], hidden_sizes=[12, 6], load_pretrained_weights=False,
        )  # fmt: skip
    _spread(model)
    return model


def deberta_encoder_class() -> type:
    """An encoder for unbabel-comet like that of xCOMET-lite's package: DeBERTa, joined as BERT."""
    require_comet()
    from comet.encoders.bert import BERTEncoder
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    class DeBERTaEncoder(BERTEncoder):
        def __init__(
            self, name: str, load_pretrained_weights: bool, local_files_only: bool
        ) -> None:
            torch.nn.Module.__init__(self)
            self.tokenizer = AutoTokenizer.from_pretrained(name)
            self.model = AutoModel.from_config(AutoConfig.from_pretrained(name))

        @classmethod
        def from_pretrained(cls, *arguments: Any) -> DeBERTaEncoder:
            return cls(*arguments)

        def forward(self, input_ids, attention_mask, token_type_ids=None, **kwargs):
            found = self.model(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids,
                output_hidden_states=True,
            )  # fmt: skip
            last = found.last_hidden_state
            return {"sentemb": last[:, 0], "wordemb": last, "all_layers": found.hidden_states,
                    "attention_mask": attention_mask}  # fmt: skip

    return DeBERTaEncoder


@contextmanager
def peers(work: Path) -> Iterator[None]:
    """Let unbabel-comet load its models here: MiniLM's tokenizer has a fixed name on the hub."""
    require_comet()
    import comet.encoders.minilm as minilm
    from transformers import XLMRobertaTokenizerFast

    folder = complete_encoder(work, "InfoXLM")

    class Local:
        @staticmethod
        def from_pretrained(*arguments: Any, **options: Any) -> Any:
            return XLMRobertaTokenizerFast.from_pretrained(folder)

    with mock.patch.object(minilm, "XLMRobertaTokenizerFast", Local):
        yield


@contextmanager
def readable_pieces() -> Iterator[None]:
    """Convert tokenizers with the description that transformers brings for this protobuf."""
    converters = import_module("transformers.convert_slow_tokenizer")
    with mock.patch.object(converters, "import_protobuf", return_value=pieces_description()):
        yield


def peer_predictions(
    work: Path, layout: Layout, rows: list[dict[str, str]], weights: Path | None = None
) -> Any:
    """unbabel-comet's own ``load_from_checkpoint`` and ``predict`` of a layout, with metadata.

    Its encoder is a local folder, for names would be looked up on the real hub.

    Args:
        work: where models lie.
        layout: the model.
        rows: what to score.
        weights: the folder of other weights for it.
    """
    require_comet()
    from comet import load_from_checkpoint

    folder = work / "peers" / layout.name / (weights.name if weights else "original")
    if not folder.exists():
        (folder / "checkpoints").mkdir(parents=True)
        original = weights or write_model(work, layout)
        content = torch.load(original / "checkpoints" / "model.ckpt", weights_only=True)
        local = str(complete_encoder(work, layout.encoder))
        content["hyper_parameters"]["pretrained_model"] = local
        torch.save(content, folder / "checkpoints" / "model.ckpt")
        (folder / "hparams.yaml").write_text((original / "hparams.yaml").read_text())
    with peers(work), quiet():
        path = folder / "checkpoints" / "model.ckpt"
        model = load_from_checkpoint(str(path), local_files_only=True)
        return model.predict(rows, gpus=0, progress_bar=False, batch_size=1)
