"""Google Cloud Translation v3: `projects.locations.translateText`.

https://cloud.google.com/translate/docs/reference/rest/v3/projects.locations/translateText
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NotRequired

from pydantic import SecretStr, TypeAdapter
from typing_extensions import TypedDict

from mtqe.backends.base import BackendContext
from mtqe.backends.services.base import Service
from mtqe.backends.services.batching import Limits
from mtqe.backends.services.languages import chinese, codes
from mtqe.backends.services.options import ServiceOptions
from mtqe.corpus.base import Segment
from mtqe.errors import BackendError
from mtqe.support.extras import import_extra, installed
from mtqe.support.http.keys import find_key, require_key
from mtqe.support.http.messages import Call, json_call
from mtqe.support.http.parsing import parsed
from mtqe.support.options import parse_options

CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS"
SCOPE = "https://www.googleapis.com/auth/cloud-translation"


@dataclass(frozen=True, kw_only=True)
class GoogleOptions(ServiceOptions):
    """Options of a ``backend = "google"`` system.

    Attributes:
        project: the Google Cloud project's number or id.
        location: ``global``, or the region of a custom model or glossary.
        model: name of the model, such as ``general/nmt``, ``general/translation-llm`` or a custom
            model's id.
        glossary: the id of a glossary in that location.
    """

    project: str
    location: str = "global"
    model: str = "general/nmt"
    glossary: str | None = None


class _Text(TypedDict):
    translatedText: str


class _Answer(TypedDict):
    translations: list[_Text]
    glossaryTranslations: NotRequired[list[_Text]]


ANSWER = TypeAdapter(_Answer)


class GoogleBackend(Service):
    """Google's Advanced edition, as plain text.

    The key is an access token in the environment, or what the credentials that
    ``GOOGLE_APPLICATION_CREDENTIALS`` names are exchanged for by the package google-auth.
    """

    name = "google"
    summary = "Google Cloud Translation, Advanced"
    default_url = "https://translation.googleapis.com"
    key_variable = "GOOGLE_ACCESS_TOKEN"
    key_needed = False
    limits = Limits(segments=128, characters=30_000)

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        self._options = parse_options(GoogleOptions, options, f"systems.{context.system}")
        super().__init__(self._options, context)
        self._codes = codes(context.languages, self._options, chinese("zh-CN", "zh-TW"))
        self._parent = f"projects/{self._options.project}/locations/{self._options.location}"

    @classmethod
    def readiness(cls) -> str:
        """Whether there is a token, or credentials and the package that exchanges them."""
        if find_key(cls.key_variable) is not None:
            return super().readiness()
        _require_credentials(cls.key_variable)
        return f"ready, {CREDENTIALS} and {installed('google-auth', 'google')}"

    def settings(self) -> Mapping[str, str]:
        """Languages, model and glossary; the project pays but changes nothing."""
        options = self._options
        return {
            "languages": ">".join(self._codes),
            "location": options.location,
            "model": options.model,
            "glossary": options.glossary or "",
        }

    def call(self, segments: Sequence[Segment]) -> Call:
        """All texts at once."""
        options = self._options
        body: dict[str, Any] = {
            "contents": [segment.source for segment in segments],
            "mimeType": "text/plain",
            "sourceLanguageCode": self._codes[0],
            "targetLanguageCode": self._codes[1],
            "model": f"{self._parent}/models/{options.model}",
        }
        if options.glossary:
            body["glossaryConfig"] = {"glossary": f"{self._parent}/glossaries/{options.glossary}"}
        headers = {
            "Authorization": f"Bearer {self._key}",
            "x-goog-user-project": options.project,
        }
        return json_call(f"{self._url}/v3/{self._parent}:translateText", body, headers)

    def read(self, data: object, segments: Sequence[Segment]) -> Sequence[str]:
        """With a glossary, the translations that heed it."""
        answer = parsed(ANSWER, data)
        chosen = answer["translations"]
        if self._options.glossary:
            chosen = answer.get("glossaryTranslations", [])
        return [translation["translatedText"] for translation in chosen]

    def _unlock(self) -> None:
        variable = self._variable
        if variable is not None:
            given = find_key(variable) is not None
            self._keys = (require_key(variable) if given else _exchanged(variable),)


def _require_credentials(variable: str) -> None:
    if find_key(CREDENTIALS) is None:
        raise BackendError(
            f"no key: set {variable} to what `gcloud auth print-access-token` prints, or "
            f"{CREDENTIALS} to the path of a service account's key file."
        )


def _exchanged(variable: str) -> SecretStr:
    """An access token for the credentials that the environment names."""
    _require_credentials(variable)
    auth = _library("google.auth")
    transport = _library("google.auth.transport.requests")
    try:
        credentials, _ = auth.default(scopes=[SCOPE])
        credentials.refresh(transport.Request())
    except auth.exceptions.GoogleAuthError as error:
        raise BackendError(
            f"Google gives no access token for these credentials ({type(error).__name__}); see to "
            f"the file that {CREDENTIALS} names."
        ) from None
    return SecretStr(str(credentials.token))


def _library(module: str) -> ModuleType:
    return import_extra(module, "google", "credentials of Google", BackendError)
