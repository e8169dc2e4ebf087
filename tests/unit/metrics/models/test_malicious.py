"""Models made to run programs, and files that are no models: each is one sentence, nothing runs."""

from __future__ import annotations

import builtins
import io
import json
import os
import pickle
import random
import runpy
import shutil
import struct
import subprocess
import tarfile
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch

from mtqe.errors import MtqeError
from mtqe.metrics.base import Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.pool import ModelPool
from tests.neural_models import write_comet, write_encoder

SAMPLE = Sample("Guten Morgen!", "Good morning", ("Morning!",))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return write_encoder(tmp_path_factory.mktemp("encoder") / "tiny")


@pytest.fixture
def comet(encoder, tmp_path):
    return write_comet(tmp_path / "model", encoder, "regression_metric")


@pytest.fixture
def marker(tmp_path):
    return tmp_path / "somebody-was-here"


class Runs:
    """Calls a function when it is unpickled."""

    def __init__(self, function, *arguments) -> None:
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def attacks(marker: Path) -> dict[str, object]:
    touch = f"open({str(marker)!r}, 'w')"
    script = marker.with_suffix(".py")
    script.write_text(touch)
    return {
        "os.system": Runs(os.system, f"touch {marker}"),
        "eval": Runs(eval, touch),
        "exec": Runs(exec, touch),
        "open": Runs(open, str(marker), "w"),
        "subprocess": Runs(subprocess.check_call, ["touch", str(marker)]),
        "runpy": Runs(runpy.run_path, str(script)),
        "getattr": Runs(getattr, Runs(__import__, "os"), "system"),
        "import": Runs(builtins.__import__, "antigravity"),
        "Path.touch": Runs(Path.touch, marker),
        "np.save": Runs(np.save, str(marker), 1),
        "torch.save": Runs(torch.save, {}, str(marker)),
        "torch.load": Runs(torch.load, str(marker)),
        "torch.hub": Runs(torch.hub.load, str(marker.parent), "anything"),
        "a whole module": torch.nn.Linear(1, 1),
    }


NAMES = tuple(attacks(Path("/tmp/mtqe-names-of-attacks")))
PLACES = ("state_dict", "hyper_parameters", "callbacks")


def scored(folder: Path) -> None:
    Comet(model=str(folder)).statistics([SAMPLE], ModelPool())


def refused(folder: Path) -> str:
    with pytest.raises(MtqeError) as error:
        scored(folder)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", NAMES)
def test_a_checkpoint_that_would_run_something_is_refused(attack, place, comet, marker):
    path = comet / "checkpoints" / "model.ckpt"
    content = torch.load(path, weights_only=True)
    content.setdefault(place, {})["extra"] = attacks(marker)[attack]
    torch.save(content, path)

    assert "can run any program" in refused(comet)
    assert not marker.exists()


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
def test_a_bare_pickle_is_refused(protocol, comet, marker):
    path = comet / "checkpoints" / "model.ckpt"
    path.write_bytes(pickle.dumps(attacks(marker)["os.system"], protocol))

    refused(comet)
    assert not marker.exists()


def test_old_files_are_no_way_in(comet, marker):
    content = {"state_dict": {}, "extra": attacks(marker)["eval"]}
    path = comet / "checkpoints" / "model.ckpt"
    torch.save(content, path, _use_new_zipfile_serialization=False)

    refused(comet)
    assert not marker.exists()


def test_settings_can_not_run_anything(comet, marker):
    text = f"class_identifier: !!python/object/apply:os.system ['touch {marker}']\n"
    (comet / "hparams.yaml").write_text(text)

    assert "hparams.yaml can't be read" in refused(comet)
    assert not marker.exists()


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_code_in_a_repository_is_refused_and_never_asked_about(
    name, encoder, tmp_path, marker, monkeypatch
):
    folder = shutil.copytree(encoder, tmp_path / "own-code")
    settings = json.loads((folder / name).read_text())
    settings["auto_map"] = {"AutoModel": "evil.Evil", "AutoConfig": "evil.Evil"}
    settings["auto_map"]["AutoTokenizer"] = ["evil.Evil", "evil.Evil"]
    (folder / name).write_text(json.dumps(settings))
    (folder / "evil.py").write_text(f"open({str(marker)!r}, 'w')")
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("somebody was asked"))
    comet = write_comet(tmp_path / "comet", encoder, "regression_metric")
    text = (comet / "hparams.yaml").read_text().replace(str(encoder), str(folder))
    (comet / "hparams.yaml").write_text(text)

    for metric in (Comet(model=str(comet)), BERTScore(model=str(folder), layer=2)):
        with pytest.raises(MtqeError, match="auto_map"):
            metric.statistics([SAMPLE], ModelPool())
    assert not marker.exists()


