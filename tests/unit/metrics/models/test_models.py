"""The model store with the real encoder, and models that a user adds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mtqe.errors import MetricError, ModelError
from mtqe.metrics.models.builtin import BuiltInModel
from mtqe.metrics.models.files import comet_or_encoder
from mtqe.metrics.models.store import ModelStore
from mtqe.support.hub import local_hub_snapshot
from tests.unit.metrics.neural.comet_samples import adapters, head, write_delta

ENCODER = "mtqe-e5-small"


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> ModelStore:
    store = ModelStore(tmp_path_factory.mktemp("home") / "models")
    store.path(ENCODER)
    return store


@pytest.fixture
def comet_folder(tmp_path) -> Path:
    """What `add` looks at: the files' names and bytes, not a model that could score."""
    folder = tmp_path / "mine"
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "checkpoints" / "model.ckpt").write_bytes(b"weights")
    (folder / "hparams.yaml").write_text("class_identifier: regression_metric\n")
    return folder


def test_the_encoder_is_a_sound_transformers_folder(store):
    from transformers import AutoConfig

    assert AutoConfig.from_pretrained(store.path(ENCODER)).hidden_size == 384
    assert store.verify(ENCODER) == []


def test_list_says_what_is_ready_and_what_can_be_had(store, tmp_path):
    ready = {info.name: info for info in store.list()}[ENCODER]
    assert (ready.kind, ready.state, ready.licence) == ("encoder", "assembled", "MIT")
    fresh = {info.name: info for info in ModelStore(tmp_path / "models").list()}[ENCODER]
    assert fresh.state == "available"
    assert fresh.sha256 == ready.sha256 == store.weights_hash(ENCODER)
    assert not (tmp_path / "models").exists()


def test_a_damaged_encoder_is_told_by_verify_and_mended_by_path(store, caplog):
    weights = store.path(ENCODER) / "model.safetensors"
    with weights.open("r+b") as stream:
        stream.seek(1_000_000)
        stream.write(b"damage")
    assert store.verify(ENCODER) == ["model.safetensors differs from its recorded hash"]
    store.path(ENCODER)
    assert store.verify(ENCODER) == []
    assert len(caplog.records) == 1


def test_the_store_follows_mtqe_home(monkeypatch, tmp_path):
    monkeypatch.setenv("MTQE_HOME", str(tmp_path))
    assert ModelStore().root == tmp_path / "models"


def test_a_comet_model_is_self_contained_and_made_for_its_place(tmp_path):
    import yaml

    write_delta(tmp_path / "tiny.safetensors", adapters() | head(features=6))
    model = BuiltInModel("tiny", "comet", "Apache-2.0", weights_folder=tmp_path)
    assembly = model.assembly(tmp_path / "models")
    assembly.ensure()
    hparams = yaml.safe_load((assembly.target / "hparams.yaml").read_text(encoding="utf-8"))
    assert hparams["pretrained_model"] == str(assembly.target / "encoder")
    assert (assembly.target / model.entry).is_file()
    assert assembly.problems(thorough=True) == []


def test_another_delta_is_another_model(tmp_path):
    model = BuiltInModel("tiny", "comet", "Apache-2.0", weights_folder=tmp_path)
    write_delta(tmp_path / "tiny.safetensors", head(features=6))
    before = model.fingerprint()
    write_delta(tmp_path / "shared.safetensors", adapters(rank=2))
    write_delta(tmp_path / "tiny.safetensors", head(features=6), shared="shared.safetensors")
    shared = model.fingerprint()
    write_delta(tmp_path / "shared.safetensors", adapters(rank=3))
    assert len({before, shared, model.fingerprint()}) == 3


def test_weights_that_were_not_packaged_are_one_clear_error(tmp_path):
    model = BuiltInModel("tiny", "comet", "Apache-2.0", weights_folder=tmp_path)
    with pytest.raises(ModelError, match=r"weights of tiny are not in .*: reinstall mtqe"):
        model.fingerprint()


