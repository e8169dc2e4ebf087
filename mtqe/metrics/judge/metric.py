"""A language model as a metric.

Kocmi and Federmann 2023, "Large Language Models Are State-of-the-Art Evaluators of Translation
Quality" (EAMT) and "GEMBA-MQM" (WMT); the scale of `esa` is that of Kocmi et al. 2024, "Error Span
Annotation" (WMT). The prompts are mtqe's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from typing_extensions import override

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.spans import OriginKind
from mtqe.errors import BackendError, ConfigError, MetricError
from mtqe.metrics.base import (
    Chunk,
    DetailedChunk,
    Details,
    Matrix,
    MeanMetric,
    Sample,
    Signature,
)
from mtqe.metrics.judge.asking import Instructions, Judged, JudgingJob, Server, batches
from mtqe.metrics.judge.material import payload
from mtqe.metrics.judge.options import JudgeOptions
from mtqe.metrics.judge.prompts import Prompt, custom_prompt, own_prompt, read_prompt
from mtqe.metrics.pool import ModelPool
from mtqe.support.chat.anthropic import AnthropicProtocol
from mtqe.support.chat.base import Protocol
from mtqe.support.chat.openai import OpenAIProtocol
from mtqe.support.cost import Asking, Budget, Usage, money
from mtqe.support.http.addresses import checked_url
from mtqe.support.http.faults import Stopped
from mtqe.support.http.keys import (
    chosen_variable,
    find_key,
    refuse_literal_keys,
    require_key,
)
from mtqe.support.http.stream import stream
from mtqe.support.http.usage_meter import Price, UsageMeter
from mtqe.support.languages import UNKNOWN_LANGUAGE
from mtqe.support.options import check_keys, parse_options
from mtqe.support.redaction import stand_in

PROTOCOLS: Mapping[str, type[Protocol]] = {
    protocol.name: protocol for protocol in (OpenAIProtocol, AnthropicProtocol)
}
LABELS = {"esa": "ESA", "mqm": "MQM", "da": "DA"}
RANGES = {"esa": (0.0, 100.0), "mqm": (-np.inf, 0.0), "da": (0.0, 100.0)}
BYTES_PER_TOKEN = 4
"""Of UTF-8: a usual average of models' tokenizers, for estimates alone."""
WRITTEN_TOKENS = {"esa": 120, "mqm": 120, "da": 10}
"""What a judgement takes in an answer, about: two errors, and the score."""
FEW, NEARLY_ALL = 8, 0.9
"""Scored translations, and the share with one score, from which on a note says so."""


