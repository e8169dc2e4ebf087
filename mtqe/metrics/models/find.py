"""Where a neural metric's model lies, downloaded first if it comes from a hub.

A COMET checkpoint needs the tokenizer and the configuration of the encoder that it was trained
from. Both are found, or fetched, before the large file is, so that nothing is missing later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mtqe.errors import ModelError
from mtqe.metrics.models.assembly import sha256_files, sha256_text
from mtqe.metrics.models.comet_folder import ENCODER_KEY, CometFolder, read_settings
from mtqe.metrics.models.files import (
    CHECKPOINT,
    CONFIG,
    HPARAMS,
    VOCABULARIES,
    comet_or_encoder,
    config_only,
    tokenizer_and_config,
)
from mtqe.metrics.models.local import Kind, LocalModel, kind_of_folder
from mtqe.metrics.models.published import PUBLISHED
from mtqe.metrics.models.store import ModelStore
from mtqe.support.arguments import path_argument
from mtqe.support.hub import (
    Choose,
    HubFailed,
    download,
    is_complete,
    local_hub_snapshot,
    look_up,
    names_code,
)

KINDS: Mapping[Kind, tuple[str, str]] = {
    "comet": ("COMET", "comet or comet-qe"),
    "metricx": ("MetricX", "metricx or metricx-qe"),
    "bleurt": ("BLEURT", "bleurt"),
}
"""What people call kinds of models, and the metrics that take them."""
BLEURT_VOCABULARY = "spm.model"
MT5 = "google/mt5-xl"
"""Whose tokenizer MetricX models take; it is the same for mT5 of every size."""
ENCODER_FOLDER = "encoder"
"""Where a COMET folder may hold its encoder's configuration and tokenizer itself."""
OTHER_TOKENIZERS = {"MiniLM": "xlm-roberta-base"}
"""Encoder classes of unbabel-comet whose tokenizer always is another model's."""


@dataclass(frozen=True)
class EncoderFiles:
    """What a COMET checkpoint needs of its encoder.

    Attributes:
        config: a folder with ``config.json``.
        tokenizer: a folder with the tokenizer's files.
    """

    config: Path
    tokenizer: Path

    def sha256(self) -> str:
        """Hash of the configuration and of the vocabulary that is read, whatever lies beside it."""
        vocabularies = (self.tokenizer / name for name in VOCABULARIES)
        read = next((path for path in vocabularies if path.is_file()), self.config / CONFIG)
        return sha256_files([self.config / CONFIG, read])


@dataclass(frozen=True)
class FoundModel:
    """A model on this machine.

    Attributes:
        path: what its library loads: a checkpoint or a folder.
        sha256: hash of its weights, the same wherever they lie.
        comet: the files of a COMET model; None for an encoder.
        encoder: what a COMET model needs of its encoder; of other metrics, configuration and
            tokenizer.
    """

    path: Path
    sha256: str
    comet: CometFolder | None = None
    encoder: EncoderFiles | None = None

    @property
    def short_hash(self) -> str:
        """The hash as signatures have it."""
        return self.sha256[:12]


def find_comet(spec: str) -> FoundModel:
    """Find a COMET model with its encoder's files, and hash its weights once.

    Raises:
        ModelError: it, or something that it needs, is nowhere to be found; or it is no COMET model.
    """
    store = ModelStore()
    if store.is_built_in(spec):
        path, sha256 = store.assembled(spec)
        comet = CometFolder.find(path)
        if comet is None:
            raise _not_comet(spec, path)
        return FoundModel(path, sha256, comet, _encoder_files(comet))
    local = _local(store, spec, _look_at_comet(spec))
    if local.kind != "comet":
        raise _not_comet(spec, local.path)
    comet = local.comet()
    encoder = _encoder_files(comet)
    return FoundModel(
        local.path, sha256_text(f"{local.sha256()} {encoder.sha256()}"), comet, encoder
    )


def find_encoder(spec: str) -> FoundModel:
    """Find an encoder, and hash its weights once.

    Raises:
        ModelError: it is nowhere to be found, or it is a COMET model.
    """
    store = ModelStore()
    if store.is_built_in(spec):
        path, sha256 = store.assembled(spec)
        if path.is_file():
            raise _not_an_encoder(spec)
        return FoundModel(path, sha256)
    local = _local(store, spec, _look_at_encoder(spec))
    if local.kind != "encoder":
        raise _not_an_encoder(spec, local.kind)
    refuse_code(spec, local.path)
    return FoundModel(local.path, local.sha256())


def find_metricx(spec: str, tokenizer: str = MT5) -> FoundModel:
    """Find a MetricX model with its tokenizer, and hash its weights once.

    Args:
        spec: a name, a folder, or a hub name.
        tokenizer: a folder or hub name, where the model's own folder has none.

    Raises:
        ModelError: one of them is nowhere to be found; or it is no MetricX model.
    """
    return _find_folder(spec, "metricx", partial(_metricx_files, spec, tokenizer=tokenizer))


