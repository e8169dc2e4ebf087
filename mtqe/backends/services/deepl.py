"""DeepL: `POST /v2/translate` (https://developers.deepl.com/api-reference/translate)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from mtqe.backends.base import BackendContext
from mtqe.backends.services.base import Service
from mtqe.backends.services.batching import Limits
from mtqe.backends.services.languages import chinese, codes
from mtqe.backends.services.options import ServiceOptions
from mtqe.corpus.base import Segment
from mtqe.support.http.faults import Fault, Stopped
from mtqe.support.http.messages import Call, Reply, json_call
from mtqe.support.http.parsing import parsed
from mtqe.support.languages import primary
from mtqe.support.options import parse_options
from mtqe.support.redaction import stand_in

FREE_URL = "https://api-free.deepl.com"
FREE_KEY = ":fx"
"""How keys of the free service end."""
QUOTA = 456
BODY = 100 * 1024
"""Bytes of text a request: DeepL takes 128 KiB of JSON with everything around the texts."""


@dataclass(frozen=True, kw_only=True)
class DeepLOptions(ServiceOptions):
    """Options of a ``backend = "deepl"`` system.

    Attributes:
        formality: formality of the translation, for languages that have it.
        glossary: the id of a glossary at DeepL.
        model_type: ``quality_optimized``, ``latency_optimized`` or what else DeepL offers.
        context: text that is not translated but may help.
    """

    formality: Literal["default", "more", "less", "prefer_more", "prefer_less"] = "default"
    glossary: str | None = None
    model_type: str | None = None
    context: str = ""


class _Text(TypedDict):
    text: str


class _Answer(TypedDict):
    translations: list[_Text]


ANSWER = TypeAdapter(_Answer)


class DeepLBackend(Service):
    """DeepL's API, the free one if the key is one of those."""

    name = "deepl"
    summary = "DeepL"
    default_url = "https://api.deepl.com"
    key_variable = "DEEPL_API_KEY"
    limits = Limits(segments=50, characters=BODY, utf8=True)

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        self._options = parse_options(DeepLOptions, options, f"systems.{context.system}")
        super().__init__(self._options, context)
        source, target = codes(context.languages, self._options, chinese("zh-hans", "zh-hant"))
        # Sources have no regional variants, and Chinese is one language as a source.
        self._codes = self._options.source_code or primary(source).upper(), target.upper()
        self.prompts = (self._options.context,) if self._options.context else ()

    def settings(self) -> Mapping[str, str]:
        """Languages and all that DeepL can be told."""
        options = self._options
        return {
            "languages": ">".join(self._codes),
            "formality": options.formality,
            "glossary": options.glossary or "",
            "model_type": options.model_type or "",
            "context": stand_in(options.context) if options.context else "",
        }

    def call(self, segments: Sequence[Segment]) -> Call:
        """All texts at once, line breaks kept where they are."""
        options = self._options
        body: dict[str, Any] = {
            "text": [segment.source for segment in segments],
            "source_lang": self._codes[0],
            "target_lang": self._codes[1],
        }
        if options.formality != "default":
            body["formality"] = options.formality
        if options.glossary:
            body["glossary_id"] = options.glossary
        if options.model_type:
            body["model_type"] = options.model_type
        if options.context:
            body["context"] = options.context
        free = self._common.url is None and self._key.endswith(FREE_KEY)
        headers = {"Authorization": f"DeepL-Auth-Key {self._key}"}
        return json_call(f"{FREE_URL if free else self._url}/v2/translate", body, headers)

    def read(self, data: object, segments: Sequence[Segment]) -> Sequence[str]:
        """In the order of the request, as DeepL promises."""
        return [translation["text"] for translation in parsed(ANSWER, data)["translations"]]

    def fault(self, reply: Reply) -> Fault:
        """456 means that the quota is used up."""
        if reply.status == QUOTA:
            return Stopped("DeepL's quota is used up; see to your plan or its cost control")
        return super().fault(reply)
