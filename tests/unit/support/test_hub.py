"""Downloads from a hub on loopback that fails in every way we know of."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mtqe.metrics.models.files import comet_or_encoder, tokenizer_and_config
from mtqe.support import hub_limits
from mtqe.support.hub import HubFailed, download, local_hub_snapshot
from tests.hub_server import Fault, HubModel, LoopbackHub, pointer
from tests.peers import HUB_1

NAME = "owner/tiny-comet"
CONTENT = os.urandom(1_500_000)
FILES = {
    "hparams.yaml": b"class_identifier: regression_metric\n",
    "checkpoints/model.ckpt": CONTENT,
    "README.md": b"# Not needed\n",
}
CHECKPOINT = "checkpoints/model.ckpt"
SILENT = 2.5
"""Seconds: not so short that a busy machine counts as silent."""
KNOWN = ("Unbabel/wmt22-comet-da", "Unbabel/wmt22-cometkiwi-da")


@pytest.fixture
def hub(monkeypatch, tmp_path):
    monkeypatch.setattr(hub_limits, "SILENT_SECONDS", SILENT)
    monkeypatch.setattr(hub_limits, "SLOW_SECONDS", 1.5)
    with LoopbackHub() as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        hub.models[NAME] = HubModel(FILES)
        yield hub


def fetch(name: str = NAME) -> Path:
    return download(name, comet_or_encoder, known=KNOWN)


def is_sound(folder: Path) -> bool:
    return (folder / CHECKPOINT).read_bytes() == CONTENT


def test_a_model_is_fetched_once_and_found_without_the_hub(hub):
    folder = fetch()

    assert is_sound(folder)
    assert not (folder / "README.md").exists()
    hub.models.clear()
    asked = len(hub.requests)
    assert local_hub_snapshot(NAME, comet_or_encoder) == folder
    assert len(hub.requests) == asked


def test_a_name_that_has_moved_leads_to_the_model(hub):
    hub.moved["tiny"] = NAME

    assert is_sound(fetch("tiny"))


BROKEN = {
    "stalled": (Fault("stalled", after=100_000), f"sent nothing for {SILENT} seconds"),
    "silent": (Fault("silent"), "HF_HUB_DOWNLOAD_TIMEOUT"),
    "dripping": (Fault("dripping", after=1000), "bytes in "),
    "dropped at once": (Fault("dropped", after=0), "closed the connection"),
    "truncated": (Fault("truncated", after=50_000), f"sent {CHECKPOINT} incomplete"),
    "corrupt": (Fault("corrupt"), "arrived damaged, and was deleted: try again"),
    "pointer": (Fault("pointer"), f"sent {CHECKPOINT} incomplete"),
    "login page": (Fault("page"), f"sent {CHECKPOINT} incomplete"),
    "overloaded": (Fault("status", status=503), "answered with status 503"),
    "refused": (Fault("status", status=403), "answered with 403"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_download_is_one_sentence_and_counts_as_nothing(case, hub):
    fault, message = BROKEN[case]
    hub.models[NAME].faults[CHECKPOINT] = fault
    began = time.monotonic()

    with pytest.raises(HubFailed) as failed:
        fetch()

    assert message in str(failed.value)
    assert NAME in str(failed.value)
    assert "\n" not in str(failed.value)
    assert time.monotonic() - began < 20
    assert local_hub_snapshot(NAME, comet_or_encoder) is None
    hub.models[NAME].faults.clear()
    assert is_sound(fetch())  # the next run mends it


def test_a_lost_connection_is_resumed_where_it_broke(hub):
    hub.models[NAME].faults[CHECKPOINT] = Fault("dropped", after=150_000, times=2)

    assert is_sound(fetch())

    assert hub.sent < len(CONTENT) + 100_000  # what had come was not sent again


@pytest.mark.skipif(HUB_1, reason="huggingface_hub 1 deletes what it has of an unfinished file")
def test_a_later_run_goes_on_where_an_earlier_one_was_stopped(hub):
    hub.models[NAME].faults[CHECKPOINT] = Fault("stalled", after=300_000)
    with pytest.raises(HubFailed):
        fetch()
    hub.models[NAME].faults.clear()
    before = hub.sent

    assert is_sound(fetch())

    assert hub.sent - before < 700_000


def test_a_gated_model_says_where_to_accept_its_licence(hub):
    hub.models[NAME].gated = True

    with pytest.raises(HubFailed, match=rf"accept its licence.*{hub.url}/{NAME}.*hf auth login"):
        fetch()


@pytest.mark.parametrize(
    "name", ["Unbabel/wmt22-comet", "wmt22-comet-da", "unbabel/wmt22_comet_da"]
)
def test_a_misspelt_name_gets_the_right_one(name, hub):
    with pytest.raises(HubFailed, match=r"no model .*did you mean Unbabel/wmt22-comet-da\?"):
        fetch(name)


@pytest.mark.parametrize("name", ["a/b/c", "-x", "with space/y", "x" * 200])
def test_what_no_hub_could_have_is_told(name, hub):
    with pytest.raises(HubFailed, match="not a name that a hub could have"):
        fetch(name)


def test_a_hub_that_is_not_there_is_told_at_once(monkeypatch, tmp_path):
    hub = LoopbackHub()
    hub.use(monkeypatch, tmp_path)
    hub._server.server_close()
    began = time.monotonic()

    with pytest.raises(HubFailed, match=r"can't be reached \(127\.0\.0\.1"):
        fetch()

    assert time.monotonic() - began < 5


def test_a_hub_that_takes_connections_and_says_nothing_is_given_up(hub):
    hub.silent = True

    with pytest.raises(HubFailed, match=f"sent nothing for {SILENT} seconds"):
        fetch()


def test_a_network_that_asks_for_a_login_is_told_apart(hub):
    hub.captive = True

    with pytest.raises(HubFailed, match=r"not a hub's: see whether the network asks for a login"):
        fetch()


def test_a_token_that_is_not_valid_is_told(hub):
    hub.token = "another"

    with pytest.raises(HubFailed, match=r"answered with 401: run `hf auth login`"):
        fetch()


def test_a_disk_without_room_is_told_before_the_download(hub, monkeypatch):
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1_000_000))

    with pytest.raises(HubFailed, match=r"needs 2 MB in .*which has 1 MB left.*HF_HOME"):
        fetch()

    assert hub.sent < 5_000


def test_a_folder_that_can_not_be_written_is_told(hub, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "file"))

    with pytest.raises(HubFailed, match=r"can't be stored in .*: set HF_HOME"):
        fetch()


def test_a_repository_without_a_model_is_told(hub):
    hub.models[NAME] = HubModel({"README.md": b""})

    with pytest.raises(HubFailed, match=r"can't be used: it has neither checkpoints/model\.ckpt"):
        fetch()


def test_parts_that_a_repository_lacks_are_counted(hub):
    parts = {f"model-0000{n}-of-00003.safetensors": b"x" for n in (1, 3)}
    index = {"model.safetensors.index.json": b"{}", "config.json": b"{}", "tokenizer.json": b"{}"}
    hub.models[NAME] = HubModel({**index, **parts})

    with pytest.raises(HubFailed, match=r"it has 2 of the 3 parts of model\.safetensors"):
        fetch()


def test_a_part_that_was_not_downloaded_is_fetched_later(hub):
    parts = {f"model-0000{n}-of-00003.safetensors": b"part%d" % n for n in (1, 2, 3)}
    others = {"model.safetensors.index.json": b"{}", "config.json": b"{}", "tokenizer.json": b"{}"}
    hub.models[NAME] = HubModel({**others, **parts})
    folder = fetch()
    (folder / "model-00002-of-00003.safetensors").unlink()

    assert local_hub_snapshot(NAME, comet_or_encoder) is None
    assert fetch() == folder
    assert local_hub_snapshot(NAME, comet_or_encoder) == folder


def test_an_encoder_without_a_tokenizer_is_told(hub):
    hub.models[NAME] = HubModel({"config.json": b"{}"})

    with pytest.raises(HubFailed, match="it has no tokenizer"):
        download(NAME, tokenizer_and_config)


def test_a_pointer_in_the_repository_itself_is_no_model(hub):
    hub.models[NAME] = HubModel({**FILES, CHECKPOINT: pointer(CONTENT)})
    folder = fetch()

    from mtqe.errors import ModelError
    from mtqe.metrics.models.plain import load_plain

    with pytest.raises(ModelError, match="git-lfs has not fetched"):
        load_plain(folder / CHECKPOINT)


PROGRAM = """
import sys
from huggingface_hub import constants
from mtqe.metrics.models.files import comet_or_encoder
from mtqe.support.hub import download
print("ready", flush=True)
download(sys.argv[1], comet_or_encoder)
"""


def test_processes_that_want_one_model_fetch_it_once(hub, tmp_path):
    variables = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home")}
    variables["HF_HUB_OFFLINE"] = "0"
    command = [sys.executable, "-c", PROGRAM, NAME]
    processes = [subprocess.Popen(command, env=variables, stdout=-1) for _ in range(3)]

    assert [process.wait(60) for process in processes] == [0, 0, 0]

    assert hub.sent < 2 * len(CONTENT)
    for process in processes:
        process.stdout.close()


def test_ctrl_c_ends_a_download_at_once_and_leaves_no_model(hub, tmp_path):
    hub.models[NAME].faults[CHECKPOINT] = Fault("stalled", after=100_000)
    variables = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "home")}
    variables |= {"HF_HUB_OFFLINE": "0", "HF_HUB_DOWNLOAD_TIMEOUT": "60"}
    command = [sys.executable, "-c", PROGRAM, NAME]
    with subprocess.Popen(command, env=variables, stdout=-1, stderr=-1, text=True) as process:
        process.stdout.readline()
        while hub.sent < 100_000:
            time.sleep(0.05)
        time.sleep(0.2)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)

    assert time.monotonic() - began < 3
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert not list((tmp_path / "home").rglob("refs/main"))
