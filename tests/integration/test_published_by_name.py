"""`mtqe score` with a published model's name, as a new user types it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.hub_server import Fault, LoopbackHub
from tests.published_models import BY_NAME, publish

NAME = "Unbabel/wmt22-comet-da"
TEXTS = {
    "source": "Guten Morgen!\nDer Hund schläft.\n",
    "hypothesis": "Good morning!\nThe dog sleeps.\n",
    "reference": "Morning!\nThe dog is asleep.\n",
}


@pytest.fixture
def hub(tmp_path):
    with LoopbackHub() as hub:
        publish(hub, BY_NAME[NAME], tmp_path)
        for name, text in TEXTS.items():
            (tmp_path / name).write_text(text)
        yield hub


def score(hub: LoopbackHub, folder: Path, cache: str = "hf") -> subprocess.CompletedProcess:
    options = [
        *("-m", "comet", "--model", f"comet={NAME}", "--no-cache", "--json"),
        *("--source-language", "de", "--target-language", "en", "-o", str(folder / "out")),
        *("--source", str(folder / "source"), "--reference", str(folder / "reference")),
        *("--hypothesis", f"a={folder / 'hypothesis'}"),
    ]
    variables = {**os.environ, "HF_ENDPOINT": hub.url, "HF_HOME": str(folder / cache)}
    variables |= {"HF_HUB_OFFLINE": "0", "HF_HUB_DOWNLOAD_TIMEOUT": "3"}
    command = [sys.executable, "-m", "mtqe", "score", *options]
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=300)


def untimed(printed):
    """What a run printed, without the seconds that it took to read translations."""
    return re.sub(r'"seconds": [\d.]+', "", printed)


def test_first_use_then_without_the_hub(hub, tmp_path):
    first = score(hub, tmp_path)
    hub.models.clear()
    asked = len(hub.requests)
    again = score(hub, tmp_path)

    assert first.returncode == 0, first.stderr
    assert NAME in first.stdout
    assert untimed(again.stdout) == untimed(first.stdout)
    assert len(hub.requests) == asked


@pytest.mark.parametrize("trouble", ["gated", "stalled", "tokenizer", "gone"])
def test_trouble_is_one_sentence_on_standard_error(trouble, hub, tmp_path):
    model = hub.models[NAME]
    if trouble == "gated":
        model.gated = True
    elif trouble == "stalled":
        model.faults["checkpoints/model.ckpt"] = Fault("stalled", after=1000)
    elif trouble == "tokenizer":
        del hub.models["xlm-roberta-large"]
    else:
        hub.models.clear()
    began = time.monotonic()

    found = score(hub, tmp_path)

    assert found.returncode == 1
    assert found.stderr.startswith("mtqe: ")
    assert found.stderr.count("\n") == 1
    assert "Traceback" not in found.stderr
    assert time.monotonic() - began < 120
