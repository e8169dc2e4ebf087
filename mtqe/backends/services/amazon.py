"""Amazon Translate: `TranslateText` (https://docs.aws.amazon.com/translate/latest/APIReference/)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from pydantic import SecretStr, TypeAdapter
from typing_extensions import TypedDict, override

from mtqe.backends.base import BackendContext
from mtqe.backends.services.base import Service
from mtqe.backends.services.batching import Limits
from mtqe.backends.services.languages import chinese, codes
from mtqe.backends.services.options import ServiceOptions
from mtqe.corpus.base import Segment
from mtqe.errors import BackendError
from mtqe.support.extras import import_extra, installed
from mtqe.support.http.faults import Fault, Stopped, Transient
from mtqe.support.http.keys import find_key, require_key
from mtqe.support.http.messages import Call, Reply
from mtqe.support.http.parsing import parsed
from mtqe.support.options import parse_options

SECRET = "AWS_SECRET_ACCESS_KEY"
SESSION = "AWS_SESSION_TOKEN"
TARGET = "AWSShineFrontendService_20170701.TranslateText"
BUSY = ("ThrottlingException", "TooManyRequestsException", "RequestTimeout")
LOCKED_OUT = (
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidSignatureException",
    "LimitExceededException",
    "MissingAuthenticationTokenException",
    "OptInRequired",
    "ResourceNotFoundException",
    "UnrecognizedClientException",
    "UnsupportedLanguagePairException",
)


@dataclass(frozen=True, kw_only=True)
class AmazonOptions(ServiceOptions):
    """Options of a ``backend = "amazon"`` system; `key_variable` holds the access key's id.

    Attributes:
        region: AWS region, such as ``eu-west-1``.
        formality: formality of the translation, for languages that have it.
        terminology: the name of a custom terminology.
    """

    region: str
    formality: Literal["FORMAL", "INFORMAL"] | None = None
    terminology: str | None = None


class _Answer(TypedDict):
    TranslatedText: str


ANSWER = TypeAdapter(_Answer)


class AmazonBackend(Service):
    """Amazon Translate, one text a request, signed by botocore.

    The SDK proper (boto3) would bring its own repetitions, timeouts and connections, and reads keys
    from more places than the environment.
    """

    name = "amazon"
    summary = "Amazon Translate"
    key_variable = "AWS_ACCESS_KEY_ID"
    limits = Limits(segments=1, characters=10_000, utf8=True)

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        self._options = parse_options(AmazonOptions, options, f"systems.{context.system}")
        self.default_url = f"https://translate.{self._options.region}.amazonaws.com"
        super().__init__(self._options, context)
        self._codes = codes(context.languages, self._options, chinese("zh", "zh-TW"))

    @classmethod
    def readiness(cls) -> str:
        """Whether key and botocore are there."""
        return f"{super().readiness()}, {installed('botocore', 'amazon')}"

    def settings(self) -> Mapping[str, str]:
        """Languages, formality and terminology."""
        return {
            "languages": ">".join(self._codes),
            "formality": self._options.formality or "",
            "terminology": self._options.terminology or "",
        }

    def call(self, segments: Sequence[Segment]) -> Call:
        """One text, signed at this moment."""
        options = self._options
        body: dict[str, Any] = {
            "Text": segments[0].source,
            "SourceLanguageCode": self._codes[0],
            "TargetLanguageCode": self._codes[1],
        }
        if options.formality:
            body["Settings"] = {"Formality": options.formality}
        if options.terminology:
            body["TerminologyNames"] = [options.terminology]
        return self._signed(json.dumps(body).encode("ascii"))

    @override
    def read(self, data: object, segments: Sequence[Segment]) -> Sequence[str]:
        return [parsed(ANSWER, data)["TranslatedText"]]

    def fault(self, reply: Reply) -> Fault:
        """Amazon answers most troubles with 400 and names them in the body."""
        fault = super().fault(reply)
        kind = _kind(reply)
        if kind in BUSY:
            return Transient(f"{fault} {kind}", reply.retry_after)
        if kind in LOCKED_OUT:
            return Stopped(f"{kind}: {reply.explanation(self.hide)}; see to keys and account")
        return fault

    def _unlock(self) -> None:
        super()._unlock()
        if self._keys:
            _library("auth")
            session = find_key(SESSION)
            self._keys = (self._keys[0], require_key(SECRET), *([session] if session else []))

    def _signed(self, body: bytes) -> Call:
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": TARGET}
        url = f"{self._url}/"
        if self._keys:
            headers = _signature(url, body, headers, self._keys, self._options.region)
        return Call(url, body, headers)


def _signature(
    url: str, body: bytes, headers: Mapping[str, str], keys: Sequence[SecretStr], region: str
) -> dict[str, str]:
    """The headers with AWS's signature (version 4) among them."""
    auth = _library("auth")
    requests = _library("awsrequest")
    credentials = _library("credentials")
    request = requests.AWSRequest(method="POST", url=url, data=body, headers=dict(headers))
    secrets = (key.get_secret_value() for key in keys)
    auth.SigV4Auth(credentials.Credentials(*secrets), "translate", region).add_auth(request)
    return dict(request.headers.items())


def _library(module: str) -> ModuleType:
    return import_extra(f"botocore.{module}", "amazon", "requests to Amazon", BackendError)


def _kind(reply: Reply) -> str:
    try:
        data = reply.json()
    except ValueError:
        return ""
    named = data.get("__type") if isinstance(data, dict) else None
    return str(named or "").rpartition("#")[2]
