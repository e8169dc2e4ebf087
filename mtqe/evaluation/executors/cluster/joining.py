"""Joining a Ray cluster, or starting one on this machine, and what is said where that fails."""

from __future__ import annotations

import logging
import os
import re
import socket
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from types import ModuleType
from typing import Any

from mtqe.errors import ConfigError
from mtqe.support.extras import import_extra

EXTRA = "ray"
MTQE = version("mtqe")
CLIENT = "ray://"
ADDRESS = "RAY_ADDRESS"
"""The variable in which Ray itself looks for the address of a cluster."""
ANSWER = 10.0
"""Seconds that a cluster's address has to answer."""
TOKEN = (
    "Where the cluster asks for a token, set RAY_AUTH_MODE=token and bring the head's "
    "~/.ray/auth_token here."
)
PROBE = 300.0
"""Seconds that all nodes have to say what is installed there; processes start slowly."""
VERSIONS = re.compile(r"Ray: (\S+)\s+Python: (\d[\d.]*\d)")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Node:
    """A machine of a cluster that is there now.

    Attributes:
        id: Ray's name of it.
        host: what people call it.
        cpus: number of its processors that Ray may use.
        gpus: number of its GPUs.
    """

    id: str
    host: str
    cpus: int
    gpus: int


class Cluster:
    """A cluster that this process has joined.

    Attributes:
        ray: the package.
    """

    def __init__(self, address: str) -> None:
        """Join the cluster of an address, or find or start one.

        Args:
            address: ``ray``, or ``ray://HOST:PORT``.

        Raises:
            ConfigError: Ray is not installed, the cluster can't be reached, or is of other
                versions.
        """
        self.ray = import_ray()
        self._is_ours = not self.ray.is_initialized()
        if self._is_ours:
            _connect(self.ray, address)
        self._known: set[str] = set()
        try:
            self.check(self.nodes())
        except BaseException:
            self.close()
            raise

    def nodes(self) -> tuple[Node, ...]:
        """The machines that are there now."""
        return tuple(
            Node(
                found["NodeID"],
                found["NodeManagerHostname"],
                int(found["Resources"].get("CPU", 0)),
                int(found["Resources"].get("GPU", 0)),
            )
            for found in self.ray.nodes()
            if found["Alive"]
        )

    def on(self, node: Node) -> Any:  # noqa: ANN401 - Ray's own object
        """The strategy of scheduling that takes this node and no other."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        return NodeAffinitySchedulingStrategy(node.id, soft=False)

    def check(self, nodes: Sequence[Node]) -> None:
        """See that nodes that were not seen before have this version of mtqe.

        Raises:
            ConfigError: one has another, or none.
        """
        new = [node for node in nodes if node.id not in self._known]
        probe = self.ray.remote(_probe())
        asked = [
            probe.options(num_cpus=0, max_retries=0, scheduling_strategy=self.on(node)).remote()
            for node in new
        ]
        errors = self.ray.exceptions
        for node, reference in zip(new, asked, strict=True):
            try:
                found = self.ray.get(reference, timeout=PROBE)
            except errors.GetTimeoutError:
                raise ConfigError(
                    f"the node {node.host} starts no process within {PROBE:.0f} s; look at its "
                    "load and at Ray's log there, or take it out of the cluster."
                ) from None
            except errors.RayError:
                if node.id in {alive.id for alive in self.nodes()}:
                    raise
                continue  # it has just gone
            _check_version(node, found)
            self._known.add(node.id)

    def close(self) -> None:
        """Leave the cluster; one that was started here ends."""
        if self._is_ours:
            self.ray.shutdown()


def import_ray() -> ModuleType:
    """The package.

    Raises:
        ConfigError: it is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # mtqe tells nobody what it is used for
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ray = import_extra("ray", EXTRA, "Clusters (--executor ray)", ConfigError)
        import_extra("ray.exceptions", EXTRA, "Clusters (--executor ray)", ConfigError)
    return ray


def check_address(address: str) -> None:
    """See that something listens at the address of a cluster; one that is found or started is fine.

    Raises:
        ConfigError: it has no port, or nothing answers there.
    """
    if (given := _given(address)) is None:
        return
    host, _, port = given.removeprefix(CLIENT).partition("/")[0].rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigError(
            f"{given} is not the address of a cluster: write {CLIENT}HOST:PORT, such as "
            f"{CLIENT}head:10001."
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWER).close()
    except (OSError, ValueError) as error:  # the latter for what no host can be called
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(_unreachable(given, reason)) from error


def _given(address: str) -> str | None:
    """The address that was given, here or in the environment; None to find or start a cluster."""
    if address.startswith(CLIENT):
        return address
    found = os.environ.get(ADDRESS, "")
    return None if found in ("", "auto", "local") else found


def _connect(ray: ModuleType, address: str) -> None:
    check_address(address)
    given = _given(address)
    if given is not None and given.startswith(CLIENT):
        import_extra("grpc", EXTRA, "Clusters at an address (ray://)", ConfigError)
    try:
        _join(ray, given)
    except Exception as error:
        with suppress(Exception):
            ray.shutdown()
        where = given or "on this machine"
        if "version mismatch" in str(error).lower():
            raise ConfigError(_mismatch(where, str(error))) from error
        raise ConfigError(f"{_unreachable(where, _first_line(error))} {TOKEN}") from error


def _join(ray: ModuleType, given: str | None) -> None:
    """Join a cluster; without an address the one of this machine, or a new one."""
    quiet: Mapping[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Ray will change one day
        try:
            ray.init(address=given, **quiet)
        except ConnectionError as error:
            if given is not None:
                raise
            log.warning(
                "the Ray cluster that this machine belonged to does not answer (%s), so mtqe "
                "starts one here; `ray stop` makes Ray forget it.",
                _first_line(error),
            )
            ray.shutdown()
            ray.init(address="local", **quiet)


def _unreachable(where: str, reason: str) -> str:
    return (
        f"the Ray cluster {where} can't be reached ({reason}): see that its head runs (`ray start "
        "--head` there, which listens for ray:// on port 10001) and that no firewall is between."
    )


def _mismatch(where: str, said: str) -> str:
    found = VERSIONS.findall(said)
    if len(found) == 2:
        (ray, python), (our_ray, our_python) = found
        said = f"Ray {ray} and Python {python} there, Ray {our_ray} and Python {our_python} here"
    return f"the Ray cluster {where} has other versions ({said}): install the same on every node."


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[0][:200]


def _probe() -> Any:  # noqa: ANN401 - a function, pickled by value as no module has it
    def installed() -> str | None:
        """The version of mtqe on a node that may have none."""
        from importlib.metadata import PackageNotFoundError, version
        from importlib.util import find_spec

        try:
            return version("mtqe") if find_spec("mtqe") else None
        except PackageNotFoundError:
            return None

    return installed


def _check_version(node: Node, found: str | None) -> None:
    if found != MTQE:
        has = "no mtqe" if found is None else f"mtqe {found}"
        raise ConfigError(
            f"the node {node.host} has {has}, and mtqe {MTQE} was started: run `pip install "
            f"'mtqe[{EXTRA}]=={MTQE}'` there, and install the extras that are used here."
        )
