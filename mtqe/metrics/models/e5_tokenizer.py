"""The XLM-R Unigram tokenizer as files that transformers loads.

Pieces and scores come with the encoder. XLM-R (Conneau et al. 2020) was trained with the
normalization ``nmt_nfkc`` of SentencePiece; `tokenizers` has it as ``Nmt`` followed by ``NFKC``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from tokenizers.normalizers import Normalizer
    from tokenizers.pre_tokenizers import PreTokenizer

_BOS, _PAD, _EOS, _UNK, _MASK = "<s>", "<pad>", "</s>", "<unk>", "<mask>"
_SPECIAL_TOKENS = {
    "bos_token": _BOS,
    "cls_token": _BOS,
    "eos_token": _EOS,
    "mask_token": _MASK,
    "pad_token": _PAD,
    "sep_token": _EOS,
    "unk_token": _UNK,
}
_FULLWIDTH_TILDE = "\uff5e"
_NONCHARACTER = "\ufdd0"


@dataclass(frozen=True)
class Vocabulary:
    """Unigram pieces with their log probabilities, in the order of their ids."""

    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unk: int


def write_tokenizer(
    folder: Path, vocabulary: Vocabulary, max_length: int, tokenizer_class: str
) -> None:
    """Write tokenizer.json and the two files that transformers reads beside it.

    Args:
        folder: An existing folder.
        vocabulary: The pieces.
        max_length: Tokens at which callers cut a text, the two special ones included.
        tokenizer_class: The transformers class to load it with. Name a fast one, so that callers
            who ask for a slow tokenizer (bert-score's API) get this one too: the slow one would
            need SentencePiece's own model file.
    """
    build_tokenizer(vocabulary).save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(folder / "special_tokens_map.json", _SPECIAL_TOKENS)
    settings = {"tokenizer_class": tokenizer_class, "model_max_length": max_length}
    _write_json(folder / "tokenizer_config.json", {**_SPECIAL_TOKENS, **settings})


def build_tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    """The tokenizer itself: ``<s> text </s>``, pairs as ``<s> a </s></s> b </s>``."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, processors

    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unk))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = _pre_tokenizer()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=[_BOS, "$A", _EOS],
        pair=[_BOS, "$A", _EOS, _EOS, "$B", _EOS],
        special_tokens=[(_BOS, vocabulary.bos), (_EOS, vocabulary.eos)],
    )
    tokenizer.add_special_tokens([_BOS, _PAD, _EOS, _UNK, AddedToken(_MASK, lstrip=True)])
    return tokenizer


def _normalizer() -> Normalizer:
    from tokenizers import normalizers

    # nmt_nfkc keeps the full-width tilde, NFKC does not: a noncharacter stands in for it meanwhile.
    hide = normalizers.Replace(_FULLWIDTH_TILDE, _NONCHARACTER)
    show = normalizers.Replace(_NONCHARACTER, _FULLWIDTH_TILDE)
    return normalizers.Sequence([hide, normalizers.Nmt(), normalizers.NFKC(), show])


def _pre_tokenizer() -> PreTokenizer:
    from tokenizers import pre_tokenizers

    return pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])


def _write_json(path: Path, content: Mapping[str, object]) -> None:
    text = json.dumps(content, indent=2, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