def find_bleurt(spec: str) -> FoundModel:
    """Find a BLEURT model with its tokenizer, and hash its weights once.

    Raises:
        ModelError: it is nowhere to be found; or it is no BLEURT model, or an older one.
    """
    return _find_folder(spec, "bleurt", partial(_bleurt_files, spec))


def _find_folder(spec: str, kind: Kind, files: Callable[[Path], EncoderFiles]) -> FoundModel:
    """A transformers folder of one kind, and what `files` finds for it."""
    store = ModelStore()
    if store.is_built_in(spec):
        raise _not_of_kind(spec, kind)
    local = _local(store, spec, _look_at_folder(spec, kind, files))
    if local.kind != kind:
        raise _not_of_kind(spec, kind)
    refuse_code(spec, local.path)
    found = files(local.path)
    sha256 = sha256_text(f"{local.sha256()} {found.sha256()}")
    return FoundModel(local.path, sha256, encoder=found)


def find_model(spec: str) -> FoundModel:
    """Find a model of either kind, with all that it needs.

    Raises:
        ModelError: something of it is nowhere to be found.
    """
    store = ModelStore()
    if store.is_built_in(spec):
        return FoundModel(*store.assembled(spec))
    local = _local(store, spec, _look_at_any(spec))
    find = {
        "comet": find_comet, "metricx": find_metricx, "bleurt": find_bleurt,
        "encoder": find_encoder,
    }  # fmt: skip
    return find[local.kind](spec)


def find_without_download(spec: str) -> bool:
    """Whether a model is on this machine; else the hub is asked whether it has it.

    Raises:
        ModelError: it is neither here nor on the hub, or the hub can't be asked.
    """
    resolved = ModelStore().resolve(spec)
    if not isinstance(resolved, str):
        return True
    if local_hub_snapshot(resolved, comet_or_encoder) is not None:
        return True
    try:
        look_up(resolved, comet_or_encoder, known=PUBLISHED)
    except HubFailed as failed:
        raise ModelError(str(failed)) from failed
    return False


def display_name(spec: str) -> str:
    """A model's name for signatures: of a local model its folder's, wherever that lies."""
    path = Path(spec).expanduser()
    if not path.exists():
        return spec
    if path.is_dir():
        return path.resolve().name
    comet = CometFolder(path, None)
    return comet.root.resolve().name


Look = Callable[[Callable[[str], Path]], None]


def _local(store: ModelStore, spec: str, look: Look) -> LocalModel:
    resolved = store.resolve(spec)
    if isinstance(resolved, str):
        resolved = _hub_folder(resolved, comet_or_encoder, look)
    return LocalModel.find(resolved)


def _hub_folder(name: str, choose: Choose, look: Look = lambda fetch: None) -> Path:
    found = local_hub_snapshot(name, choose)
    if found is not None:
        return found
    try:
        return download(name, choose, known=PUBLISHED, look=look)
    except HubFailed as failed:
        raise ModelError(str(failed)) from failed


def _look_at_comet(spec: str) -> Look:
    """Refuse what is no COMET model, and fetch its encoder's files, before the large download."""

    def look(fetch: Callable[[str], Path]) -> None:
        try:
            settings = fetch(HPARAMS)
        except KeyError:
            settings = fetch(CONFIG)
            if ENCODER_KEY not in read_settings(settings):
                raise _not_comet(spec, settings.parent) from None
        weights = CHECKPOINT if settings.name == HPARAMS else Path("model.safetensors")
        comet = CometFolder(settings.parent / weights, settings)
        comet.kind  # noqa: B018 - raises where it is not known
        _encoder_files(comet)

    return look


def _look_at_any(spec: str) -> Look:
    def look(fetch: Callable[[str], Path]) -> None:
        try:
            fetch(HPARAMS)
        except KeyError:
            config = fetch(CONFIG)
            kind = kind_of_folder(config)
            if kind == "metricx":
                look_at = _look_at_folder(spec, kind, partial(_metricx_files, spec, tokenizer=MT5))
                return look_at(fetch)
            is_comet = ENCODER_KEY in read_settings(config)
        else:
            is_comet = True
        return (_look_at_comet if is_comet else _look_at_encoder)(spec)(fetch)

    return look


def _look_at_folder(spec: str, kind: Kind, files: Callable[[Path], EncoderFiles]) -> Look:
    """Refuse what is of another kind; what lies elsewhere is fetched before the large download."""

    def look(fetch: Callable[[str], Path]) -> None:
        try:
            config = fetch(CONFIG)
        except KeyError:
            raise _not_of_kind(spec, kind) from None
        if kind_of_folder(config) != kind:
            raise _not_of_kind(spec, kind)
        refuse_code(spec, config.parent)
        if kind == "metricx":
            files(config.parent)

    return look


