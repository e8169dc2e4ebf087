"""Machine code that is kept without numba: found again, made again, never trusted blindly."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from mtqe.support import native as module
from mtqe.support.native import Native

SOURCE = """
from __future__ import annotations
import numpy as np
from mtqe.support.native import native

FACTOR = {factor}

def _scaled(value: int) -> int:
    return FACTOR * value

@native
def fill(values: np.ndarray, add: int, out: np.ndarray) -> int:
    for row in range(len(values)):
        for column in range(values.shape[1]):
            out[row] += _scaled(values[row, column]) + add
    return len(values)

@native
def allocating(values: np.ndarray) -> int:
    return np.sort(values)[0]
"""
VALUES = np.array([[1, 2, 3], [4, 5, 6]])

Source = Callable[..., Native[...]]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """A function of a module that is written and imported, as by a new process."""
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    (tmp_path / "code").mkdir()

    def imported(name: str = "fill", factor: int = 2, text: str = SOURCE) -> Native[...]:
        path = tmp_path / "code/loops.py"
        path.write_text(text.format(factor=factor), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("loops", path)
        assert spec is not None
        assert spec.loader is not None
        made = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "loops", made)
        spec.loader.exec_module(made)
        found = getattr(made, name)
        assert isinstance(found, Native)
        return found

    return imported


@pytest.fixture
def no_compiler(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets nothing be compiled from now on."""

    def forbid(*_: object) -> None:
        raise AssertionError("compiled again")

    return lambda: monkeypatch.setattr(module, "_compiled", forbid)


def filled(function: Native[...], add: int = 0) -> list[int]:
    out = np.zeros(2, np.int64)
    assert function(VALUES, add, out) == 2
    found: list[int] = out.tolist()
    return found


def kept(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.o"))


def test_a_later_process_loads_what_the_first_one_compiled(
    source: Source, no_compiler: Callable[[], None], tmp_path: Path
) -> None:
    assert filled(source()) == [12, 30]
    (file,) = kept(tmp_path)
    assert file.parent == tmp_path / "code/__pycache__"
    no_compiler()
    assert filled(source(), add=1) == [15, 33]


@pytest.mark.parametrize("damaged", [b"", b"abc", bytes(5000)])
def test_a_damaged_file_is_made_again(
    source: Source, no_compiler: Callable[[], None], damaged: bytes, tmp_path: Path
) -> None:
    assert filled(source()) == [12, 30]
    (file,) = kept(tmp_path)
    file.write_bytes(damaged or file.read_bytes()[:-1])
    assert filled(source()) == [12, 30]
    no_compiler()
    assert filled(source(), add=1) == [15, 33]


def test_what_is_not_compiled_yet_can_be_done_without(source: Source, tmp_path: Path) -> None:
    with module.kept_code(), pytest.raises(module.NotCompiled, match="fill"):
        filled(source())
    assert not kept(tmp_path)
    assert filled(source()) == [12, 30]
    with module.kept_code():
        assert filled(source(), add=1) == [15, 33]


def test_another_constant_or_another_type_is_other_code(source: Source, tmp_path: Path) -> None:
    assert filled(source()) == [12, 30]
    assert filled(source(factor=3)) == [18, 45]
    assert len(kept(tmp_path)) == 2
    out = np.zeros(2)
    source(factor=3)(VALUES / 2, 0, out)
    assert out.tolist() == [9, 22.5]
    assert len(kept(tmp_path)) == 3


def test_constants_of_other_modules_are_part_of_the_key(source: Source) -> None:
    function = source().function
    types = tuple(map(module._argument, (VALUES, 0, VALUES[0])))
    before = module._key(function, types)
    sys.modules["loops"].FACTOR = 7  # type: ignore[attr-defined]
    assert module._key(function, types) != before


@pytest.mark.parametrize("change", [("+ add", "+ add + 1"), ("FACTOR * value", "2 * value + 1")])
def test_code_that_changed_on_disk_after_its_import_is_kept_as_what_it_is(
    source: Source, change: tuple[str, str], tmp_path: Path
) -> None:
    """As where mtqe is upgraded under a running server."""
    older = source()
    newer = source(text=SOURCE.replace(*change))
    assert filled(older) == [12, 30]
    assert filled(newer) == [15, 33]
    assert len(kept(tmp_path)) == 2
    assert filled(source(), add=1) == [15, 33]


def test_keys_are_the_same_in_every_process() -> None:
    code = (
        "from mtqe.support.native import _written\n"
        "def function(x):\n"
        "    inner = lambda y: y in {'a', 'b', ('c', 2), None, b'd', 1.5}\n"
        "    return inner(x) or x == -0.0\n"
        "print(_written(function.__code__))"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    )
    assert "set[" in first
    assert first == second


def test_what_needs_numba_is_compiled_by_it_in_each_process(source: Source, tmp_path: Path) -> None:
    assert source("allocating")(np.array([5, 3, 4])) == 3
    assert not kept(tmp_path)


def test_where_the_source_lies_in_a_folder_that_cant_be_written(
    source: Source, no_compiler: Callable[[], None], tmp_path: Path
) -> None:
    (tmp_path / "code/__pycache__").write_text("in the way")
    assert filled(source()) == [12, 30]
    (file,) = kept(tmp_path)
    assert file.parent == tmp_path / "home/cache"
    (secret,) = file.parent.glob("*.key")
    original = secret.read_bytes()
    secret.write_bytes(bytes(32))  # of somebody else, who put code there
    foreign = file.read_bytes()
    assert filled(source()) == [12, 30]
    assert file.read_bytes() != foreign
    secret.write_bytes(original)
    file.write_bytes(foreign)
    no_compiler()
    assert filled(source()) == [12, 30]


def test_a_system_where_nobody_tried_it(
    source: Source, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "KEPT_ON", ())
    assert filled(source()) == [12, 30]
    assert not kept(tmp_path)


def test_arrays_must_lie_in_one_piece(source: Source) -> None:
    with pytest.raises(TypeError, match="one piece"):
        source()(VALUES.T, 0, np.zeros(3, np.int64))


def test_threads_may_call_first_together(source: Source) -> None:
    function = source()
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: filled(function), range(32))) == [[12, 30]] * 32


