"""Who computes blocks on a cluster, how many they get at once, and what is done when one is lost.

Blocks are given out again here, not by Ray's own repetitions: those wait for a lost machine's place
however long it takes, and repeat without end what memory did not suffice for.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from typing_extensions import override

from mtqe.errors import ConfigError, MetricError
from mtqe.evaluation.executors.cluster.joining import Cluster, Node
from mtqe.evaluation.executors.cluster.remote import Answer, Settings, Worker, answer, answer_about

AHEAD = 2
"""Blocks per process that are given out at once, so that it need not wait for the next one."""
TRIES = 3
"""Processes that may die of one block."""
LOOK = 1.0
"""Seconds between two looks at what has changed, where no block ends."""
NODES = 5.0
"""Seconds between two looks at which nodes there are."""
NOTICE = 60.0
"""Seconds without a process to compute with, after which that is said."""

NO_CPU = "processor to compute with: start nodes without --num-cpus=0"

log = logging.getLogger(__name__)


@dataclass
class Given:
    """A block that was given out.

    Attributes:
        number: which one it is.
        message: the block, pickled.
        deaths: processes that died of it.
    """

    number: int
    message: bytes
    deaths: int = 0


class Crew(Protocol):
    """Processes that compute blocks. References are Ray's, and may come back as equal copies."""

    @property
    def has_room(self) -> bool:
        """Whether a block can be given out now."""

    def starting(self) -> list[Any]:
        """References that are ready when another process can work."""

    def started(self, reference: Any) -> None:  # noqa: ANN401
        """One of `starting` is ready, or lost."""

    def send(self, message: bytes) -> Any:  # noqa: ANN401
        """Give a block out; the reference of its `Answer`."""

    def returned(self, reference: Any) -> None:  # noqa: ANN401
        """Its answer was taken."""

    def lost(self, reference: Any) -> bool:  # noqa: ANN401
        """It has no answer; whether the block may be what its process died of."""

    def refresh(self) -> None:
        """Take in machines that have come.

        Raises:
            ConfigError: there is no machine that could compute this.
        """

    def close(self, references: list[Any]) -> None:
        """Drop the blocks that are given out; end processes that hold something."""


class Tasks(Crew):
    """Processes that Ray starts as blocks come, on any processor of the cluster."""

    def __init__(self, cluster: Cluster, settings: Settings, shared: Any = None) -> None:  # noqa: ANN401
        """Start nothing yet.

        Args:
            cluster: where.
            settings: how.
            shared: a reference to what all blocks need, which every node fetches once; None where
                each block has all that it needs.
        """
        self._cluster = cluster
        self._settings = settings
        self._before = () if shared is None else (shared,)
        function = answer if shared is None else answer_about
        self._remote = cluster.ray.remote(num_cpus=1, max_retries=0)(function)
        self._open: set[Any] = set()
        self._nodes: tuple[Node, ...] = ()

    @property
    @override
    def has_room(self) -> bool:
        return len(self._open) < AHEAD * sum(node.cpus for node in self._nodes)

    @override
    def starting(self) -> list[Any]:
        return []

    @override
    def started(self, reference: Any) -> None: ...

    @override
    def send(self, message: bytes) -> Any:
        reference = self._remote.remote(*self._before, message, self._settings)
        self._open.add(reference)
        return reference

    @override
    def returned(self, reference: Any) -> None:
        self._open.discard(reference)

    @override
    def lost(self, reference: Any) -> bool:
        self._open.discard(reference)
        alive = {node.id for node in self._cluster.nodes()}
        return all(node.id in alive for node in self._nodes)

    @override
    def refresh(self) -> None:
        self._nodes = self._cluster.nodes()
        self._cluster.check(self._nodes)
        if not any(node.cpus for node in self._nodes):
            raise ConfigError(f"the Ray cluster has no {NO_CPU}.")

    @override
    def close(self, references: list[Any]) -> None:
        for reference in references:
            with suppress(Exception):  # it may have ended, or its node may be gone
                self._cluster.ray.cancel(reference, force=True)


