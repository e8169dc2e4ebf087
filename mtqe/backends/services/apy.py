"""Apertium's own server, apertium-apy: `POST /translate` (https://wiki.apertium.org/wiki/APY)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from typing_extensions import TypedDict, override

from mtqe.backends.base import BackendContext
from mtqe.backends.local.apertium_pairs import pair_of
from mtqe.backends.services.base import Service
from mtqe.backends.services.options import ServiceOptions
from mtqe.corpus.base import Segment
from mtqe.support.http.messages import Call, form_call
from mtqe.support.http.parsing import parsed
from mtqe.support.options import parse_options


@dataclass(frozen=True, kw_only=True)
class ApyOptions(ServiceOptions):
    """Options of a ``backend = "apertium-apy"`` system.

    Attributes:
        pair: the direction as Apertium lists it, such as ``eng-spa``; from the languages if not
            given.
        mark_unknown: whether to keep Apertium's ``*`` before words that it doesn't know.
    """

    pair: str | None = None
    mark_unknown: bool = False


class _Data(TypedDict):
    translatedText: str


class _Answer(TypedDict):
    responseData: _Data


ANSWER = TypeAdapter(_Answer)


class ApyBackend(Service):
    """An apertium-apy server: one text a request."""

    name = "apertium-apy"
    summary = "Apertium's own server"
    default_url = "http://localhost:2737"

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        self._options = parse_options(ApyOptions, options, f"systems.{context.system}")
        super().__init__(self._options, context)
        languages = context.languages
        self._pair = self._options.pair or pair_of(languages.source, languages.target)

    def settings(self) -> Mapping[str, str]:
        """The pair, and whether unknown words are marked."""
        marked = str(self._options.mark_unknown).lower()
        return {"pair": self._pair, "mark_unknown": marked}

    def call(self, segments: Sequence[Segment]) -> Call:
        """A form; languages stand in it with a bar between them."""
        fields = {
            "langpair": self._pair.replace("-", "|"),
            "q": segments[0].source,
            "markUnknown": "yes" if self._options.mark_unknown else "no",
            "format": "txt",
        }
        return form_call(f"{self._url}/translate", fields)

    @override
    def read(self, data: object, segments: Sequence[Segment]) -> Sequence[str]:
        return [parsed(ANSWER, data)["responseData"]["translatedText"]]
