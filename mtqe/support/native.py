"""Compiled loops that later processes load without their compiler.

numba takes half a second to get ready, even where it finds its machine code on disk, as it imports
and registers all that it could compile. numba compiles `native` functions, too, but what is kept
of them is an object file that needs neither numba nor Python. LLVM's own binding loads that in
milliseconds.

Object files lie beside the source, as Python's byte code does, or in the user's cache folder where
that can't be written. A file's name has a hash of all that it depends on: byte code, constants,
signature, numba, LLVM and processor. The byte code is that of the functions in memory, as a running
program may be older than its source on disk. A file begins with a hash of its content, so that a
damaged one is made again, and is written whole, so that several processes may make it at a time.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from ctypes import CFUNCTYPE, c_int64, c_void_p
from functools import update_wrapper
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Generic, NamedTuple, ParamSpec

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from mtqe.support.files import write_whole
from mtqe.support.paths import cache_folder
from mtqe.support.private import private_folder, user_key
from mtqe.support.versions import version_of

Arguments = ParamSpec("Arguments")

ENTRY = "mtqe_native"
"""The name in an object file of the one function that it is for."""
KEPT_ON = ("linux", "darwin")
"""Systems where object files are kept. On others numba itself loads what it compiles."""
OWN_SYMBOLS = ("llvm.", "memcpy", "memmove", "memset")
"""How what an object file may ask of the process begins: what C's library has on each system."""
FORM = "2"
"""Of object files and of how they are called; a new number is a new file."""
INTERPRETED = os.environ.get("NUMBA_DISABLE_JIT", "0").strip() not in ("", "0")
"""Whether Python itself runs the functions, as numba's own variable asks."""
SEAL = 16
"""Bytes of the hash that a file begins with."""


class Argument(NamedTuple):
    """The type of an argument: of an array, or a whole number where `dimensions` is 0."""

    kind: str
    dimensions: int


class Code(NamedTuple):
    """Machine code that can be called.

    Attributes:
        call: takes an address and a length of each dimension for each array; whole numbers.
        owner: must live as long as `call`.
    """

    call: Callable[..., int]
    owner: object


class NotCompiled(Exception):  # noqa: N818 - no error: who catches it does without
    """A function has no machine code yet, and must not be compiled now; see `kept_code`."""


_lock = threading.Lock()
_kept_alone = ContextVar("kept_alone", default=False)


class Native(Generic[Arguments]):
    """A function over arrays that is compiled once for all processes; see `native`."""

    def __init__(self, function: Callable[Arguments, int]) -> None:
        """Nothing is compiled or loaded before the first call."""
        assert isinstance(function, FunctionType)
        self.function = function
        self._codes: dict[tuple[Argument, ...], Code] = {}
        update_wrapper(self, function)

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> int:
        """Call the machine code, without the interpreter's lock.

        Raises:
            TypeError: an array that doesn't lie in one piece, row by row, or an argument by name.
        """
        if kwargs:
            raise TypeError("native functions take arguments by position.")
        types = tuple(map(_argument, args))
        if INTERPRETED:
            if _kept_alone.get():
                raise NotCompiled(self.function.__name__)
            with np.errstate(over="ignore"):  # hashes wrap around, as machine code has it
                found: int = self.function(*args)
            return found
        code = self._codes.get(types)
        if code is None:
            with _lock:
                code = self._codes.get(types) or _code(self.function, types)
                self._codes[types] = code
        return code.call(*_numbers(args))


def native(function: Callable[Arguments, int]) -> Native[Arguments]:
    """Compile at the first call ever, and load the machine code at the first of later processes.

    The function gets arrays and whole numbers, by position, and returns a whole number. It may call
    functions of its own module, which need no decorator. It must not make arrays: whoever calls it
    gives those that it fills. One that does, or that may raise, can't do without numba, which then
    compiles it in each process; nothing else changes.
    """
    return Native(function)


@contextmanager
def kept_code() -> Iterator[None]:
    """Let `native` functions run in this thread only with machine code that is here already.

    Work of a few milliseconds is not worth the seconds that compiling takes: where there is none,
    the functions raise `NotCompiled`.
    """
    token = _kept_alone.set(True)
    try:
        yield
    finally:
        _kept_alone.reset(token)


def _argument(value: object) -> Argument:
    if not isinstance(value, np.ndarray):
        return Argument("int64", 0)
    if not value.flags.c_contiguous:
        raise TypeError("native functions take arrays that lie in one piece.")
    return Argument(value.dtype.name, value.ndim)


def _numbers(values: tuple[object, ...]) -> Iterator[int]:
    """What the machine code gets for some arguments."""
    for value in values:
        if isinstance(value, np.ndarray):
            yield value.ctypes.data
            yield from value.shape
        else:
            yield int(value)  # type: ignore[call-overload]


def _code(function: FunctionType, types: tuple[Argument, ...]) -> Code:
    """The machine code for arguments of some types: what is kept, or else newly compiled."""
    keeps = _places(function, types) if sys.platform in KEPT_ON else []
    for file, secret in keeps:
        with suppress(OSError):
            data = file.read_bytes()
            if data[:SEAL] == _seal(data[SEAL:], secret()):
                return _loaded(data[SEAL:], types)
    if _kept_alone.get():
        raise NotCompiled(function.__name__)
    compiled = _compiled(function, types)
    made = _object_file(compiled.inspect_llvm(), compiled.native_name) if keeps else None
    if made is None:
        return Code(_prototype(types)(compiled.address), compiled)
    for file, secret in keeps:
        with suppress(OSError):
            sealed = _seal(made, secret()) + made
            file.parent.mkdir(exist_ok=True)
            write_whole(file, sealed)
            break
    return _loaded(made, types)


