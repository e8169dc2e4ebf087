"""Language models as engines: one prompt, one or many segments a request, answers re-aligned."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from mtqe.backends.base import BackendContext
from mtqe.backends.services.alignment import align
from mtqe.backends.services.base import Service
from mtqe.backends.services.batching import Limits, cut
from mtqe.backends.services.options import ServiceOptions
from mtqe.backends.services.prompts import DEFAULT_PROMPT, Prompt, read_pairs
from mtqe.corpus.base import Corpus, Failure, Outcome, Segment
from mtqe.errors import ConfigError
from mtqe.support.chat.anthropic import AnthropicProtocol
from mtqe.support.chat.base import Chat, CutOff, Protocol
from mtqe.support.chat.forms import Forms, SchemaChoice, forms_to_try, json_object, response_format
from mtqe.support.http.faults import BadAnswer, Fault, Unacceptable
from mtqe.support.http.messages import Call, Reply
from mtqe.support.http.options import Amount, Count
from mtqe.support.http.usage_meter import Price
from mtqe.support.options import parse_options
from mtqe.support.redaction import stand_in

BYTES_PER_TOKEN = 4
"""Of UTF-8: a usual average of models' tokenizers, for estimates alone."""
LONGEST_NAME = 200
ENTRY_TOKENS = 12
"""What an id and its brackets take in a JSON answer."""
LEAST_ROOM = 256
MOST_ROOM = 4096
"""Tokens: as many as all models of OpenAI and Anthropic may write in one answer."""
ROOM_PER_BYTE = 4
"""Tokens for each byte of a source: English in Burmese letters, with a tokenizer that knows none of
them, takes most of that."""
ADVICE = "set max_tokens if the model needs more, such as 16384 for one that thinks first"


@dataclass(frozen=True, kw_only=True)
class ModelOptions(ServiceOptions):
    """Options of the backends that are language models.

    Attributes:
        model: name of the model on the server.
        prompt: instructions; ``{source}``, ``{target}`` and ``{domain}`` stand for those.
        domain: kind of text.
        glossary: a file of terms and translations, a tab between them.
        examples: a file of sources and translations, a tab between them. They must not come from
            the test set.
        answer: the form of requests and answers: JSON or numbered lines for many segments a
            request, ``text`` for one.
        context: sentences of the document to show before the first segment of a request.
        temperature: temperature of sampling; left out of the request where it is negative.
        schema: how the server is told the form of a JSON answer; ``auto`` tries one after the
            other.
        max_tokens: that an answer may have; None for what its sources can need (`room`).
        parameters: further fields of the request's body, such as ``top_p`` or ``seed``.
        input_price: price of a million tokens that the model reads.
        output_price: price of a million tokens that it writes.
    """

    model: str
    prompt: str = DEFAULT_PROMPT
    domain: str = ""
    glossary: str | None = None
    examples: str | None = None
    answer: Literal["json", "numbered", "text"] = "json"
    context: Annotated[int, Field(ge=0)] = 0
    temperature: float = 0.0
    schema: SchemaChoice = "auto"
    max_tokens: Count | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    input_price: Amount | None = None
    output_price: Amount | None = None


