"""Folders that are written whole or not at all, and known by the hashes of what is in them."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from mtqe.errors import ModelError
from mtqe.support.files import replace_folder, sync
from mtqe.support.json_text import json_value

logger = logging.getLogger(__name__)

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class FileRecord:
    """One file as it was written: its hash, and what an ordinary load compares instead."""

    sha256: str
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> FileRecord:
        """Hash a file as it is now."""
        stat = path.stat()
        return cls(sha256_file(path), stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True)
class Assembly:
    """A folder to be had at `target`.

    Attributes:
        target: where the finished folder lies.
        fingerprint: hash of all that the folder is made from; another one means make it again.
        build: fills an empty folder; its second argument is `target`, for paths inside files.
        bytes_needed: room the folder takes, with some to spare.
        holds_own_path: whether files inside name `target`, so that a moved folder is of no use.
    """

    target: Path
    fingerprint: str
    build: Callable[[Path, Path], None]
    bytes_needed: int
    holds_own_path: bool = False

    def ensure(self) -> None:
        """Make the folder unless it is there and sound.

        Safe when several processes start at once: one builds, the others wait for it.

        Raises:
            ModelError: There is no room, or no permission to write.
        """
        if not self.problems():
            return
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._sibling("lock")):
                self._rebuild_unless_sound()
        except OSError as error:
            raise ModelError(
                f"The model folder {self.target} can't be written ({error.strerror or error}): "
                "set MTQE_HOME to a folder with room that you may write to."
            ) from error

    def problems(self, *, thorough: bool = False) -> list[str]:
        """What is wrong with the folder; nothing when it may be used.

        Args:
            thorough: Hash every file; otherwise only those whose size or time has changed.
        """
        if not self.target.is_dir():
            return [f"it is not assembled yet: run `mtqe models path {self.target.name}`"]
        try:
            manifest = json_value((self.target / MANIFEST).read_text(encoding="utf-8"))
            records = {name: FileRecord(**entry) for name, entry in manifest["files"].items()}
            found = self._stale(manifest["fingerprint"], manifest["location"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return [f"its {MANIFEST} can't be read"]
        for name, record in records.items():
            found += _file_problems(self.target, name, record, thorough=thorough)
        return found

    def _stale(self, fingerprint: str, location: str) -> list[str]:
        found = []
        if fingerprint != self.fingerprint:
            found.append("it was made from other weights")
        if self.holds_own_path and not _is_same_folder(Path(location), self.target):
            found.append(f"it was made for {location}")
        return found

    def _rebuild_unless_sound(self) -> None:
        problems = self.problems()
        if not problems:
            return
        if self.target.exists():
            logger.warning("Model %s: %s; assembling it again.", self.target.name, problems[0])
        else:
            logger.info("Assembling the model %s.", self.target.name)
        self._remove_leftovers()
        self._check_room()
        folder = Path(
            tempfile.mkdtemp(prefix=self._sibling("partial").name, dir=self.target.parent)
        )
        try:
            self._build_in(folder)
            self._put_in_place(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _build_in(self, folder: Path) -> None:
        folder.chmod(0o755)  # mkdtemp makes it for the owner alone
        self.build(folder, self.target)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        records = {path.relative_to(folder).as_posix(): FileRecord.of(path) for path in files}
        manifest = {
            "fingerprint": self.fingerprint,
            "location": str(self.target),
            "files": {name: asdict(record) for name, record in records.items()},
        }
        (folder / MANIFEST).write_text(
            json.dumps(manifest, indent=2) + "\n", encoding="utf-8", newline="\n"
        )
        for path in (*folder.rglob("*"), folder):
            sync(path)

    def _put_in_place(self, folder: Path) -> None:
        replace_folder(folder, self.target)
        sync(self.target.parent)
        self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """The lock's holder is the only builder, so any other partial folder is a dead one's."""
        for leftover in self.target.parent.glob(self._sibling("partial").name + "*"):
            shutil.rmtree(leftover)

    def _check_room(self) -> None:
        free = shutil.disk_usage(self.target.parent).free
        if free < self.bytes_needed:
            raise ModelError(
                f"The model {self.target.name} needs {self.bytes_needed // 10**6} MB in "
                f"{self.target.parent}, which has {free // 10**6} MB left: free some space there "
                "or set MTQE_HOME to a folder with room."
            )

    def _sibling(self, ending: str) -> Path:
        return self.target.with_name(f".{self.target.name}.{ending}")


def sha256_file(path: Path) -> str:
    """The hex SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_files(paths: list[Path], sha256: Callable[[Path], str] = sha256_file) -> str:
    """One hex SHA-256 over the hashes of several files, in the given order.

    Args:
        paths: the files.
        sha256: gives the hash of one of them.
    """
    return sha256_text(" ".join(sha256(path) for path in paths))


def sha256_text(text: str) -> str:
    """The hex SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _file_problems(folder: Path, name: str, record: FileRecord, *, thorough: bool) -> list[str]:
    path = folder / name
    if not path.is_file():
        return [f"{name} is missing"]
    stat = path.stat()
    if stat.st_size != record.size:
        return [f"{name} has {stat.st_size} bytes instead of {record.size}"]
    is_untouched = stat.st_mtime_ns == record.mtime_ns
    if (is_untouched and not thorough) or sha256_file(path) == record.sha256:
        return []
    return [f"{name} differs from its recorded hash"]


def _is_same_folder(location: Path, folder: Path) -> bool:
    return location.exists() and location.samefile(folder)
