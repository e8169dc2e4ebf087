"""The requests of a judge: batches, answers put to translations, what is asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pydantic import SecretStr

from mtqe.corpus.base import LanguagePair
from mtqe.metrics.base import Sample
from mtqe.metrics.judge.answers import Judgement, Reader
from mtqe.metrics.judge.material import encoded, ids, payload
from mtqe.metrics.judge.options import JudgeOptions
from mtqe.metrics.judge.prompts import Prompt
from mtqe.metrics.judge.schema import answer_schema
from mtqe.support.chat.base import Chat, Protocol
from mtqe.support.chat.forms import Forms, SchemaForm, forms_to_try, response_format
from mtqe.support.http.client import ANSWER_ATTEMPTS, Client
from mtqe.support.http.faults import BadAnswer, Fault, Transient, Unacceptable
from mtqe.support.http.keys import redact, repeats_key
from mtqe.support.http.messages import READ, Call, Reply
from mtqe.support.http.statuses import fault_of
from mtqe.support.http.usage_meter import UsageMeter

WAITING = 3
"""Requests that may wait to be repeated for each one that is under way."""
PATIENCE = 8
"""Requests in a row, each with all its repetitions, whose failure proves a server broken."""
LONGEST_REASON = 300
"""Characters of a failure's reason, without keys."""
LONGEST_NAME = 200
OPEN_BATCHES = 64


@dataclass(frozen=True)
class Judged:
    """What became of one sample.

    Attributes:
        index: its place among the samples.
        judgement: None where there is none.
        reason: why there is none.
        model: exact name of the model that answered.
    """

    index: int
    judgement: Judgement | None = None
    reason: str = ""
    model: str = ""


@dataclass(frozen=True)
class Server:
    """Who is asked, and with which key.

    Attributes:
        url: its address.
        protocol: how requests and answers look.
        variable: the environment variable of the key; None for no key.
        key: None where none is needed.
    """

    url: str
    protocol: type[Protocol]
    variable: str | None = None
    key: SecretStr | None = None

    @property
    def _keys(self) -> tuple[SecretStr, ...]:
        return () if self.key is None else (self.key,)

    def fault(self, reply: Reply) -> Fault:
        """What an unsuccessful reply means."""
        return self.protocol.sharpened(fault_of(reply, self.hide, self.variable), reply)

    def hide(self, text: str) -> str:
        """The text without the key, in whatever form the server repeats it."""
        return redact(text[:READ], self._keys)

    def repeats_key(self, text: str) -> bool:
        """Whether the key is in an answer, so that it must not be kept."""
        return repeats_key(text, self._keys)

    def call(self, chat: Chat) -> Call:
        """The request."""
        key = "" if self.key is None else self.key.get_secret_value()
        return self.protocol.call(self.url, key, chat)


@dataclass(frozen=True)
class Instructions:
    """What the model is told beside the texts.

    Attributes:
        prompt: mtqe's own or a user's.
        options: of the judge.
        languages: the direction of translation.
    """

    prompt: Prompt
    options: JudgeOptions
    languages: LanguagePair

    def system(self, *, several: bool) -> str:
        """The text before all texts."""
        return self.prompt.filled(self.options, self.languages, several=several)

    def user(self, samples: Mapping[str, Sample], objection: str) -> str:
        """The texts, and what was wrong with the last answer."""
        texts = payload(samples, self.options)
        if not objection:
            return texts
        return (
            f"{texts}\n\nYour last answer could not be used: {encoded(objection)}. Answer again, "
            "as you were told above the texts."
        )


class JudgingJob:
    """All requests of one `stream`."""

    def __init__(
        self,
        server: Server,
        instructions: Instructions,
        samples: Sequence[Sample],
        meter: UsageMeter,
    ) -> None:
        """Set up a job that has sent nothing yet."""
        self._server = server
        self._instructions = instructions
        self._options = instructions.options
        self._samples = samples
        self._meter = meter
        self._batches = batches(samples, self._options.batch_size)
        self._forms = Forms(forms_to_try(self._options.schema, server.protocol))
        self._failures = 0

    async def run(self, emit: Callable[[Judged], None]) -> None:
        """Judge everything.

        Raises:
            Stopped: the server takes no request any more, or the budget is used up; requests under
                way have ended.
        """
        async with Client(self._options, self._server, self._meter) as client:
            workers = self._options.concurrency * (1 + WAITING)
            ends = await asyncio.gather(
                *(self._drain(client, emit) for _ in range(workers)), return_exceptions=True
            )
        for end in ends:
            if end is not None:
                raise end

    async def _drain(self, client: Client, emit: Callable[[Judged], None]) -> None:
        for batch in self._batches:
            await self._judge(batch, client, emit)

    async def _judge(
        self, batch: Sequence[int], client: Client, emit: Callable[[Judged], None]
    ) -> None:
        named = ids([self._samples[index] for index in batch])
        try:
            found, model = await self._ask(named, client)
        except (BadAnswer, Unacceptable) as fault:
            if len(batch) > 1:
                middle = len(batch) // 2
                await self._judge(batch[:middle], client, emit)
                await self._judge(batch[middle:], client, emit)
            else:
                self._fail(batch, fault, emit)
        except Transient as fault:
            self._fail(batch, fault, emit)
            self._failures += 1
            if self._failures >= PATIENCE:
                client.stop(f"{fault}; given up after {self._failures} failed requests in a row")
        else:
            self._failures = 0
            again = []
            for index, result in zip(batch, found.values(), strict=True):
                if isinstance(result, BadAnswer):
                    again.append(index)
                else:
                    emit(Judged(index, result, model=model))
            for index in again:  # alone, so that no other text can be mixed up with it
                await self._judge([index], client, emit)

    async def _ask(
        self, samples: Mapping[str, Sample], client: Client
    ) -> tuple[dict[str, Judgement | BadAnswer], str]:
        """What the server says of some samples, by the strictest form that it takes."""
        refused: Unacceptable | None = None
        while True:
            exchange = _Exchange(self._server, self._instructions, samples, self._meter)
            try:
                found = await client.exchange(
                    partial(exchange.call, lambda: self._forms.now), exchange.read
                )
            except Unacceptable as fault:
                refused = refused or fault
                if not self._forms.refused(exchange.form):
                    raise refused from None
            else:
                self._forms.took(exchange.form)
                return found, exchange.model

    def _fail(self, batch: Sequence[int], fault: Fault, emit: Callable[[Judged], None]) -> None:
        reason = self._server.hide(str(fault))[:LONGEST_REASON]
        for index in batch:
            emit(Judged(index, reason=reason))