@dataclass(frozen=True)
class Judge(MeanMetric):
    """The mean of a language model's scores; see `JudgeOptions`.

    Attributes:
        options: what the table says.
        source_language: language tag of the sources.
        target_language: language tag of the translations.
        instructions: a user's prompt; empty for mtqe's own.
    """

    options: JudgeOptions
    source_language: str = UNKNOWN_LANGUAGE
    target_language: str = UNKNOWN_LANGUAGE
    instructions: str = ""

    name: ClassVar[str] = "judge"
    label: ClassVar[str] = "Judge"
    needs_source: ClassVar[bool] = True
    needs_references: ClassVar[bool] = False
    range: ClassVar[tuple[float, float]] = (-np.inf, 100.0)
    decimals: ClassVar[int] = 1
    cacheable: ClassVar[bool] = True
    origin_kind: ClassVar[OriginKind] = "judge"

    @classmethod
    @override
    def from_options(cls, options: Mapping[str, Any], target_language: str) -> Judge:
        """Build from a ``[metrics.judge]`` table, where the sources' language is not known."""
        return cls.for_languages(options, LanguagePair(UNKNOWN_LANGUAGE, target_language))

    @classmethod
    @override
    def for_languages(cls, options: Mapping[str, Any], languages: LanguagePair) -> Judge:
        """Build from a ``[metrics.judge]`` table.

        Raises:
            ConfigError: no model, an unknown key, a wrong value, options that exclude each other,
                or a prompt that can't be used.
        """
        where = "metrics.judge"
        check_keys(JudgeOptions, options, where)
        if "model" not in options:
            raise ConfigError(
                f"{where}: 'model' is missing; name the model that the server has, such as "
                'model = "gpt-4o-2024-08-06".'
            )
        given = parse_options(JudgeOptions, options, where)
        _check(given, where)
        text = read_prompt(Path(given.prompt), f"{where}.prompt").text if given.prompt else ""
        return cls(given, languages.source, languages.target, text)

    @classmethod
    @override
    def readiness(cls, target_language: str) -> str:
        """Which keys are there; asks no server."""
        variables = [protocol.key_variable for protocol in PROTOCOLS.values()]
        there = [name for name in variables if find_key(name) is not None]
        if there:
            return f"ready once [metrics.judge] names a model, key in {', '.join(there)}"
        return f"ready for servers that want no key; none in {' or '.join(variables)}"

    @property
    @override
    def full_label(self) -> str:
        """Such as "Judge (ESA by gpt-4o)"."""
        return f"{self.label} ({LABELS[self.options.kind]} by {self.options.model})"

    @property
    @override
    def score_range(self) -> tuple[float, float]:
        return RANGES[self.options.kind]

    @property
    @override
    def reads_source(self) -> bool:
        return self.options.source

    @property
    @override
    def reads_references(self) -> bool:
        return self.options.reference

    @property
    @override
    def context(self) -> int:
        return self.options.context

    @property
    @override
    def group_size(self) -> int:
        return self.options.batch_size

    @property
    @override
    def repeats(self) -> int:
        return self.options.repeats

    @cached_property
    @override
    def once(self) -> Judge:
        """This judge with one repetition."""
        return self if self.repeats == 1 else self._with(repeats=1)

    @property
    @override
    def without_budget(self) -> Judge:
        return self._with(max_cost=None)

    @property
    @override
    def statistic_names(self) -> tuple[str, ...]:
        """The mean and 1, and each repetition's score where there are several."""
        several = range(1, self.repeats + 1) if self.repeats > 1 else ()
        return (*super().statistic_names, *(f"repeat{number}" for number in several))

    @override
    def notes(self, languages: LanguagePair) -> tuple[str, ...]:
        """That a judge is to be judged, too; until then it leads no verdict (`Metric.trust`)."""
        return (
            "a language model's opinion: how far it agrees with people on these languages, "
            "`mtqe metaeval` tells; other metrics lead the verdict",
        )

    @override
    def remarks(self, statistics: Matrix) -> tuple[str, ...]:
        """That the judge says nearly always the same, and how far repetitions lie apart."""
        scored = statistics[~np.isnan(statistics).any(axis=1)]
        values, times = np.unique(scored[:, 0], return_counts=True)
        same: tuple[str, ...] = ()
        if len(scored) >= FEW and times.max() >= NEARLY_ALL * len(scored):
            same = (
                f"{times.max():,} of {len(scored):,} translations have the same score, "
                f"{values[times.argmax()]:g}: this judge hardly tells translations apart",
            )
        if self.repeats == 1 or not len(scored):
            return same
        spread = float(np.sqrt(scored[:, 2:].var(axis=1, ddof=1).mean()))
        return (
            *same,
            f"judged {self.repeats} times: one judgement of a translation lies {spread:.1f} from "
            "its mean (standard deviation); intervals count that",
        )

    @override
    def check(self) -> None:
        """See that the key is there; asks no server.

        Raises:
            MetricError: it is missing; names the environment variable.
        """
        try:
            self._server()
        except BackendError as error:
            raise MetricError(f"judge: {error}") from error

    @override
    def signature(self, reference_count: str) -> Signature:
        """All that judgements depend on."""
        options = self.options
        given = json.dumps(options.parameters, sort_keys=True)
        fields = {
            "metric": self.name,
            "kind": options.kind,
            "model": options.model,
            "api": options.api,
            "server": self.server_url,
            "prompt": self._prompt.name,
            "languages": f"{self.source_language}-{self.target_language}",
            "source": "yes" if options.source else "no",
            "nrefs": reference_count if options.reference else "0",
            "context": str(options.context),
            "temperature": _written(options.temperature),
            "repeats": str(options.repeats),
            "batch": str(options.batch_size),
            "tokens": str(options.max_tokens),
            "schema": options.schema,
            "misquoted": options.misquoted,
            **({"parameters": stand_in(given)} if options.parameters else {}),
        }
        return Signature(tuple((key, value.replace("|", "/")) for key, value in fields.items()))

    @property
    @override
    def gives_details(self) -> bool:
        return True

    @property
    @override
    def finds_spans(self) -> bool:
        return self.options.kind != "da"

    @property
    @override
    def usage(self) -> Usage | None:
        return self.once._meter.usage() if self.once._meter.requests else None

    @override
    def asking(self, samples: Sequence[Sample]) -> Asking | None:
        """By bytes: the prompt once a request, and what is shown of each translation."""
        options = self.options
        requests = list(batches(samples, options.batch_size))
        told = len(self._told.system(several=options.batch_size > 1).encode())
        shown = sum(len(payload({"": sample}, options).encode()) for sample in samples)
        read = (told * len(requests) + shown) // BYTES_PER_TOKEN
        written = WRITTEN_TOKENS[options.kind] * len(samples)
        cost, currency = None, ""
        if self._price is not None:
            cost, currency = self._price.cost(0, read, written), options.currency
        return Asking(len(samples), len(requests), read, written, cost, currency)

    @property
    @override
    def has_budget(self) -> bool:
        return self.options.max_cost is not None

    @override
    def objection(self, asking: Asking) -> str | None:
        limit = self.options.max_cost
        if limit is None or asking.cost is None or asking.cost <= limit:
            return None
        return (
            f"{asking.judgements:,} judgements cost about {money(asking.cost, asking.currency)}, "
            f"more than max_cost = {limit:g}"
        )

    @override
    def stream(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[Chunk]:
        for chunk in self.stream_details(samples, pool):
            yield chunk.indices, chunk.statistics

    @override
    def stream_details(self, samples: Sequence[Sample], pool: ModelPool) -> Iterator[DetailedChunk]:
        """Give each judgement as soon as its request is answered.

        What is still open when the server takes no more requests, or the budget is used up, fails
        with that reason.
        """
        server = self._server()
        waiting = dict.fromkeys(range(len(samples)))
        job = JudgingJob(server, self._told, samples, self._meter)
        try:
            for judged in stream(job.run):
                waiting.pop(judged.index)
                yield _chunk(judged)
        except Stopped as stopped:
            reason = server.hide(str(stopped))
            for index in waiting:
                yield _chunk(Judged(index, reason=reason))

    @override
    def merged(self, statistics: Matrix, details: Sequence[Details]) -> tuple[Matrix, Details]:
        """The mean of all repetitions; unscored where one of them failed.

        The spans are those of the first repetition: a mean of marks is none.
        """
        failure = next((said.failure for said in details if said.failure), "")
        if failure or np.isnan(statistics).any():
            nothing = np.full(len(self.statistic_names), np.nan)
            return nothing, Details(failure=failure)
        scores = statistics[:, 0]
        row = np.array([scores.mean(), 1.0, *scores])
        spread = {"spread": float(scores.std(ddof=1))}
        return row, Details(details[0].spans, spread, answered_by=details[0].answered_by)

    @cached_property
    def _meter(self) -> UsageMeter:
        return UsageMeter(self._price, Budget(self.options.max_cost))

    @property
    def _price(self) -> Price | None:
        given = self.options.input_price, self.options.output_price
        if given == (None, None):
            return None
        return Price(0.0, given[0] or 0.0, given[1] or 0.0, self.options.currency)

    @property
    def _prompt(self) -> Prompt:
        if self.instructions:
            return custom_prompt(self.instructions)
        return own_prompt(self.options.kind)

    @property
    def _told(self) -> Instructions:
        languages = LanguagePair(self.source_language, self.target_language)
        return Instructions(self._prompt, self.options, languages)

    @property
    @override
    def server_url(self) -> str:
        protocol = PROTOCOLS[self.options.api]
        return checked_url(self.options.url or protocol.default_url, "metrics.judge")

    def _server(self) -> Server:
        protocol = PROTOCOLS[self.options.api]
        variable = chosen_variable(self.options, protocol.key_variable, "metrics.judge")
        key = None if variable is None else require_key(variable)
        return Server(self.server_url, protocol, variable, key)

    def _with(self, **changed: Any) -> Judge:  # noqa: ANN401 - options of any type
        return replace(self, options=replace(self.options, **changed))


def _check(options: JudgeOptions, where: str) -> None:
    refuse_literal_keys({**vars(options), "key_variable": None}, where)
    protocol = PROTOCOLS[options.api]
    checked_url(options.url or protocol.default_url, where)
    chosen_variable(options, protocol.key_variable, where)
    if options.max_cost is not None and (options.input_price, options.output_price) == (None, None):
        raise ConfigError(
            f"{where}.max_cost needs prices; set `input_price` and `output_price` beside it."
        )
    if options.repeats > 1 and options.temperature == 0:
        raise ConfigError(
            f"{where}.repeats: at temperature 0 a model says the same each time; set `temperature` "
            "above 0, or below 0 to leave it to the server."
        )
    if options.api != "openai" and options.schema not in ("auto", "none"):
        raise ConfigError(f'{where}.schema: {options.api} has none; write "auto".')


def _written(value: float) -> str:
    """A number in as few digits as tell it from all others."""
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def _chunk(judged: Judged) -> DetailedChunk:
    index = np.array([judged.index])
    if judged.judgement is None:
        return DetailedChunk(index, np.full((1, 2), np.nan), [Details(failure=judged.reason)])
    said = Details(judged.judgement.spans, answered_by=judged.model)
    return DetailedChunk(index, np.array([[judged.judgement.score, 1.0]]), [said])
