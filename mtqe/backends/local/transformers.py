"""Translation models of the transformers library: OPUS-MT, NLLB, M2M100, MADLAD, T5 and alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from mtqe.backends.base import BackendContext
from mtqe.backends.local.batching import OutOfMemory
from mtqe.backends.local.directions import Wish
from mtqe.backends.local.neural import NeuralBackend, check_counts
from mtqe.backends.local.tokenizers import Tokenizer
from mtqe.backends.local.trouble import first_line
from mtqe.corpus.base import Corpus
from mtqe.errors import BackendError
from mtqe.support.memory import is_out_of_memory
from mtqe.support.options import parse_options
from mtqe.support.quiet import quiet

ENDLESS = 1_000_000
"""Positions of a model that has no end of them."""


@dataclass(frozen=True)
class TransformersOptions:
    """Options of a ``backend = "transformers"`` system.

    Attributes:
        model: a folder or a hub name, such as ``Helsinki-NLP/opus-mt-en-es``.
        source_code: the model's own code of the source language, if the languages don't tell.
        target_code: the model's code of the target language, likewise.
        prefix: text before every source, for models that are told the direction in words.
        beams: hypotheses that beam search keeps; 1 is greedy.
        length_penalty: beam search divides scores by length to this power.
        max_new_tokens: where a translation is ended; those that reach it are counted in a note.
        max_source_tokens: a longer source is a failure; the model's own limit if not given.
        dtype: precision of the weights.
        device: ``auto`` takes a GPU if there is one.
        batch_tokens: source tokens a batch, padding counted; halved when memory ends.
    """

    model: str
    source_code: str | None = None
    target_code: str | None = None
    prefix: str | None = None
    beams: int = 4
    length_penalty: float = 1.0
    max_new_tokens: int = 512
    max_source_tokens: int | None = None
    dtype: Literal["float32", "bfloat16", "float16"] = "float32"
    device: str = "auto"
    batch_tokens: int = 4000


class TransformersBackend(NeuralBackend):
    """Any sequence-to-sequence model that transformers loads."""

    name = "transformers"
    summary = "OPUS-MT (Marian), NLLB, M2M100, mBART-50, MADLAD, T5"
    weights = ("model*.safetensors", "pytorch_model*.bin")

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        where = f"systems.{context.system}"
        self._options = parse_options(TransformersOptions, options, where)
        check_counts(self._options, where)
        super().__init__(self._options.model, self._options.batch_tokens, context)

    def identity(self) -> Mapping[str, str]:
        """Model, weights, direction, search and the libraries' versions; not device or batches."""
        options = self._options
        return {
            "backend": self.name,
            **self.model_identity,
            "direction": str(self.codec.direction),
            "beams": str(options.beams),
            "length_penalty": str(options.length_penalty),
            "max_new_tokens": str(options.max_new_tokens),
            "dtype": options.dtype,
            "transformers": version("transformers"),
            "torch": version("torch"),
        }

    def check(self, corpus: Corpus) -> None:
        """See that the model is here, that it knows the languages, and that the device works.

        Raises:
            BackendError: one is not so; names the fix.
        """
        super().check(corpus)
        _device(self._options.device)

    @cached_property
    def codec(self) -> Tokenizer:
        """The model's tokenizer."""
        options = self._options
        wish = Wish(options.source_code, options.target_code, options.prefix)
        return Tokenizer(self.folder, self._context.languages, wish)

    @cached_property
    def limit(self) -> int:
        """What the options or the tokenizer say, but never more than there are positions for."""
        from transformers import AutoConfig

        config = AutoConfig.from_pretrained(
            str(self.folder), local_files_only=True, trust_remote_code=False
        )
        return min(positions(config), self._options.max_source_tokens or self.codec.limit)

    def load(self) -> TransformersEngine:
        """The model on its device.

        Raises:
            BackendError: it can't be loaded.
        """
        return TransformersEngine(load_model(self.folder, self._options), self.codec, self._options)


class TransformersEngine:
    """Beam search with a loaded model."""

    def __init__(
        self,
        model: Any,  # noqa: ANN401 - transformers has no types
        tokenizer: Tokenizer,
        options: TransformersOptions,
    ) -> None:
        """Set the search up.

        Args:
            model: as transformers loads it.
            tokenizer: the model's.
            options: of the system.
        """
        self.cut = 0
        self._model = model
        self._tokenizer = tokenizer
        self._search = deepcopy(model.generation_config)
        self._search.update(
            do_sample=False,
            num_beams=options.beams,
            length_penalty=options.length_penalty,
            max_new_tokens=min(options.max_new_tokens, positions(model.config) - 1),
            max_length=None,
        )
        if (forced := tokenizer.forced()) is not None:
            self._search.forced_bos_token_id = forced

    def generate(self, sources: Sequence[Sequence[int]]) -> Sequence[str]:
        """Translate a batch of token ids.

        Raises:
            OutOfMemory: it is too large.
            BackendError: the model fails in any other way.
        """
        import torch

        inputs = self._padded(sources)
        try:
            with torch.inference_mode():
                output = self._model.generate(**inputs, generation_config=self._search)
        except (RuntimeError, MemoryError, IndexError) as error:
            if not is_out_of_memory(error):
                raise BackendError(f"the model failed: {first_line(error)}") from error
            torch.cuda.empty_cache()
            raise OutOfMemory(first_line(error)) from error
        self.cut += int((output[:, 1:] != self._tokenizer.own.eos_token_id).all(dim=1).sum())
        return self._tokenizer.decode(output.tolist())

    def _padded(self, sources: Sequence[Sequence[int]]) -> Mapping[str, Any]:
        import torch
        from torch.nn.utils.rnn import pad_sequence

        rows = [torch.tensor(source) for source in sources]
        padding = self._tokenizer.own.pad_token_id
        ids = pad_sequence(rows, batch_first=True, padding_value=padding)
        mask = pad_sequence([torch.ones_like(row) for row in rows], batch_first=True)
        device = self._model.device
        return {"input_ids": ids.to(device), "attention_mask": mask.to(device)}


def load_model(folder: Path, options: TransformersOptions) -> Any:  # noqa: ANN401
    """A model in its precision, on its device.

    Raises:
        BackendError: it can't be loaded.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForSeq2SeqLM

    try:
        with quiet():
            model = AutoModelForSeq2SeqLM.from_pretrained(
                str(folder), local_files_only=True, trust_remote_code=False,
                dtype=getattr(torch, options.dtype),
            )  # fmt: skip
            return model.to(_device(options.device)).eval()
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise BackendError(
            f"the model in {folder} can't be loaded ({first_line(error)}); it must be a complete "
            "sequence-to-sequence model of transformers."
        ) from error


def positions(config: Any) -> int:  # noqa: ANN401
    """Positions that a model has embeddings for; T5's are relative and have no end."""
    return int(getattr(config, "max_position_embeddings", ENDLESS))


def _device(name: str) -> str:
    import torch

    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=name)
    except (RuntimeError, AssertionError) as error:
        raise BackendError(
            f"there is no device {name!r} here ({first_line(error)}); set `device` to auto or cpu."
        ) from error
    return name