@dataclass(eq=False)
class _Actor:
    """A process that keeps models, and what it was given, oldest first."""

    handle: Any
    node: str
    ready: Any
    is_ready: bool = False
    is_blamed: bool = False
    open: deque[Any] = field(default_factory=deque)


class Actors(Crew):
    """Processes that keep models loaded: one for each GPU, or for each share of a node's cores."""

    def __init__(self, cluster: Cluster, settings: Settings, device: str) -> None:
        """Start nothing yet.

        Args:
            cluster: where.
            settings: how.
            device: ``auto`` (GPUs where the cluster has some), ``cpu`` or ``cuda``.
        """
        self._cluster = cluster
        self._settings = settings
        self._device = device
        self._remote = cluster.ray.remote(max_restarts=0, max_task_retries=0)(Worker)
        self._actors: list[_Actor] = []
        self._owners: dict[Any, _Actor] = {}
        self._deaths = 0

    @property
    @override
    def has_room(self) -> bool:
        return self._freest() is not None

    @override
    def starting(self) -> list[Any]:
        return [actor.ready for actor in self._actors if not actor.is_ready]

    @override
    def started(self, reference: Any) -> None:
        actor = next(actor for actor in self._actors if actor.ready == reference)
        try:
            self._cluster.ray.get(reference)
            actor.is_ready = True
        except self._cluster.ray.exceptions.RayError as error:
            self._drop(actor)
            if actor.node in {node.id for node in self._cluster.nodes()}:
                self._deaths += 1
            if self._deaths >= TRIES:
                raise ConfigError(
                    "no process can be started on the Ray cluster "
                    f"({str(error).splitlines()[-1][:300]})."
                ) from error
            self.refresh()

    @override
    def send(self, message: bytes) -> Any:
        actor = self._freest()
        assert actor is not None
        reference = actor.handle.answer.remote(message)
        actor.open.append(reference)
        self._owners[reference] = actor
        return reference

    @override
    def returned(self, reference: Any) -> None:
        self._deaths = 0
        self._owners.pop(reference).open.remove(reference)

    @override
    def lost(self, reference: Any) -> bool:
        actor = self._owners.pop(reference)
        # Only the oldest block was computed when its process died; the others waited behind it.
        was_computed = not actor.is_blamed and actor.open[0] == reference
        actor.is_blamed |= was_computed
        actor.open.remove(reference)
        self._drop(actor)
        return was_computed and actor.node in {node.id for node in self._cluster.nodes()}

    @override
    def refresh(self) -> None:
        nodes = self._cluster.nodes()
        self._cluster.check(nodes)
        gpus = self._device == "cuda" or (self._device == "auto" and any(n.gpus for n in nodes))
        if not any(node.gpus if gpus else node.cpus for node in nodes):
            wanted = "GPU: start a node that has one, or leave --device out" if gpus else NO_CPU
            raise ConfigError(f"the Ray cluster has no {wanted}.")
        for node in nodes:
            here = sum(actor.node == node.id for actor in self._actors)
            cores = min(self._settings.threads or node.cpus, node.cpus)
            number = node.gpus if gpus else node.cpus // max(1, cores)
            for _ in range(number - here):
                self._actors.append(self._start(node, gpus, cores))

    @override
    def close(self, references: list[Any]) -> None:
        """End all processes, as they hold processors that other work needs."""
        for actor in list(self._actors):
            self._drop(actor)
        self._owners.clear()

    def _start(self, node: Node, gpus: bool, cores: int) -> _Actor:
        takes = {"num_gpus": 1, "num_cpus": 0} if gpus else {"num_gpus": 0, "num_cpus": cores}
        handle = self._remote.options(**takes, scheduling_strategy=self._cluster.on(node)).remote(
            self._settings, "cuda" if gpus else "cpu", cores
        )
        return _Actor(handle, node.id, handle.ready.remote())

    def _freest(self) -> _Actor | None:
        free = [actor for actor in self._actors if actor.is_ready and len(actor.open) < AHEAD]
        return min(free, key=lambda actor: len(actor.open), default=None)

    def _drop(self, actor: _Actor) -> None:
        """End a process, which may have ended already, or can't be reached."""
        if actor in self._actors:
            self._actors.remove(actor)
            with suppress(Exception):
                self._cluster.ray.kill(actor.handle)


