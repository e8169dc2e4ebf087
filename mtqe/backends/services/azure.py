"""Azure's Translator v3: `POST /translate`.

https://learn.microsoft.com/azure/ai-services/translator/text-translation/reference/v3/translate
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from mtqe.backends.base import BackendContext
from mtqe.backends.services.base import Service
from mtqe.backends.services.batching import Limits
from mtqe.backends.services.languages import chinese, codes
from mtqe.backends.services.options import ServiceOptions
from mtqe.corpus.base import Segment
from mtqe.support.http.faults import BadAnswer, Fault, Stopped
from mtqe.support.http.messages import Call, Reply, json_call
from mtqe.support.http.parsing import parsed
from mtqe.support.options import parse_options

QUOTA = b"403001"
"""Azure's number for a free quota that is used up."""


@dataclass(frozen=True, kw_only=True)
class AzureOptions(ServiceOptions):
    """Options of a ``backend = "azure"`` system.

    Attributes:
        region: region of the resource, where it isn't global.
        category: a custom model's category id.
    """

    region: str | None = None
    category: str = "general"


class _Text(TypedDict):
    text: str


class _Item(TypedDict):
    translations: list[_Text]


ANSWER = TypeAdapter(list[_Item])


class AzureBackend(Service):
    """Azure's Translator, as plain text."""

    name = "azure"
    summary = "Azure AI Translator"
    default_url = "https://api.cognitive.microsofttranslator.com"
    key_variable = "AZURE_TRANSLATOR_KEY"
    limits = Limits(segments=100, characters=50_000)

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        self._options = parse_options(AzureOptions, options, f"systems.{context.system}")
        super().__init__(self._options, context)
        self._codes = codes(context.languages, self._options, chinese("zh-Hans", "zh-Hant"))

    def settings(self) -> Mapping[str, str]:
        """Languages and model."""
        return {"languages": ">".join(self._codes), "category": self._options.category}

    def call(self, segments: Sequence[Segment]) -> Call:
        """All texts at once; options are in the query."""
        query = {
            "api-version": "3.0",
            "from": self._codes[0],
            "to": self._codes[1],
            "textType": "plain",
            "category": self._options.category,
        }
        headers = {"Ocp-Apim-Subscription-Key": self._key}
        if self._options.region:
            headers["Ocp-Apim-Subscription-Region"] = self._options.region
        body = [{"Text": segment.source} for segment in segments]
        return json_call(f"{self._url}/translate?{urlencode(query)}", body, headers)

    def read(self, data: object, segments: Sequence[Segment]) -> Sequence[str]:
        """One translation in each item, in the order of the request."""
        items = parsed(ANSWER, data)
        if any(len(item["translations"]) != 1 for item in items):
            raise BadAnswer("not one translation a text")
        return [item["translations"][0]["text"] for item in items]

    def fault(self, reply: Reply) -> Fault:
        """A quota used up looks like a wrong key."""
        if reply.status == 403 and QUOTA in reply.body:
            return Stopped("Azure's free quota is used up; see to your plan")
        return super().fault(reply)
