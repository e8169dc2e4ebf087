"""Models of a hub: found on this machine, or downloaded to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mtqe.support.quiet import quiet


class HubFailed(Exception):  # noqa: N818 - each caller says what it means for its user
    """Why a model can't be had from the hub, in a few words."""


def local_hub_snapshot(name: str) -> Path | None:
    """The folder of a hub model that was downloaded before, or None; never uses the network."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError):
        return None


def download(name: str, ignore: Sequence[str] = ()) -> Path:
    """Fetch a model from the hub; ``HF_HUB_OFFLINE=1`` forbids it.

    Args:
        name: such as ``owner/model``.
        ignore: patterns of files to leave there.

    Returns:
        The folder that it lies in.

    Raises:
        HubFailed: it can't be had; says why.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled
    from requests.exceptions import RequestException

    try:
        with quiet():
            return Path(snapshot_download(name, ignore_patterns=list(ignore)))
    except (
        HfHubHTTPError,
        HFValidationError,
        OfflineModeIsEnabled,
        RequestException,
        OSError,
    ) as error:
        raise HubFailed(_reason(error)) from error


def _reason(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0][:160] if text else type(error).__name__
