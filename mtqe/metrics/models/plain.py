"""Reading weights as tensors and plain data; nothing in a file is ever executed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from mtqe.errors import ModelError, MtqeError
from mtqe.metrics.models.files import weight_files
from mtqe.support.hub import is_pointer

LARGEST_EPSILON = 0.01
"""Published models have 1e-12 to 1e-5."""
_GLOBAL = re.compile(r"(?:GLOBAL|global|class|function) ([\w.]+)")


def load_plain(path: Path) -> Mapping[str, Any]:
    """The dictionary in a file that PyTorch or safetensors wrote.

    Raises:
        ModelError: it is damaged, or holds more than plain data.
    """
    refuse_pointer(path)
    try:
        content = _load(path)
    except UnpicklingError as error:
        raise _not_plain(path, error) from error
    except MemoryError as error:
        raise ModelError(f"There is not enough memory to read {path}.") from error
    except Exception as error:  # whatever a damaged file makes the libraries raise
        raise ModelError(
            f"{path} can't be read as weights, for it is damaged, cut short or another kind of "
            "file: delete it, and download or copy it again."
        ) from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} holds no dictionary of weights: give another file.")
    return content


def load_weights(folder: Path) -> Iterator[tuple[str, Any]]:
    """Names and tensors of a transformers folder, from one file or several, one file at a time.

    Raises:
        ModelError: a file is damaged, or holds more than plain data.
        Lacking: one of several files is not there.
    """
    for name in weight_files([path.name for path in folder.iterdir()]):
        if not name.endswith(".json"):
            for key, tensor in load_plain(folder / name).items():
                check_real(key, tensor)
                yield key, tensor


def check_real(name: str, tensor: Any) -> None:  # noqa: ANN401 - whatever a file holds
    """See that weights are numbers with a fraction; whole ones mean something else, such as int8.

    Raises:
        ModelError: they are not.
    """
    if getattr(tensor, "is_floating_point", bool)() or name.endswith("position_ids"):
        return
    kind = getattr(tensor, "dtype", type(tensor).__name__)
    raise ModelError(
        f"The weights hold {name} as {kind}, which mtqe does not read: take the model in fp32, "
        "bf16 or fp16."
    )


def checked_epsilon(config: Mapping[str, Any], key: str) -> float:
    """What a model's settings add to a variance before they divide by its root.

    Raises:
        ModelError: it is not a small positive number, so that scores would be wrong.
    """
    value = config[key]
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not (is_number and 0 < value <= LARGEST_EPSILON):
        raise ModelError(
            f"The model's config.json has {key} = {value!r:.40}, which must be a number above 0 "
            f"and at most {LARGEST_EPSILON}: download or copy the model again."
        )
    return float(value)


def refuse_pointer(path: Path) -> None:
    """See that a file is not the stand-in that git leaves for a large one.

    Raises:
        ModelError: it is, or it can't be opened.
    """
    try:
        found = is_pointer(path)
    except OSError as error:
        raise ModelError(f"{path} can't be opened ({error.strerror}).") from error
    if found:
        raise ModelError(
            f"{path} only stands for the real file, which git-lfs has not fetched: run "
            "`git lfs pull` in its folder, or give the model's hub name."
        )


@contextmanager
def loadable(folder: Path) -> Iterator[None]:
    """Say in one sentence that a model's files can't be loaded, whatever a library raises.

    Raises:
        ModelError: they can't.
    """
    try:
        yield
    except MtqeError:
        raise
    except MemoryError as error:
        raise ModelError(f"There is not enough memory to load {folder}.") from error
    except KeyError as error:
        name = error.args[0] if error.args else "something"
        raise ModelError(
            f"The model in {folder} can't be loaded: neither its weights nor its settings have "
            f"{name}; download or copy it again."
        ) from error
    except Exception as error:
        lines = str(error).strip().splitlines() or [repr(error)]
        raise ModelError(
            f"The model in {folder} can't be loaded ({lines[0][:120]}): its files are damaged or "
            "do not belong together; download or copy it again."
        ) from error


def _load(path: Path) -> object:
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        return load_file(path)
    import torch

    try:
        return torch.load(path, map_location="cpu", mmap=True, weights_only=True)
    except (RuntimeError, ValueError):  # the format before PyTorch 1.6 can't be mapped
        return torch.load(path, map_location="cpu", weights_only=True)


def _not_plain(path: Path, error: UnpicklingError) -> ModelError:
    names = _GLOBAL.findall(str(error))
    if not names:
        return ModelError(
            f"{path} can't be read as weights, for it is damaged or another kind of file: "
            "delete it, and download or copy it again."
        )
    return ModelError(
        f"{path} holds more than tensors and plain data ({names[0]}), and such files can run any "
        "program when they are opened: ask its makers for a checkpoint without that."
    )