@pytest.mark.parametrize("ending", ["", "checkpoints/model.ckpt"])
def test_a_comet_model_can_be_added_by_folder_or_checkpoint(tmp_path, comet_folder, ending):
    store = ModelStore(tmp_path / "models")
    info = store.add("mine", comet_folder / ending)
    assert (info.kind, info.folder) == ("comet", comet_folder)
    assert store.path("mine") == store.resolve("mine") == comet_folder / "checkpoints/model.ckpt"
    assert store.verify("mine") == []
    assert store.list()[-1] == info


def test_an_added_model_that_changes_is_told(tmp_path, comet_folder):
    store = ModelStore(tmp_path / "models")
    before = store.add("mine", comet_folder).sha256
    (comet_folder / "checkpoints" / "model.ckpt").write_bytes(b"other weights")
    assert len(store.verify("mine")) == 1
    assert store.weights_hash("mine") != before


def test_an_added_model_that_vanishes_is_told(tmp_path, comet_folder):
    store = ModelStore(tmp_path / "models")
    store.add("mine", comet_folder)
    shutil.rmtree(comet_folder)
    assert store.list()[-1].state == "missing"
    assert "There is no model at" in store.verify("mine")[0]
    with pytest.raises(ModelError, match="check the path"):
        store.path("mine")


def test_an_encoder_can_be_added(store, tmp_path):
    other = ModelStore(tmp_path / "models")
    info = other.add("encoder.v2", store.path(ENCODER))
    assert info.kind == "encoder"
    assert other.path("encoder.v2") == store.path(ENCODER)


@pytest.mark.parametrize("name", [ENCODER, "", "a/b", "a b"])
def test_names_that_would_confuse_are_refused(tmp_path, comet_folder, name):
    with pytest.raises(ModelError, match="can't be added"):
        ModelStore(tmp_path / "models").add(name, comet_folder)


def test_a_folder_without_a_model_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"holds no model.*model\.ckpt.*config\.json"):
        ModelStore(tmp_path / "models").add("mine", tmp_path / "empty")


def test_a_checkpoint_without_hparams_is_refused(tmp_path, comet_folder):
    (comet_folder / "hparams.yaml").unlink()
    with pytest.raises(ModelError, match=r"model\.ckpt can't be read"):
        ModelStore(tmp_path / "models").add("mine", comet_folder)


def test_a_damaged_list_of_added_models_is_one_clear_error(tmp_path):
    (tmp_path / "added.json").write_text("{")
    with pytest.raises(ModelError, match=r"added\.json can't be read"):
        ModelStore(tmp_path).path("mine")


def test_resolve_tells_paths_and_hub_names_apart(tmp_path, comet_folder, monkeypatch):
    store = ModelStore(tmp_path / "models")
    checkpoint = comet_folder / "checkpoints" / "model.ckpt"
    monkeypatch.chdir(tmp_path)
    assert store.resolve("mine") == store.resolve(str(comet_folder)) == checkpoint
    assert store.resolve("Unbabel/wmt22-comet-da") == "Unbabel/wmt22-comet-da"
    assert store.resolve("roberta-large") == "roberta-large"


@pytest.mark.parametrize(
    "spec", ["./nowhere", "/nowhere/model", "nowhere.ckpt", "mtqe-coment-mini"]
)
def test_what_must_be_here_and_is_not_is_one_clear_error(tmp_path, spec):
    with pytest.raises(MetricError, match="There is no model"):
        ModelStore(tmp_path).resolve(spec)


def test_a_hub_model_that_was_never_downloaded(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    assert local_hub_snapshot("Unbabel/wmt22-comet-da", comet_or_encoder) is None
    assert local_hub_snapshot("not/a/hub/name", comet_or_encoder) is None
    with pytest.raises(ModelError, match="not on this machine"):
        ModelStore(tmp_path).weights_hash("Unbabel/wmt22-comet-da")


def test_an_unknown_name_lists_the_known_ones(tmp_path):
    with pytest.raises(ModelError, match=r"no model x: choose one of mtqe-e5-small, .*"):
        ModelStore(tmp_path).verify("x")
