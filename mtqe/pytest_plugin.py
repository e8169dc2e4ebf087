"""Translation quality in pytest: runs as a fixture, gate rules as tests.

In a test, ``run = mtqe_run("references/en-es", metrics=["chrf"])`` evaluates once a session, and
``run.chrf.apertium`` is a score. With ``--mtqe``, each rule of the ``mtqe.toml`` files that pytest
comes across is a test. pytest imports this module whenever mtqe is installed, so it imports nothing
else before a test asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from mtqe.support.toml import CONFIG

if TYPE_CHECKING:
    from mtqe.gate import Gate
    from mtqe.run import Run


T = TypeVar("T")


class SystemScores:
    """One metric's corpus scores by system: ``scores.apertium`` or ``scores["apertium-2"]``."""

    def __init__(self, metric: str, scores: dict[str, float | None]) -> None:
        self._metric = metric
        self._scores = scores

    def __getitem__(self, system: str) -> float:
        return getattr(self, system)  # type: ignore[no-any-return]

    def __getattr__(self, system: str) -> float:
        score = _look_up(system, self._scores, "system")
        if score is None:
            raise AttributeError(f"no segment of {system!r} is scored by {self._metric!r}")
        return score


class RunScores:
    """A run's corpus scores, unrounded: ``run.comet.apertium`` or ``run["chrf++"]["my-engine"]``.

    Attributes:
        run: the run itself, with its segments and statistics.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._metrics = {
            metric.name: SystemScores(
                metric.name, {s.name: s.score(metric.name).score for s in run.manifest.systems}
            )
            for metric in run.manifest.metrics
        }

    def __getitem__(self, metric: str) -> SystemScores:
        return getattr(self, metric)  # type: ignore[no-any-return]

    def __getattr__(self, metric: str) -> SystemScores:
        return _look_up(metric, self._metrics, "metric")


def _look_up(name: str, known: Mapping[str, T], kind: str) -> T:
    from mtqe.support.options import suggestion

    if name not in known:
        raise AttributeError(f"the run has no {kind} {name!r}; {suggestion(name, known)}")
    return known[name]


Evaluate = Callable[..., RunScores]


@pytest.fixture(scope="session")
def mtqe_run() -> Evaluate:
    """Evaluate ``mtqe.toml``, or its folder, once a session for each choice of systems and metrics.

    Call it with the configuration, and if need be `systems` and `metrics`, lists of names.
    """
    done: dict[tuple[object, ...], RunScores] = {}

    def evaluate(
        config: str | Path, systems: Sequence[str] = (), metrics: Sequence[str] = ()
    ) -> RunScores:
        from mtqe.api import run_config

        key = (Path(config).resolve(), tuple(systems), tuple(metrics))
        if key not in done:
            done[key] = RunScores(run_config(config, systems, metrics))
        return done[key]

    return evaluate


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch that makes gate rules tests."""
    parser.getgroup("mtqe").addoption(
        "--mtqe", action="store_true", help="Collect the gate rules of mtqe.toml files as tests."
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> GateFile | None:
    """Take up ``mtqe.toml`` files if asked to."""
    if file_path.name != CONFIG or not parent.config.getoption("mtqe"):
        return None
    file: GateFile = GateFile.from_parent(parent, path=file_path)
    return file


class GateFile(pytest.File):
    """A configuration; it is run once, when its first rule is tested."""

    def collect(self) -> Iterator[GateItem]:
        """One test a rule; none without a `[gate]`."""
        from mtqe.config import load_config
        from mtqe.errors import MtqeError
        from mtqe.gate import read_gate

        try:
            if load_config(self.path).gate is None:
                return
            gate = read_gate(self.path)
        except MtqeError as error:
            raise self.CollectError(str(error)) from error
        for rule, line in zip(gate.rules, gate.lines, strict=True):
            only = replace(gate, rules=(rule,), lines=(line,))
            yield GateItem.from_parent(self, name=rule.title, gate=only)

    @cached_property
    def evaluated(self) -> Run:
        """The configuration's run, in memory."""
        from mtqe.api import run_config

        return run_config(self.path)


class GateItem(pytest.Item):
    """One rule on all systems and slices that it is about."""

    def __init__(self, *, gate: Gate, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self._gate = gate

    def runtest(self) -> None:
        """Fail where `mtqe gate` would not exit with 0; warn where it warns."""
        from mtqe.gate import baseline_of, judge
        from mtqe.report.gate.text import gate_text

        assert isinstance(self.parent, GateFile)
        result = judge(self._gate, self.parent.evaluated, baseline_of(self._gate))
        if result.outcome != "pass":
            raise GateFailed(gate_text(result))
        if any(check.warns for check in result.checks):
            self.warn(pytest.PytestWarning(gate_text(result)))

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,  # noqa: ANN401 - pytest's type for it is private
    ) -> str:
        """What the gate says, without a traceback."""
        from mtqe.errors import MtqeError

        if isinstance(excinfo.value, GateFailed | MtqeError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the rule is written."""
        line = self._gate.lines[0]
        return self.path, None if line is None else line - 1, self.name


class GateFailed(Exception):  # noqa: N818 - a test's failure, not a program's error
    """A rule failed, or the segments can't tell."""
