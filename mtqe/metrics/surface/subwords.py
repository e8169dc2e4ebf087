"""The SentencePiece models behind spBLEU, at the place where sacreBLEU keeps them."""

from __future__ import annotations

from pathlib import Path

from mtqe.errors import ModelError
from mtqe.support.files import write_whole

SILENCE = 20
"""Seconds without data after which a download ends."""
LARGEST = 64 * 2**20
"""Bytes; the known models have 3 to 17 MB."""


def is_subword_tokenizer(tokenizer: str) -> bool:
    """Whether a tokenizer of sacreBLEU's is a SentencePiece model."""
    from sacrebleu.tokenizers.tokenizer_spm import SPM_MODELS

    return tokenizer in SPM_MODELS


def subword_model(tokenizer: str) -> Path:
    """The file of a tokenizer such as ``flores200``, downloaded when it is not there.

    It lies where sacreBLEU looks for it, in ``~/.sacrebleu/models`` (``SACREBLEU`` names another
    folder than ``~/.sacrebleu``), so that each has it for the other.

    Raises:
        ModelError: it can't be downloaded, or is no SentencePiece model.
    """
    address, path = _place(tokenizer)
    where = f"The tokenizer {tokenizer} needs a SentencePiece model"
    try:
        content = path.read_bytes() if path.exists() else None
        if content is None:
            content = _download(address)
            _check(content, f"{where}, and {address} sent something else: try again later.")
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        else:
            _check(content, f"{where}, and {path} is none: delete it, and run this again.")
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise ModelError(
            f"{where} from {address} ({reason}): download it on a machine with a network, and put "
            f"it at {path}."
        ) from error
    return path


def is_here(tokenizer: str) -> bool:
    """Whether a tokenizer's file needs no download."""
    return _place(tokenizer)[1].exists()


def _place(tokenizer: str) -> tuple[str, Path]:
    """Where the file comes from, and where it lies."""
    from sacrebleu.tokenizers import tokenizer_spm

    address = tokenizer_spm.SPM_MODELS[tokenizer]["url"]
    return address, Path(tokenizer_spm.SACREBLEU_DIR) / "models" / Path(address).name


def _download(address: str) -> bytes:
    import urllib.request

    request = urllib.request.Request(address, headers={"User-Agent": "mtqe"})
    with urllib.request.urlopen(request, timeout=SILENCE) as answer:
        content: bytes = answer.read(LARGEST)
    return content


def _check(content: bytes, message: str) -> None:
    from sentencepiece import SentencePieceProcessor

    processor = SentencePieceProcessor()
    try:
        loaded = bool(content) and processor.LoadFromSerializedProto(content)
    except RuntimeError:
        loaded = False
    if not loaded:
        raise ModelError(message)