def damaged(content: bytes, comet: Path) -> dict[str, bytes]:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as tarred:
        tarred.add(comet / "hparams.yaml", "../../hparams.yaml")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as other:
        other.writestr("../../outside", b"x")
    script = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.trace(torch.nn.Linear(1, 1), torch.ones(1)), script)
    numbers = io.BytesIO()
    torch.save([1, 2], numbers)
    header = b'{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}'
    return {
        "empty": b"",
        "cut": content[: len(content) // 2],
        "without its end": content[:-20],
        "a web page": b"<html>log in</html>",
        "a tar archive": tar.getvalue(),
        "another zip archive": archive.getvalue(),
        "TorchScript": script.getvalue(),
        "no dictionary": numbers.getvalue(),
        "safetensors": struct.pack("<Q", len(header)) + header,
        "an absurd header": struct.pack("<Q", 2**62) + b"{}",
        "zeros": bytes(100_000),
        "noise": random.Random(1).randbytes(10_000),
    }


DAMAGES = (
    "empty", "cut", "without its end", "a web page", "a tar archive", "another zip archive",
    "TorchScript", "no dictionary", "safetensors", "an absurd header", "zeros", "noise",
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_is_no_checkpoint_is_one_sentence(damage, comet):
    path = comet / "checkpoints" / "model.ckpt"
    path.write_bytes(damaged(path.read_bytes(), comet)[damage])

    assert str(path) in refused(comet)


WRONG_SETTINGS = (
    b"", b"just words", b"- a\n- list\n", b"class_identifier: [1]\n", b"\xff\xfe\x00", b"a: b: c",
    b"class_identifier: regression_metric\npretrained_model: 3\n", b"&a [*a]", b"{" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("text", WRONG_SETTINGS)
def test_settings_that_make_no_sense_are_one_sentence(text, comet):
    (comet / "hparams.yaml").write_bytes(text)
    path = comet / "checkpoints" / "model.ckpt"
    content = torch.load(path, weights_only=True)
    del content["hyper_parameters"]["pretrained_model"]
    torch.save(content, path)

    assert "model" in refused(comet)


CHANGES = {
    "a hidden size that does not fit": {"hidden_sizes": [5]},
    "an unknown encoder class": {"encoder_model": "Novel"},
    "an unknown activation": {"activations": "Novel"},
    "a layer that is not there": {"layer": 99},
    "a pooling that is not there": {"pool": "sum"},
}


@pytest.mark.parametrize("change", CHANGES)
def test_hyperparameters_that_do_not_fit_are_one_sentence(change, comet):
    path = comet / "checkpoints" / "model.ckpt"
    content = torch.load(path, weights_only=True)
    content["hyper_parameters"] |= CHANGES[change]
    torch.save(content, path)

    if change == "a hidden size that does not fit":
        scored(comet)  # the tensors say it
    else:
        refused(comet)


def test_weights_that_lack_are_named(comet):
    path = comet / "checkpoints" / "model.ckpt"
    content = torch.load(path, weights_only=True)
    del content["state_dict"]["encoder.model.encoder.layer.1.output.dense.weight"]
    torch.save(content, path)

    assert "encoder.layer.1.output.dense.weight" in refused(comet)


def test_flipped_bytes_never_end_in_a_traceback(comet):
    path = comet / "checkpoints" / "model.ckpt"
    sound = path.read_bytes()
    chance = random.Random(7)
    for _ in range(60):
        broken = bytearray(sound)
        for _ in range(chance.randint(1, 40)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        path.write_bytes(bytes(broken))
        with suppress(MtqeError):
            scored(comet)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "tokenizer_config.json"])
def test_a_broken_encoder_folder_is_one_sentence(name, encoder, tmp_path):
    for number, content in enumerate((b"", b"{}", b"[]", b"\xff", b'{"model": 3}', b"{" * 3000)):
        folder = shutil.copytree(encoder, tmp_path / f"{number}")
        (folder / name).write_bytes(content)
        comet = write_comet(tmp_path / f"comet{number}", encoder, "regression_metric")
        path = comet / "hparams.yaml"
        path.write_text(path.read_text().replace(str(encoder), str(folder)))
        for metric in (Comet(model=str(comet)), BERTScore(model=str(folder), layer=2)):
            with suppress(MtqeError):
                metric.check()
                metric.statistics([SAMPLE], ModelPool())
