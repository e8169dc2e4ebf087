"""Models converted for CTranslate2, in 8 bits if they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from mtqe.backends.base import BackendContext
from mtqe.backends.local.batching import OutOfMemory
from mtqe.backends.local.directions import Wish
from mtqe.backends.local.models import fingerprint, locate
from mtqe.backends.local.neural import NeuralBackend, check_counts
from mtqe.backends.local.pieces import Pieces
from mtqe.backends.local.tokenizers import Tokenizer
from mtqe.backends.local.trouble import first_line
from mtqe.corpus.base import Corpus
from mtqe.errors import BackendError
from mtqe.support.extras import import_extra, installed
from mtqe.support.memory import is_out_of_memory
from mtqe.support.options import parse_options

EXTRA = "ctranslate2"
TOKENIZER_FILES = ("*.spm", "*.json", "*.model")


@dataclass(frozen=True)
class CTranslate2Options:
    """Options of a ``backend = "ctranslate2"`` system.

    Attributes:
        model: a converted model's folder, or a hub name.
        tokenizer: a folder or hub name with the original model's tokenizer, or a SentencePiece
            file; the model's folder if not given.
        target_tokenizer: the SentencePiece file of the target side, where it has one of its own.
        source_code: the model's own code of the source language, if the languages don't tell.
        target_code: the model's code of the target language, likewise.
        prefix: text before every source, for models that are told the direction in words.
        beams: hypotheses that beam search keeps; 1 is greedy.
        length_penalty: beam search divides scores by length to this power.
        max_new_tokens: where a translation is ended; those that reach it are counted in a note.
        max_source_tokens: a longer source is a failure; what the tokenizer says if not given.
        compute_type: precision of the arithmetic; ``default`` is the one that the model is kept in.
        device: ``auto`` takes a GPU if there is one.
        threads: number of threads per batch; 0 leaves it to CTranslate2.
        batch_tokens: source tokens a batch, padding counted; halved when memory ends.
    """

    model: str
    tokenizer: str | None = None
    target_tokenizer: str | None = None
    source_code: str | None = None
    target_code: str | None = None
    prefix: str | None = None
    beams: int = 4
    length_penalty: float = 1.0
    max_new_tokens: int = 512
    max_source_tokens: int | None = None
    compute_type: Literal[
        "default", "auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16",
        "float16", "bfloat16", "float32",
    ] = "default"  # fmt: skip
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: int = 0
    batch_tokens: int = 4000


class CTranslate2Backend(NeuralBackend):
    """A converted sequence-to-sequence model with its original tokenizer."""

    name = "ctranslate2"
    summary = "the same models converted, in 8 bits if you like; OpenNMT"
    weights = ("model.bin",)

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        where = f"systems.{context.system}"
        self._options = parse_options(CTranslate2Options, options, where)
        check_counts(self._options, where)
        super().__init__(self._options.model, self._options.batch_tokens, context)

    @classmethod
    def readiness(cls) -> str:
        """Whether the package is there."""
        return f"ready, {installed('ctranslate2', EXTRA)}"

    def identity(self) -> Mapping[str, str]:
        """Model, weights, tokenizer, direction, search, precision; not device or batches."""
        options = self._options
        return {
            "backend": self.name,
            **self.model_identity,
            "tokenizer": self._tokenizer_identity,
            "direction": str(self.codec.direction),
            "beams": str(options.beams),
            "length_penalty": str(options.length_penalty),
            "max_new_tokens": str(options.max_new_tokens),
            "compute_type": options.compute_type,
            "ctranslate2": str(_library().__version__),
        }

    def check(self, corpus: Corpus) -> None:
        """See that CTranslate2 and the model are here and that the model knows the languages.

        Raises:
            BackendError: one is not so; names the fix.
        """
        _library()
        super().check(corpus)

    @cached_property
    def codec(self) -> Tokenizer | Pieces:
        """The original model's tokenizer, or SentencePiece's."""
        options = self._options
        wish = Wish(options.source_code, options.target_code, options.prefix)
        if self._pieces is not None:
            target = options.target_tokenizer
            folder = self._context.folder
            return Pieces(self._pieces, None if target is None else folder / target, wish)
        return Tokenizer(self._tokenizer_folder, self._context.languages, wish)

    @property
    def limit(self) -> int:
        """What the options or the tokenizer say."""
        return self._options.max_source_tokens or self.codec.limit

    def load(self) -> CTranslate2Engine:
        """The model on its device.

        Raises:
            BackendError: it can't be loaded.
        """
        return CTranslate2Engine(load_model(self.folder, self._options), self.codec, self._options)

    @property
    def _pieces(self) -> Path | None:
        """The SentencePiece file that `tokenizer` names, if it names one."""
        path = self._context.folder / (self._options.tokenizer or "")
        return path if path.is_file() else None

    @cached_property
    def _tokenizer_folder(self) -> Path:
        spec = self._options.tokenizer
        return self.folder if spec is None else locate(spec, self._context.folder, TOKENIZER_FILES)

    @cached_property
    def _tokenizer_identity(self) -> str:
        if self._pieces is None:
            return fingerprint(self._tokenizer_folder)
        target = self._options.target_tokenizer
        names = filter(None, (self._options.tokenizer, target))
        return "+".join(fingerprint(self._context.folder / name) for name in names)


class CTranslate2Engine:
    """Beam search with a loaded model."""

    def __init__(
        self,
        translator: Any,  # noqa: ANN401 - CTranslate2 has no types
        codec: Tokenizer | Pieces,
        options: CTranslate2Options,
    ) -> None:
        """Set the search up.

        Args:
            translator: CTranslate2's.
            codec: the model's tokenizer.
            options: of the system.
        """
        self.cut = 0
        self._translator = translator
        self._codec = codec
        self._search = {
            "beam_size": options.beams,
            "length_penalty": options.length_penalty,
            "max_decoding_length": options.max_new_tokens,
            "max_input_length": 0,  # its default cuts sources at 1,024 tokens
            "return_end_token": True,
        }

    def generate(self, sources: Sequence[Sequence[int]]) -> Sequence[str]:
        """Translate a batch of token ids.

        Raises:
            OutOfMemory: it is too large.
            BackendError: the model fails in any other way.
        """
        start = self._codec.direction.target_token
        try:
            results = self._translator.translate_batch(
                [self._codec.tokens(ids) for ids in sources],
                target_prefix=None if start is None else [[start]] * len(sources),
                **self._search,
            )
        except (RuntimeError, MemoryError, ValueError) as error:
            if is_out_of_memory(error):
                raise OutOfMemory(first_line(error)) from error
            raise BackendError(f"the model failed: {first_line(error)}") from error
        return [self._text(result.hypotheses[0]) for result in results]

    def _text(self, tokens: Sequence[str]) -> str:
        self.cut += self._codec.end not in tokens[-1:]
        return self._codec.decode_tokens(tokens)


def load_model(folder: Path, options: CTranslate2Options) -> Any:  # noqa: ANN401 - CTranslate2 has no types
    """A model on its device.

    Raises:
        BackendError: it can't be loaded.
    """
    ctranslate2 = _library()
    try:
        return ctranslate2.Translator(
            str(folder),
            device=options.device,
            compute_type=options.compute_type,
            intra_threads=options.threads,
        )
    except (RuntimeError, ValueError) as error:
        raise BackendError(
            f"the model in {folder} can't be loaded ({first_line(error)}); convert the original "
            "anew with ct2-transformers-converter."
        ) from error


def _library() -> ModuleType:
    return import_extra("ctranslate2", EXTRA, "CTranslate2 models", BackendError)
