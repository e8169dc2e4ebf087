"""Local models as users meet them: configuration, run, cache, and behind an OpenAI server."""

from __future__ import annotations

import json
import random

import pytest

import mtqe
from mtqe.backends.base import BackendContext
from mtqe.backends.local.transformers import TransformersBackend
from mtqe.corpus.base import LanguagePair, Segment
from mtqe.errors import MtqeError
from tests.model_server import ModelServer
from tests.translation_models import right, sentence

CONFIG = """
[corpus]
source_language = "en"
target_language = "es"
source = "source.txt"
references = ["reference.txt"]

[systems.transformers]
backend = "transformers"
model = {marian}
beams = 1
protect = true

[systems.ctranslate2]
backend = "ctranslate2"
model = {converted}

[systems.openai]
backend = "openai"
url = {url}
model = "marian"
input_price = 1.0
output_price = 2.0

[metrics]
bleu = {{}}
"""


@pytest.fixture
def server(marian):
    context = BackendContext("served", LanguagePair("en", "es"), marian)
    backend = TransformersBackend({"model": str(marian)}, context)

    def translate(texts):
        segments = [Segment(str(number), text) for number, text in enumerate(texts)]
        found = {outcome.segment_id: outcome.text for outcome in backend.translate(segments)}
        return [found[segment.id] for segment in segments]

    with ModelServer(translate) as running:
        yield running


@pytest.fixture
def config(tmp_path, marian, converted, server):
    chance = random.Random(5)
    sources = [sentence(chance) for _ in range(40)]
    (tmp_path / "source.txt").write_text("\n".join(sources) + "\n")
    (tmp_path / "reference.txt").write_text("\n".join(map(right, sources)) + "\n")
    paths = {"marian": marian, "converted": converted, "url": server.url}
    quoted = {name: json.dumps(str(value)) for name, value in paths.items()}
    file = tmp_path / "mtqe.toml"
    file.write_text(CONFIG.format(**quoted))
    return file


def test_three_engines_with_one_model_agree_and_are_asked_once(config, server):
    first = mtqe.run_config(config)
    bleu = first.scores["bleu"]
    assert set(bleu.index) == {"transformers", "ctranslate2", "openai"}
    assert (bleu > 90).all()
    asked = server.requests
    assert asked > 0
    second = mtqe.run_config(config)
    assert server.requests == asked
    assert (second.scores["bleu"] == bleu).all()


def test_an_unknown_backend_option_names_file_and_key(config):
    config.write_text(config.read_text().replace("beams", "beam"))
    with pytest.raises(MtqeError, match=r"mtqe\.toml: systems\.transformers: unknown key 'beam'"):
        mtqe.run_config(config)