class LanguageModel(Service):
    """A model behind an API.

    The prompt, the model, its temperature and all parameters are in the identity. With `context`
    the sentences before a segment are part of what is cached.

    Attributes:
        protocol: how requests and answers look.
    """

    limits = Limits(segments=10)
    protocol: ClassVar[type[Protocol]]

    def __init__(self, given: Mapping[str, Any], context: BackendContext) -> None:
        """Read glossary and examples.

        Raises:
            ConfigError: a file that can't be used, or options that exclude each other.
        """
        where = f"systems.{context.system}"
        self._options = options = parse_options(ModelOptions, given, where)
        super().__init__(options, context)
        if options.answer == "text":
            if options.batch_size not in (None, 1):
                raise ConfigError(f'{where}: answer = "text" takes one segment; remove batch_size.')
            self._limits = replace(self._limits, segments=1)
        files = {"glossary": options.glossary, "examples": options.examples}
        pairs = {
            key: read_pairs(context.folder / name, f"{where}.{key}") if name else ()
            for key, name in files.items()
        }
        self._prompt = Prompt(
            options.prompt,
            options.domain,
            pairs["glossary"],
            pairs["examples"],
            options.answer,
            options.context > 0,
        )
        self._system = self._prompt.system(context.languages)
        shown = (*self._prompt.glossary, *self._prompt.examples)
        self.prompts = (self._system, *(text for pair in shown for text in pair))
        self._before: dict[str, tuple[str, ...]] = {}
        self._models: set[str] = set()
        own = options.answer != "json" or "response_format" in options.parameters
        if self.protocol is AnthropicProtocol and options.schema not in ("auto", "none"):
            raise ConfigError(f'{where}.schema: {self.protocol.name} has none; write "auto".')
        self.forms = Forms(forms_to_try("none" if own else options.schema, self.protocol))

    def settings(self) -> Mapping[str, str]:
        """Model, prompt and sampling."""
        options = self._options
        given = json.dumps(options.parameters, sort_keys=True)
        return {
            "model": options.model,
            "prompt": stand_in(self._system),
            "answer": options.answer,
            "batch_size": str(self._limits.segments),
            "context": str(options.context),
            "temperature": str(options.temperature),
            "max_tokens": str(options.max_tokens or "as needed"),
            **({"schema": options.schema} if options.answer == "json" else {}),
            "parameters": stand_in(given) if options.parameters else given,
        }

    def inputs(self, corpus: Corpus) -> Mapping[str, str]:
        """The source, and the sentences before it where the model sees them."""
        if not self._options.context:
            return super().inputs(corpus)
        self._before = preceding(corpus, self._options.context)
        return {s.id: json.dumps([s.source, *self._before[s.id]]) for s in corpus}

    def batches(self, segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
        """Where context is shown, no request reaches over the end of a document."""
        if not self._options.context:
            yield from cut(segments, self._limits)
            return
        for _, part in groupby(segments, key=lambda segment: segment.document):
            yield from cut(list(part), self._limits)

    def tokens(self, segments: Sequence[Segment]) -> tuple[float, float]:
        """By bytes: the prompt once a request, each source once, its translation as long again."""
        written = sum(len(s.source.encode("utf-8", "replace")) for s in segments) / BYTES_PER_TOKEN
        written += ENTRY_TOKENS * len(segments)
        requests = -(-len(segments) // self._limits.segments)
        return requests * len(self._system.encode()) / BYTES_PER_TOKEN + written, written

    def call(self, segments: Sequence[Segment]) -> Call:
        """Instructions, and the segments."""
        options = self._options
        chat = Chat(
            model=options.model,
            system=self._system,
            user=self._user(segments),
            max_tokens=self._room(segments),
            temperature=options.temperature,
            parameters={
                **response_format(self.forms.now, "translations", schema(len(segments))),
                **options.parameters,
            },
        )
        return self.protocol.call(self._url, self._key, chat)

    def tokens_used(self, data: object) -> tuple[int, int]:
        """As the server counted them."""
        return self.protocol.tokens_used(data)

    def fault(self, reply: Reply) -> Fault:
        """What an unsuccessful reply means, such as that all credit is used up."""
        return self.protocol.sharpened(super().fault(reply), reply)

    def read(self, data: object, segments: Sequence[Segment]) -> Sequence[str]:
        """Ids decide which text is whose.

        An answer that was cut off at temperature 0 would be the same again, and is the most
        expensive one, so the request is not repeated.
        """
        try:
            reading = self.protocol.reading(data)
        except CutOff as fault:
            reason = f"{fault} after {self._room(segments)} tokens; {ADVICE}"
            if self._options.temperature == 0:
                raise Unacceptable(reason) from None
            raise BadAnswer(reason) from None
        self._models.add(reading.model)
        self.notes = tuple(
            f"answered by {self.hide(name)[:LONGEST_NAME]}" for name in sorted(self._models) if name
        )
        sources = [segment.source for segment in segments]
        return align(self._options.answer, reading.text, sources, self._languages.target)

    def _user(self, segments: Sequence[Segment]) -> str:
        before = self._before.get(segments[0].id, ())
        return self._prompt.user([segment.source for segment in segments], before)

    def _room(self, segments: Sequence[Segment]) -> int:
        return self._options.max_tokens or room([segment.source for segment in segments])

    def _find_price(self, options: ServiceOptions) -> Price | None:
        prices = (self._options.input_price, self._options.output_price)
        if options.price is None and prices == (None, None):
            return None
        return Price(options.price or 0.0, prices[0] or 0.0, prices[1] or 0.0, options.currency)

    def _unsent(self, segment: Segment) -> Outcome | None:
        if self._options.answer == "numbered" and re.search(r"[\r\n]", segment.source):
            reason = 'the source has a line break; numbered lines can\'t, set answer = "json"'
            return Failure(segment.id, reason)
        return super()._unsent(segment)


def room(sources: Sequence[str]) -> int:
    """Tokens that the translations of some sources can need at most.

    A model that never ends its answer is stopped there. One that thinks before it answers needs
    more, so `max_tokens` is for the user to set.
    """
    size = sum(ENTRY_TOKENS + ROOM_PER_BYTE * len(s.encode("utf-8", "replace")) for s in sources)
    return min(MOST_ROOM, LEAST_ROOM + size)


def schema(number: int) -> dict[str, Any]:
    """What a JSON answer with this many translations must be."""
    ids = {"type": "integer", "enum": list(range(1, number + 1))}
    entry = json_object({"id": ids, "text": {"type": "string"}})
    exactly = {"minItems": number, "maxItems": number}
    return json_object({"translations": {"type": "array", "items": entry, **exactly}})


def preceding(corpus: Corpus, number: int) -> dict[str, tuple[str, ...]]:
    """For each segment the sources of up to `number` segments before it in its document."""
    earlier: dict[str | None, list[str]] = {}
    found = {}
    for segment in corpus:
        sources = earlier.setdefault(segment.document, [])
        found[segment.id] = tuple(sources[-number:])
        sources.append(segment.source)
    return found