def compute(
    cluster: Cluster, crew: Crew, blocks: Iterator[bytes], what: str
) -> Iterator[tuple[int, Answer]]:
    """Have blocks computed; those of a process or a machine that is lost are given out again.

    Args:
        cluster: where.
        crew: by whom; it is closed unless all blocks are computed.
        blocks: pickled blocks, taken as there is room for them.
        what: what the blocks are about, for messages.

    Returns:
        Numbers of blocks and their answers, as they are done.

    Raises:
        MetricError: processes die of a block.
        ConfigError: there is no machine to compute with, or one can't do it.
    """
    work = _Work(cluster, crew, blocks, what)
    try:
        yield from work.answers()
    except BaseException:
        crew.close(list(work.open))
        raise


class _Work:
    """Blocks on their way."""

    def __init__(self, cluster: Cluster, crew: Crew, blocks: Iterator[bytes], what: str) -> None:
        self._ray = cluster.ray
        self._crew = crew
        self._what = what
        self._fresh = (Given(number, message) for number, message in enumerate(blocks))
        self._waiting: deque[Given] = deque()
        self._looked = self._idle_since = time.monotonic()
        self.open: dict[Any, Given] = {}

    def answers(self) -> Iterator[tuple[int, Answer]]:
        """See `compute`."""
        self._crew.refresh()
        while self._give_out() or self.open:
            starting = self._crew.starting()
            done, _ = self._ray.wait([*self.open, *starting], num_returns=1, timeout=LOOK)
            for reference in done:
                if reference not in self.open:
                    self._crew.started(reference)
                elif (found := self._take(reference)) is not None:
                    yield found
            self._look()

    def _give_out(self) -> bool:
        """Give blocks out while there is room; whether there are any left that wait for it."""
        while self._waiting or self._fetch():
            if not self._crew.has_room:
                return True
            given = self._waiting.popleft()
            self.open[self._crew.send(given.message)] = given
        return False

    def _fetch(self) -> bool:
        self._waiting.extend([given] if (given := next(self._fresh, None)) else [])
        return bool(self._waiting)

    def _take(self, reference: Any) -> tuple[int, Answer] | None:  # noqa: ANN401
        """A block's answer; None if it was lost."""
        errors = self._ray.exceptions
        given = self.open.pop(reference)
        try:
            found: Answer = self._ray.get(reference)
        except (
            errors.RayActorError, errors.WorkerCrashedError, errors.NodeDiedError,
            errors.ObjectLostError, errors.OutOfMemoryError,
        ) as error:  # fmt: skip
            given.deaths += self._crew.lost(reference)
            if given.deaths >= TRIES:
                raise self._deadly(error) from error
            self._waiting.append(given)
            self._crew.refresh()
            return None
        except errors.RayError as error:
            raise ConfigError(
                f"the Ray cluster can't compute {self._what} "
                f"({str(error).strip().splitlines()[-1][:300]}): install on every node what is "
                "installed here, or use --executor local."
            ) from error
        self._crew.returned(reference)
        for record in found.records:
            logging.getLogger(record.name).handle(record)
        return given.number, found

    def _look(self) -> None:
        """From time to time: have nodes come, and is there anything to compute with?"""
        now = time.monotonic()
        if now - self._looked >= NODES:
            self._looked = now
            self._crew.refresh()
        if self.open:
            self._idle_since = now
        elif now - self._idle_since >= NOTICE:
            self._idle_since = now
            log.warning(
                "nothing of %s is computed: the Ray cluster is busy, or starts no process; "
                "waiting.",
                self._what,
            )

    def _deadly(self, error: Exception) -> MetricError:
        ran_out = isinstance(error, self._ray.exceptions.OutOfMemoryError)
        why = "as memory ran out" if ran_out else "as happens where memory runs out"
        return MetricError(
            f"{TRIES} processes of the Ray cluster died of one block of {self._what}, "
            f"{why}: set a smaller --batch-tokens, or fewer processes per node (`threads` of "
            "[compute]). What is done is in the cache."
        )