def _metricx_files(spec: str, folder: Path, tokenizer: str) -> EncoderFiles:
    """The configuration of a MetricX model, and its tokenizer, which is fetched if need be."""
    named = Path(tokenizer).expanduser()
    for place in (folder, named):
        if place.is_dir() and is_complete(place, tokenizer_and_config):
            refuse_code(tokenizer, place)
            return EncoderFiles(folder, place)
    if named.is_dir():
        raise ModelError(
            f"the folder {tokenizer} has no tokenizer: it needs {CONFIG} and tokenizer.json, "
            "spiece.model or the like; copy them there, or set `tokenizer` to another folder or "
            f"to {MT5}."
        )
    try:
        place = _hub_folder(tokenizer, tokenizer_and_config)
    except ModelError as error:
        raise ModelError(
            f"{spec} needs the tokenizer {tokenizer}. {error} Or put its files and {CONFIG} into "
            "the model's folder, or set `tokenizer` to a folder that has them."
        ) from error
    refuse_code(tokenizer, place)
    return EncoderFiles(folder, place)


def _bleurt_files(spec: str, folder: Path) -> EncoderFiles:
    """The configuration of a BLEURT model and its SentencePiece model, in one folder."""
    if not (folder / BLEURT_VOCABULARY).is_file():
        raise ModelError(
            f"{spec} has no {BLEURT_VOCABULARY}, as BLEURT models before BLEURT-20 have none: "
            "choose lucadiliello/BLEURT-20 or one of its smaller forms, such as "
            "lucadiliello/BLEURT-20-D12."
        )
    return EncoderFiles(folder, folder)


def _look_at_encoder(spec: str) -> Look:
    def look(fetch: Callable[[str], Path]) -> None:
        try:
            config = fetch(CONFIG)
        except KeyError:
            raise _not_an_encoder(spec) from None
        refuse_code(spec, config.parent)

    return look


def refuse_code(spec: str, *folders: Path) -> None:
    """See that a model brings no program of its own.

    Raises:
        ModelError: it does.
    """
    for name in filter(None, map(names_code, folders)):
        raise ModelError(
            f"{spec} can only be loaded by running programs that its repository brings "
            f"(auto_map in {name}), which mtqe never does: choose another model."
        )


def _encoder_files(comet: CometFolder) -> EncoderFiles:
    """Where the encoder's files lie, fetched first if need be.

    Raises:
        ModelError: they can't be had.
    """
    named = path_argument(comet.encoder_name, f"the encoder of {comet.root}")
    for folder in (named, comet.root / ENCODER_FOLDER):
        if folder.is_dir() and is_complete(folder, tokenizer_and_config):
            return _sound(comet, EncoderFiles(folder, folder))
    tokenizer = OTHER_TOKENIZERS.get(str(comet.stated.get(ENCODER_KEY)))
    if tokenizer is None:
        folder = _encoder_folder(comet, comet.encoder_name, tokenizer_and_config)
        return _sound(comet, EncoderFiles(folder, folder))
    return _sound(
        comet,
        EncoderFiles(
            _encoder_folder(comet, comet.encoder_name, config_only),
            _encoder_folder(comet, tokenizer, tokenizer_and_config),
        ),
    )


def _encoder_folder(comet: CometFolder, name: str, choose: Choose) -> Path:
    if Path(name).is_absolute():
        raise ModelError(
            f"{comet.root} names the encoder {name}, a folder that is not here or lacks "
            f"{CONFIG} and a tokenizer: put these files into {comet.root / ENCODER_FOLDER}."
        )
    try:
        return _hub_folder(name, choose)
    except ModelError as error:
        raise ModelError(
            f"{comet.root.name} needs the tokenizer and {CONFIG} of its encoder {name}. {error} "
            f"Or put these files into {comet.root / ENCODER_FOLDER}."
        ) from error


def _sound(comet: CometFolder, files: EncoderFiles) -> EncoderFiles:
    refuse_code(comet.encoder_name, files.config, files.tokenizer)
    return files


def _not_comet(spec: str, folder: Path) -> ModelError:
    config = folder / CONFIG
    model_type = str(read_settings(config).get("model_type")) if config.is_file() else ""
    kind = kind_of_folder(config) if config.is_file() else "encoder"
    if kind != "encoder":
        label, metrics = KINDS[kind]
        return ModelError(f"{spec} is a {label} model, not a COMET model: use it with {metrics}.")
    if model_type in ("mt5", "t5", "umt5"):
        return ModelError(f"{spec} is a model of the kind {model_type}, not a COMET model.")
    return ModelError(
        f"{spec} is an encoder, not a COMET model: use it with bertscore, or choose a COMET model "
        "such as Unbabel/wmt22-comet-da."
    )


def _not_an_encoder(spec: str, kind: Kind = "comet") -> ModelError:
    label, metrics = KINDS[kind]
    return ModelError(f"{spec} is a {label} model, not an encoder: use it with {metrics}.")


def _not_of_kind(spec: str, kind: Kind) -> ModelError:
    label, _ = KINDS[kind]
    examples = {
        "metricx": "google/metricx-24-hybrid-large-v2p6",
        "bleurt": "lucadiliello/BLEURT-20",
    }
    return ModelError(f"{spec} is not a {label} model: choose one such as {examples[kind]}.")
