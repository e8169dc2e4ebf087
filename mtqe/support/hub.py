"""Models of a hub: found on this machine, or downloaded to it.

Files lie in the Hugging Face cache, where other programs find them too. A model counts as present
only when every file that is needed is there; until then no reference points at its folder, so
that a download that was cut short is not taken for a model, and is resumed by the next one.
"""

from __future__ import annotations

import difflib
import errno
import hashlib
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import TYPE_CHECKING

from mtqe.support.hub_limits import PIECE, Interrupted
from mtqe.support.hub_sessions import patient_connections
from mtqe.support.json_text import json_value

if TYPE_CHECKING:
    from huggingface_hub.hf_api import HfApi, ModelInfo, RepoSibling

logger = logging.getLogger(__name__)

POINTER = b"version https://git-lfs"
"""How a file begins that stands for a large one in a repository cloned without git-lfs."""
REVISION = "main"
SPARE_BYTES = 50_000_000
WORTH_SAYING = 20_000_000
"""Bytes from which a download is announced."""
RETRIES = 3
HTTP_ERRORS = ("RequestException", "HTTPError")
"""Of requests, and of httpx, which huggingface_hub uses from version 1 on."""
REFUSED = (401, 403)
SETTINGS = ("config.json", "tokenizer_config.json")

LARGEST = 1 << 50
"""Bytes that no file of a model has."""
_COMMIT = re.compile(r"[0-9A-Za-z][\w.-]{0,99}")
_NAME = re.compile(r"[^\\\x00-\x1f\x7f]{1,500}")
_PART = re.compile(r"(?P<stem>.+)-\d{5}-of-(?P<count>\d{5})(?P<ending>(?:\.\w+)+)")

Choose = Callable[[Collection[str]], Sequence[str]]
"""Which of a model's files are needed, the smallest first; raises `Lacking` if one is missing."""


class HubFailed(Exception):  # noqa: N818 - each caller says what it means for its user
    """Why a model can't be had from the hub: one sentence that says what to do."""


class Lacking(Exception):  # noqa: N818 - becomes the error of whoever wants the files
    """What a folder or repository has not got: the end of a sentence."""


def local_hub_snapshot(name: str, choose: Choose) -> Path | None:
    """The folder of a hub model whose needed files are all here, or None; uses no network."""
    from huggingface_hub.errors import HFValidationError

    try:
        folder = _storage(name)
    except HFValidationError:
        return None
    reference = folder / "refs" / REVISION
    if not reference.is_file():
        return None
    snapshot = folder / "snapshots" / reference.read_text(encoding="utf-8").strip()
    return snapshot if is_complete(snapshot, choose) else None


def is_complete(folder: Path, choose: Choose) -> bool:
    """Whether all needed files lie in a folder."""
    try:
        choose(file_names(folder))
    except Lacking:
        return False
    return True


def file_names(folder: Path) -> list[str]:
    """The files of a folder and of the folders in it, relative to it.

    Links that lead nowhere are left out, and so is what may not be read. No model's files lie
    deeper, and what a model names as its encoder's folder may be as large as ``/``.
    """
    names: list[str] = []
    for place, folders, files in os.walk(folder):
        below = Path(place).relative_to(folder)
        names += [(below / name).as_posix() for name in files if _is_file(place, name)]
        if below.parts:
            folders.clear()
    return sorted(names)


def _is_file(folder: str, name: str) -> bool:
    try:
        return Path(folder, name).is_file()
    except OSError:  # not to be read, as many below /proc
        return False


def missing_parts(names: Collection[str]) -> str | None:
    """Which parts of files that are split lack, as the end of a sentence; None where none does."""
    counts: dict[tuple[str, str], list[int]] = {}
    for match in filter(None, map(_PART.fullmatch, names)):
        counts.setdefault((match["stem"], match["ending"]), []).append(int(match["count"]))
    for (stem, ending), found in counts.items():
        if len(found) != found[0]:
            return f"it has {len(found)} of the {found[0]} parts of {stem}{ending}"
    return None