def test_counting_needs_no_numba_once_it_is_compiled() -> None:
    code = (
        "import sys; from mtqe.metrics.base import Sample; "
        "from mtqe.metrics.surface import BLEU, CHRFPlusPlus; "
        "texts = [Sample('', 'a b. 1-2 c', ('a b c',))]; "
        "[list(m.count_blocks(texts)) for tokenize in ('13a', 'zh', 'char') "
        "for m in (BLEU(tokenize), CHRFPlusPlus())]; print('numba' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        ).stdout
        for _ in range(2)
    ]
    assert said[1] == "False\n"


def test_functions_run_in_python_where_numba_must_not_compile() -> None:
    code = (
        "from mtqe.metrics.base import Sample; "
        "from mtqe.metrics.surface import BLEU, CHRFPlusPlus; "
        "texts = [Sample('', f'a {n} b. 1-2 c', ('a b c', 'a 2 d')) for n in range(20)]; "
        "print([(chosen.tolist(), found.tolist()) for m in (BLEU(), BLEU('zh'), CHRFPlusPlus()) "
        "for chosen, found in m.count_blocks(texts)])"
    )
    compiled, interpreted = (
        subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", "-c", code],
            env={**os.environ, "NUMBA_DISABLE_JIT": given},
            check=True,
            capture_output=True,
            text=True,
            timeout=300,
        ).stdout
        for given in ("0", "1")
    )
    assert len(compiled) > 1000
    assert interpreted == compiled


def test_what_runs_in_python_is_not_compiled(
    source: Source,
    no_compiler: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(module, "INTERPRETED", True)
    no_compiler()
    assert filled(source()) == [12, 30]
    assert not kept(tmp_path)
    with module.kept_code(), pytest.raises(module.NotCompiled, match="fill"):
        filled(source())