class _Exchange:
    """One request until it has a usable answer; each attempt knows what was wrong before."""

    def __init__(
        self,
        server: Server,
        instructions: Instructions,
        samples: Mapping[str, Sample],
        meter: UsageMeter,
    ) -> None:
        self.model = ""
        self.form: SchemaForm = "none"
        self._server = server
        self._instructions = instructions
        self._samples = samples
        self._meter = meter
        self._objection = ""
        self._attempts = 0

    def call(self, form: Callable[[], SchemaForm]) -> Call:
        """The request in a form, by what is known when it is sent."""
        self._attempts += 1
        self.form = form()
        options = self._instructions.options
        several = len(self._samples) > 1
        longest = max(max(len(s.source), len(s.hypothesis)) for s in self._samples.values())
        repeat = next(iter(self._samples.values())).repeat
        chat = Chat(
            model=options.model,
            system=self._instructions.system(several=several),
            user=self._instructions.user(self._samples, self._objection),
            max_tokens=options.max_tokens * len(self._samples),
            temperature=options.temperature,
            parameters={
                **response_format(
                    self.form, "judgement", answer_schema(options, longest, several=several)
                ),
                **_seeded(options, repeat),
            },
        )
        return self._server.call(chat)

    def read(self, data: object) -> dict[str, Judgement | BadAnswer]:
        """The judgements of an answer.

        Raises:
            BadAnswer: it can't be used.
        """
        try:
            return self._read(data)
        except BadAnswer as fault:
            self._objection = self._server.hide(str(fault))[:LONGEST_REASON]
            raise

    def _read(self, data: object) -> dict[str, Judgement | BadAnswer]:
        protocol = self._server.protocol
        characters = sum(len(sample.hypothesis) for sample in self._samples.values())
        self._meter.answered(characters, protocol.tokens_used(data))  # usable or not: it is billed
        reading = protocol.reading(data)
        if self._server.repeats_key(reading.text):
            raise BadAnswer("an answer that repeats the key, which must not be kept")
        self.model = self._server.hide(reading.model)[:LONGEST_NAME]
        options = self._instructions.options
        last = self._attempts >= min(options.attempts, ANSWER_ATTEMPTS)
        alone = len(self._samples) == 1
        reader = Reader(options, lenient=options.misquoted == "drop" and last and alone)
        return reader.read(reading.text, self._samples)


def batches(samples: Sequence[Sample], size: int) -> Iterator[Sequence[int]]:
    """Places of samples that share a request: of one group and repetition, and no source twice.

    Groups are what comparisons resample, so that what a request does to all that it holds is not
    taken for as many independent opinions. Two translations of one source would be compared with
    each other instead of being judged.

    Batches come in the order of their first samples, so that work that breaks off has whole
    segments done.
    """
    if size == 1:
        yield from ([index] for index in range(len(samples)))
        return
    made: list[list[int]] = []
    still_open: dict[object, list[list[int]]] = {}
    for index, sample in enumerate(samples):
        mine = still_open.setdefault((sample.group, sample.repeat), [])
        for batch in mine:
            if all(samples[other].source != sample.source for other in batch):
                break
        else:
            batch = []
            mine.append(batch)
            made.append(batch)
        batch.append(index)
        if len(batch) == size or len(mine) > OPEN_BATCHES:
            mine.remove(batch if len(batch) == size else mine[0])
    yield from made


def _seeded(options: JudgeOptions, repeat: int) -> dict[str, object]:
    seed = options.parameters.get("seed")
    if not isinstance(seed, int) or isinstance(seed, bool):
        return options.parameters
    return {**options.parameters, "seed": seed + repeat}
