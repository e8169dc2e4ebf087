"""LibreTranslate: `POST /translate` (https://docs.libretranslate.com/api/operations/translate/)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from mtqe.backends.base import BackendContext
from mtqe.backends.services.base import Service
from mtqe.backends.services.batching import Limits
from mtqe.backends.services.languages import chinese, codes
from mtqe.backends.services.options import ServiceOptions
from mtqe.corpus.base import Segment
from mtqe.support.http.messages import Call, json_call
from mtqe.support.http.parsing import parsed
from mtqe.support.options import parse_options

CODES = chinese("zh-Hans", "zh-Hant")


class _Answer(TypedDict):
    translatedText: list[str]


ANSWER = TypeAdapter(_Answer)


class LibreTranslateBackend(Service):
    """A LibreTranslate server, one's own or a hosted one; most need no key."""

    name = "libretranslate"
    summary = "LibreTranslate, your own server or a hosted one"
    key_variable = "LIBRETRANSLATE_API_KEY"
    key_needed = False
    limits = Limits(segments=25)

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        chosen = parse_options(ServiceOptions, options, f"systems.{context.system}")
        super().__init__(chosen, context)
        self._codes = codes(context.languages, chosen, CODES)

    def settings(self) -> Mapping[str, str]:
        """The languages as they are sent."""
        return {"languages": ">".join(self._codes)}

    def call(self, segments: Sequence[Segment]) -> Call:
        """All texts at once; the key, if there is one, is in the body."""
        body: dict[str, Any] = {
            "q": [segment.source for segment in segments],
            "source": self._codes[0],
            "target": self._codes[1],
            "format": "text",
        }
        if self._key:
            body["api_key"] = self._key
        return json_call(f"{self._url}/translate", body)

    def read(self, data: object, segments: Sequence[Segment]) -> Sequence[str]:
        """A list for a list."""
        return parsed(ANSWER, data)["translatedText"]