def _places(
    function: FunctionType, types: tuple[Argument, ...]
) -> list[tuple[Path, Callable[[], bytes]]]:
    """Where the object file may lie, with the secret that it is sealed with there.

    Whoever can write beside the source can change the source, so no secret is needed there.
    """
    source = Path(function.__code__.co_filename)
    if not source.is_file():  # an archive's, or none at all
        return []
    name = f"{source.stem}.{function.__name__}-{_key(function, types)}.o"
    folder = cache_folder()

    def own() -> bytes:
        private_folder(folder)
        return user_key(folder)

    return [(source.parent / "__pycache__" / name, bytes), (folder / name, own)]


def _key(function: FunctionType, types: tuple[Argument, ...]) -> str:
    """A hash of all that the machine code depends on, the same in every process."""
    functions = function, *_called(function)
    processor = (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    constants = [
        (name, repr(value))
        for part in functions
        for name in part.__code__.co_names
        if not callable(value := part.__globals__.get(name))
    ]
    code = [_written(part.__code__) for part in functions]
    parts = (FORM, version_of("numba"), llvmlite.__version__, *processor, types, constants, code)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _written(constant: object) -> str:
    """A constant of byte code, or byte code itself, as text that is the same in every process.

    `repr` would give the address of code, and sets in the order of hashes that differ by process.
    """
    if isinstance(constant, CodeType):
        values = map(_written, constant.co_consts)
        names = constant.co_names, constant.co_varnames, constant.co_cellvars, constant.co_freevars
        code = constant.co_code, constant.co_exceptiontable, constant.co_argcount
        return f"code{(constant.co_name, *code, *names, *values)}"
    if isinstance(constant, frozenset):
        return f"set{sorted(map(_written, constant))}"
    if isinstance(constant, tuple):
        return f"tuple{[*map(_written, constant)]}"
    return repr(constant)


def _seal(data: bytes, secret: bytes) -> bytes:
    return hashlib.blake2b(data, key=secret, digest_size=SEAL).digest()


def _called(function: FunctionType) -> Iterator[FunctionType]:
    """The functions of its module that a function calls."""
    for name in function.__code__.co_names:
        other = function.__globals__.get(name)
        if isinstance(other, FunctionType) and other.__module__ == function.__module__:
            yield other
            yield from _called(other)


def _compiled(function: FunctionType, types: tuple[Argument, ...]) -> Any:  # noqa: ANN401 - numba's
    """What numba makes of a function, with addresses and lengths in place of arrays."""
    import numba

    def jitted(part: FunctionType) -> Any:  # noqa: ANN401 - numba's
        inner = {other.__name__: jitted(other) for other in set(_called(part))}
        return numba.njit(FunctionType(part.__code__, {**part.__globals__, **inner}))

    kinds, names, given = [], [], []
    for place, (kind, dimensions) in enumerate(types):
        element = numba.from_dtype(np.dtype(kind))
        lengths = [f"n{place}_{axis}" for axis in range(dimensions)]
        kinds += [numba.types.CPointer(element) if dimensions else element]
        kinds += [numba.int64] * dimensions
        names += [f"a{place}", *lengths]
        given += [f"carray(a{place}, ({', '.join(lengths)},))" if dimensions else f"a{place}"]
    scope = {"carray": numba.carray, "function": jitted(function)}
    exec(f"def entry({', '.join(names)}): return function({', '.join(given)})", scope)
    return numba.cfunc(numba.int64(*kinds))(scope["entry"])


def _object_file(code: str, name: str) -> bytes | None:
    """LLVM's code as an object file; None if that would need more than C's library.

    numba's code has ways to raise errors. Once no function but the entry can be called from
    outside, LLVM sees that none is ever taken, and leaves them and their symbols out.
    """
    module, machine = llvm.parse_assembly(code), _machine()
    for symbol in (*module.functions, *module.global_variables):
        if symbol.name == name:
            symbol.name = ENTRY
        elif not symbol.is_declaration:
            symbol.linkage = "internal"
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)
    asked = [s.name for s in (*module.functions, *module.global_variables) if s.is_declaration]
    if not all(symbol.startswith(OWN_SYMBOLS) for symbol in asked):
        return None
    return bytes(machine.emit_object(module))


def _loaded(data: bytes, types: tuple[Argument, ...]) -> Code:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(data))
    engine.finalize_object()
    return Code(_prototype(types)(engine.get_function_address(ENTRY)), engine)


def _machine() -> llvm.TargetMachine:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        codemodel="jitdefault",
        jit=True,
    )


def _prototype(types: tuple[Argument, ...]) -> Callable[[int], Callable[..., int]]:
    """The C type of a function; `ctypes` gives up the interpreter's lock for the call."""
    taken: list[type] = []
    for argument in types:
        taken += [c_void_p, *[c_int64] * argument.dimensions] if argument.dimensions else [c_int64]
    return CFUNCTYPE(c_int64, *taken)
