"""Any service that takes and gives JSON, described in the configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import SecretStr

from mtqe.backends.base import BackendContext
from mtqe.backends.services.base import Service
from mtqe.backends.services.languages import codes
from mtqe.backends.services.options import ServiceOptions
from mtqe.corpus.base import Segment
from mtqe.errors import ConfigError
from mtqe.support.http.faults import BadAnswer
from mtqe.support.http.keys import checked_variable, redact, repeats_key, require_key
from mtqe.support.http.messages import READ, Call, form_call, json_call
from mtqe.support.options import parse_options
from mtqe.support.redaction import stand_in

TEXTS = "{texts}"
FURTHER_KEY = re.compile(r"\{key:(\w+)\}")
Values = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class HttpOptions(ServiceOptions):
    """Options of a ``backend = "http"`` system.

    In `body`, `query` and `headers`, ``{text}`` stands for a source, ``{source}`` and ``{target}``
    for the languages, ``{key}`` for the key, ``{key:NAME}`` for a further key, in the environment
    variable NAME; a value ``"{texts}"`` becomes the list of sources.

    Attributes:
        translations: where the answer has its text or list of texts, as a JMESPath expression.
        ids: where it has their positions in the request (1, 2, …), if it does; they are heeded.
        body: the request's body.
        form: send the body as an HTML form's, not as JSON.
        query: parameters behind the address.
        headers: further headers.
        method: ``POST``, ``PUT`` or ``GET``.
    """

    translations: str
    ids: str | None = None
    body: dict[str, Any] = field(default_factory=dict)
    form: bool = False
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    method: Literal["POST", "PUT", "GET"] = "POST"


class HttpBackend(Service):
    """A service of one's own; without ``"{texts}"`` it gets one segment a request."""

    name = "http"
    summary = "any service that takes and gives JSON"

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        """Check the options.

        Raises:
            ConfigError: an unknown key, a wrong value, or a source that appears nowhere.
        """
        where = f"systems.{context.system}"
        self._options = parse_options(HttpOptions, options, where)
        super().__init__(self._options, context)
        self._codes = codes(context.languages, self._options, {})
        self._templates = (self._options.body, self._options.query, self._options.headers)
        described = json.dumps(self._templates)
        if TEXTS not in described and "{text}" not in described:
            raise ConfigError(f'{where}: no source is sent; write "{{texts}}" or {{text}} in body.')
        if "{key}" in described and self._variable is None:
            raise ConfigError(f"{where}: {{key}} needs key_variable; name the variable there.")
        names = dict.fromkeys(FURTHER_KEY.findall(described))
        self._names = [checked_variable(name, where) for name in names]
        self._further: dict[str, SecretStr] = {}
        if TEXTS not in described and self._options.batch_size not in (None, 1):
            raise ConfigError(f'{where}.batch_size needs "{{texts}}" in body; write it there.')
        self._texts = _expression(self._options.translations, f"{where}.translations")
        self._ids = _expression(self._options.ids, f"{where}.ids") if self._options.ids else None

    def settings(self) -> Mapping[str, str]:
        """A hash of what is sent, and where the answer has its texts."""
        options = self._options
        request = json.dumps([*self._templates, options.method, options.form], sort_keys=True)
        return {
            "languages": ">".join(self._codes),
            "request": stand_in(request),
            "translations": options.translations,
            "ids": options.ids or "",
            "batch_size": str(self._limits.segments),
        }

    def call(self, segments: Sequence[Segment]) -> Call:
        """Fill the configured templates with the segments."""
        options = self._options
        source, target = self._codes
        values = {
            "{text}": segments[0].source,
            "{source}": source,
            "{target}": target,
            "{key}": self._key,
            **{f"{{key:{name}}}": key.get_secret_value() for name, key in self._further.items()},
        }
        texts = [segment.source for segment in segments]
        body, query, headers = (_filled(part, values, texts) for part in self._templates)
        url = self._url + (f"?{urlencode(query, doseq=True)}" if query else "")
        if options.method == "GET":
            return Call(url, headers=headers, method="GET")
        call = form_call(url, body, headers) if options.form else json_call(url, body, headers)
        return Call(call.url, call.body, call.headers, options.method)

    def read(self, data: object, segments: Sequence[Segment]) -> Sequence[str]:
        """What the expressions find: texts, in the order of their ids if there are any."""
        found = _searched(self._texts, data)
        texts = [found] if isinstance(found, str) else found
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise BadAnswer(f"no text at {self._options.translations!r}")
        if self._ids is None:
            return texts
        ids = _searched(self._ids, data)
        positions = [str(id_) for id_ in ids] if isinstance(ids, list) else [str(ids)]
        wanted = [str(number) for number in range(1, len(segments) + 1)]
        if sorted(positions) != sorted(wanted) or len(texts) != len(positions):
            raise BadAnswer(f"ids {', '.join(positions)} for {len(segments)} segments")
        by_id = dict(zip(positions, texts, strict=True))
        return [by_id[number] for number in wanted]

    def hide(self, text: str) -> str:
        """The text without the key and the further keys."""
        return redact(text[:READ], self._secrets)

    def repeats_key(self, text: str) -> bool:
        """Whether a translation has one of the keys in it."""
        return repeats_key(text, self._secrets)

    @property
    def _secrets(self) -> tuple[SecretStr, ...]:
        return (*self._keys, *self._further.values())

    def _unlock(self) -> None:
        super()._unlock()
        self._further = {name: require_key(name) for name in self._names}


LONGEST_EXPRESSION = 300
MOST_COMMAS = 8
"""Each comma can double a list, so that a short expression could fill any memory."""


def _expression(text: str, where: str) -> Any:  # noqa: ANN401 - jmespath has no types
    if len(text) > LONGEST_EXPRESSION or text.count(",") > MOST_COMMAS:
        raise ConfigError(
            f"{where}: a JMESPath expression may have {LONGEST_EXPRESSION} characters and "
            f"{MOST_COMMAS} commas; write a shorter one."
        )
    try:
        return jmespath.compile(text)
    except (JMESPathError, RecursionError):
        raise ConfigError(
            f"{where}: {text!r} is no JMESPath expression; write for instance "
            '"translations[].text".'
        ) from None


def _searched(expression: Any, data: object) -> Any:  # noqa: ANN401 - jmespath has no types
    try:
        return expression.search(data)
    except (JMESPathError, RecursionError) as error:
        raise BadAnswer(f"{expression.expression!r} doesn't fit the answer ({error})") from None


def _filled(template: Any, values: Values, texts: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(template, Mapping):
        return {key: _filled(value, values, texts) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(item, values, texts) for item in template]
    if template == TEXTS:
        return list(texts)
    return _replaced(template, values) if isinstance(template, str) else template


def _replaced(template: str, values: Values) -> str:
    """The template with its marks replaced; what came in by one is not looked at again."""
    for mark, value in values.items():
        head, found, rest = template.partition(mark)
        if found:
            return _replaced(head, values) + value + _replaced(rest, values)
    return template