def is_pointer(path: Path) -> bool:
    """Whether git-lfs would have to fetch the file that this one stands for."""
    with path.open("rb") as stream:
        return stream.read(len(POINTER)) == POINTER


def names_code(folder: Path) -> str | None:
    """The file of a transformers folder that names programs to run (``auto_map``), or None."""
    for name in SETTINGS:
        try:
            found = json_value((folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # whoever reads it for what is in it says so
        if isinstance(found, dict) and "auto_map" in found:
            return name
    return None


def download(
    name: str,
    choose: Choose,
    *,
    known: Collection[str] = (),
    look: Callable[[Callable[[str], Path]], None] = lambda fetch: None,
) -> Path:
    """Fetch a model from the hub; ``HF_HUB_OFFLINE=1`` forbids it.

    Args:
        name: such as ``owner/model``.
        choose: names the needed files.
        known: names to suggest where there is no such model.
        look: is called before large files are fetched, with a function that fetches one file.

    Returns:
        The folder that it lies in.

    Raises:
        HubFailed: it can't be had; one sentence that says why, and what to do.
    """
    with _asking(name, known):
        return _download(name, choose, look)


def look_up(name: str, choose: Choose, *, known: Collection[str] = ()) -> None:
    """See that the hub has a model with all that is needed; downloads nothing.

    Raises:
        HubFailed: it has not, or can't be asked; one sentence that says what to do.
    """
    with _asking(name, known):
        _, _, siblings = _listing(name)
        choose(siblings)


@contextmanager
def _asking(name: str, known: Collection[str]) -> Iterator[None]:
    """Sentences for all that may go wrong with the hub."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise HubFailed(
            f"The model {name} is not on this machine, and HF_HUB_OFFLINE forbids downloads: "
            "unset it, or give the path of a local folder."
        )
    try:
        with _explained(name, known), _quiet_downloads(), patient_connections():
            yield
    except Lacking as lacking:
        raise HubFailed(f"The model {name} on the hub can't be used: {lacking}.") from lacking


def _listing(name: str) -> tuple[HfApi, ModelInfo, dict[str, RepoSibling]]:
    """What the hub says of a model, and its files by name."""
    from huggingface_hub import HfApi, constants

    api = HfApi(endpoint=constants.ENDPOINT)
    try:
        info = api.model_info(name, revision=REVISION, files_metadata=True)
        siblings = {sibling.rfilename: sibling for sibling in info.siblings or ()}
        is_sound = _COMMIT.fullmatch(info.sha or "") and all(map(_is_sound, siblings.values()))
    except (LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise HubFailed(_stranger(name, constants.ENDPOINT)) from error
    if not is_sound:
        raise HubFailed(_stranger(name, constants.ENDPOINT))
    return api, info, siblings


def _is_sound(file: RepoSibling) -> bool:
    """Whether a listed file may be one: its name stays in the folder, and its size is one."""
    parts = PurePosixPath(file.rfilename).parts
    stays = bool(parts) and not {"..", "/"} & set(parts) and _NAME.fullmatch(file.rfilename)
    size = file.size or 0
    hashes = (file.blob_id, None if file.lfs is None else file.lfs.sha256)
    return bool(
        stays
        and isinstance(size, int)
        and 0 <= size <= LARGEST
        and all(found is None or isinstance(found, str) for found in hashes)
    )


def _download(name: str, choose: Choose, look: Callable[[Callable[[str], Path]], None]) -> Path:
    api, info, siblings = _listing(name)
    files = choose(siblings)
    fetch = _Fetch(api, name, info, siblings)
    look(fetch)
    fetch.check_room(files)
    for file in files:
        fetch(file)
    _write_reference(_storage(name), str(info.sha))
    return _storage(name) / "snapshots" / str(info.sha)


class _Fetch:
    """Fetches files of one commit, and checks what has arrived."""

    def __init__(
        self, api: HfApi, name: str, info: ModelInfo, siblings: Mapping[str, RepoSibling]
    ) -> None:
        self._api, self._name, self._siblings = api, name, siblings
        self._commit = str(info.sha)
        self._folder = _storage(name) / "snapshots" / self._commit

    def __call__(self, file: str) -> Path:
        """The file's path, downloaded unless it is here.

        Raises:
            KeyError: the model has no such file.
        """
        path = self._folder / file
        if path.is_file():
            return path
        if file not in self._siblings:
            raise KeyError(file)
        self._resume(file)
        self._check(path)
        return path

    def check_room(self, files: Sequence[str]) -> None:
        """See that the disk holds what is still to come.

        Raises:
            HubFailed: it does not.
        """
        missing = [file for file in files if not (self._folder / file).is_file()]
        needed = sum(self._siblings[file].size or 0 for file in missing)
        if not missing:
            return
        where = _storage(self._name).parent
        where.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(where).free
        if free < needed + SPARE_BYTES:
            raise HubFailed(
                f"The model {self._name} needs {_size(needed)} in {where}, which has "
                f"{_size(free)} left: free some space there, or set HF_HOME to a folder with room."
            )
        if needed > WORTH_SAYING:
            logger.warning("Downloading %s (%s) to %s.", self._name, _size(needed), where)

    def _resume(self, file: str) -> None:
        """Go on after a lost connection, as long as each try brings something."""
        for left in reversed(range(RETRIES)):
            before = self._incomplete_bytes()
            try:
                self._api.hf_hub_download(self._name, file, revision=self._commit)
            except Interrupted:
                if not left or self._incomplete_bytes() <= before:
                    raise
            except OSError as error:
                if "Consistency check failed" not in str(error):
                    raise
                self._forget_incomplete()
                raise Interrupted(f"sent {file} incomplete") from error
            else:
                return

    def _incomplete_bytes(self) -> int:
        return sum(path.stat().st_size for path in self._incomplete())

    def _incomplete(self) -> Iterator[Path]:
        yield from (_storage(self._name) / "blobs").glob("*.incomplete")

    def _forget_incomplete(self) -> None:
        for path in self._incomplete():
            path.unlink(missing_ok=True)

    def _check(self, path: Path) -> None:
        """Compare with the hash that the hub gives: SHA-256 of large files, else git's own."""
        file = path.relative_to(self._folder).as_posix()
        sibling = self._siblings[file]
        if sibling.lfs is not None:
            is_sound = _sha256(path) == sibling.lfs.sha256
        else:
            is_sound = sibling.blob_id is None or _git_hash(path) == sibling.blob_id
        if not is_sound:
            path.resolve().unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            raise HubFailed(
                f"{file} of the model {self._name} arrived damaged, and was deleted: try again."
            )


def _storage(name: str) -> Path:
    from huggingface_hub import constants
    from huggingface_hub.file_download import repo_folder_name

    return Path(constants.HF_HUB_CACHE) / repo_folder_name(repo_id=name, repo_type="model")


def _write_reference(storage: Path, commit: str) -> None:
    reference = storage / "refs" / REVISION
    reference.parent.mkdir(parents=True, exist_ok=True)
    draft = reference.with_name(f".{REVISION}.{os.getpid()}")
    draft.write_text(commit, encoding="utf-8", newline="\n")
    draft.replace(reference)


@contextmanager
def _explained(name: str, known: Collection[str]) -> Iterator[None]:
    """Turn what the hub's library raises into one sentence."""
    from huggingface_hub import constants
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    hub, http_errors = constants.ENDPOINT, _http_errors()
    try:
        yield
    except Interrupted as trouble:
        raise HubFailed(
            f"The model {name} is not on this machine and can't be downloaded: {hub} {trouble}. "
            "Run the command again, which goes on where this one stopped, give a local folder, or, "
            "for a metric, name no model: mtqe's own needs no network."
        ) from trouble
    except GatedRepoError as error:
        raise HubFailed(
            f"The makers of {name} let only those have it who accept its licence: do so at "
            f"{hub}/{name}, then run `hf auth login`."
        ) from error
    except RepositoryNotFoundError as error:
        raise HubFailed(
            f"There is no model {name} on {hub} that everybody may see{_nearest(name, known)}: "
            "check its name, or run `hf auth login`."
        ) from error
    except LocalEntryNotFoundError as error:
        raise HubFailed(_stranger(name, hub)) from error
    except EntryNotFoundError as error:
        raise HubFailed(f"The model {name} on {hub} lacks a file that it lists.") from error
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else "an error"
        remedy = "run `hf auth login`" if status in REFUSED else "try again later"
        raise HubFailed(
            f"The model {name} can't be downloaded, for {hub} answered with {status}: "
            f"{remedy}, or give the path of a local folder."
        ) from error
    except HFValidationError as error:
        raise HubFailed(
            f"There is no model {name} on this machine, and it is not a name that a hub could "
            "have: give an existing folder, or a name such as owner/model."
        ) from error
    except http_errors as error:
        raise HubFailed(_stranger(name, hub)) from error
    except OSError as error:
        raise HubFailed(_disk_sentence(name, error)) from error


def _http_errors() -> tuple[type[Exception], ...]:
    """What answers that are not a hub's raise, by the HTTP library that the hub's library uses."""
    from huggingface_hub.errors import HfHubHTTPError

    kinds = (kind for kind in HfHubHTTPError.__mro__ if issubclass(kind, Exception))
    return (ValueError, *(kind for kind in kinds if kind.__name__ in HTTP_ERRORS))


def _stranger(name: str, hub: str) -> str:
    return (
        f"The model {name} can't be downloaded, for {hub} gave an answer that is not a hub's: "
        "see whether the network asks for a login, or give the path of a local folder."
    )


def _nearest(name: str, known: Collection[str]) -> str:
    """The known name that was probably meant; owners and capitals are often forgotten."""
    meant = {spelling: full for full in known for spelling in _spellings(full)}
    close = difflib.get_close_matches(name.lower(), meant, n=1)
    return f" (did you mean {meant[close[0]]}?)" if close else ""


def _spellings(name: str) -> tuple[str, str]:
    return name.lower(), name.lower().partition("/")[2]


def _disk_sentence(name: str, error: OSError) -> str:
    where = _storage(name).parent
    if error.errno == errno.ENOSPC:
        return (
            f"There is not enough room for the model {name} in {where}: free some space there, "
            "or set HF_HOME to a folder with room."
        )
    return (
        f"The model {name} can't be stored in {where} ({error.strerror or error}): "
        "set HF_HOME to a folder that you may write to."
    )


@contextmanager
def _quiet_downloads() -> Iterator[None]:
    """Bars with bytes and time left on a terminal, nothing elsewhere; plain HTTP only."""
    from huggingface_hub import constants
    from huggingface_hub.utils import logging as hub_logging
    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    level, were_shown = hub_logging.get_verbosity(), not are_progress_bars_disabled()
    is_terminal = sys.stderr.isatty()
    hub_logging.set_verbosity(logging.ERROR)
    try:
        values = {
            "HF_HUB_DISABLE_XET": True, "HF_HUB_ENABLE_HF_TRANSFER": False,
            "DOWNLOAD_CHUNK_SIZE": PIECE,
        }  # fmt: skip
        known = {name: value for name, value in values.items() if hasattr(constants, name)}
        with _set(constants, **known):
            if not is_terminal:
                disable_progress_bars()
            yield
    finally:
        hub_logging.set_verbosity(level)
        if were_shown:
            enable_progress_bars()


@contextmanager
def _set(module: ModuleType, **values: int) -> Iterator[None]:
    """Settings of the hub's library, which has no other way to change them, and back again."""
    before = {name: getattr(module, name) for name in values}
    vars(module).update(values)
    try:
        yield
    finally:
        vars(module).update(before)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _git_hash(path: Path) -> str:
    content = path.read_bytes()
    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
