"""spBLEU beside sacreBLEU, with small SentencePiece models in the place of the published ones."""

from __future__ import annotations

import http.server
import threading

import numpy as np
import pytest
import sacrebleu
from sacrebleu.tokenizers import tokenizer_spm

from mtqe.corpus.base import LanguagePair
from mtqe.errors import ModelError
from mtqe.metrics.base import Calibration, Sample
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.surface import BLEU, SpBLEU
from tests.published_models import sentence_pieces

TEXTS = [
    ("The dog barks loudly tonight.", "Tonight the dog is barking loudly.", "A dog barks."),
    ("面包店六点开门", "这家面包店六点开门。", "面包店"),
    ("Familie 👩‍👩‍👧‍👦 und 🎉", "Family 👩‍👩‍👧‍👦!", "🎉"),
    ("  two   spaces ", "two spaces", "spaces two "),
    ("", "nothing here", "empty"),
    ("naïve café ﬁn", "naive cafe fin", "NAÏVE CAFÉ"),
]
SAMPLES = [Sample("", hypothesis, tuple(references)) for hypothesis, *references in TEXTS]


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """sacreBLEU's folder, empty."""
    monkeypatch.setattr(tokenizer_spm, "SACREBLEU_DIR", str(tmp_path))
    return tmp_path / "models"


@pytest.fixture
def place(monkeypatch):
    """Serve content at the address of flores200; None is an error of the server."""
    answers: list[bytes | None] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            content = answers[-1]
            self.send_response(200 if content is not None else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/flores200sacrebleuspm"
    monkeypatch.setitem(
        tokenizer_spm.SPM_MODELS, "flores200", {"url": address, "signature": "flores200"}
    )
    yield answers.append
    server.shutdown()
    server.server_close()


def put(folder, tokenizer):
    folder.mkdir(exist_ok=True)
    name = tokenizer_spm.SPM_MODELS[tokenizer]["url"].rpartition("/")[2]
    (folder / name).write_bytes(sentence_pieces())


@pytest.mark.parametrize("tokenizer", ["spm", "flores101", "flores200", "spBLEU-1K"])
def test_equals_sacrebleu_to_the_bit(folder, tokenizer):
    put(folder, tokenizer)
    metric = BLEU(tokenize=tokenizer)
    name = "flores101" if tokenizer == "spm" else tokenizer  # which sacreBLEU says is its new name
    peer = sacrebleu.metrics.BLEU(tokenize=name)
    hypotheses = [sample.hypothesis for sample in SAMPLES]
    references = list(zip(*(sample.references for sample in SAMPLES), strict=True))
    statistics = np.empty((len(SAMPLES), len(metric.statistic_names)))
    for rows, chunk in metric.count_blocks(SAMPLES):
        statistics[rows] = chunk
    expected = peer.corpus_score(hypotheses, references)
    assert metric.corpus_scores(statistics.sum(axis=0)[None])[0] == expected.score
    few = [chunk for _, chunk in metric.stream(SAMPLES, ModelPool())]
    np.testing.assert_array_equal(np.concatenate(few), statistics)
    shown = str(metric.signature("2"))
    assert dict(part.split(":") for part in shown.split("|"))["tok"] == peer.tokenizer.signature()


def test_is_a_metric_of_its_own_with_one_tokenizer_for_all_languages(folder):
    put(folder, "flores200")
    for language in ("ja", "zh", "de", "th"):
        metric = SpBLEU.from_options({}, language)
        assert metric.tokenize == "flores200"
        languages = LanguagePair("en", language)
        assert not metric.notes(languages)
        assert metric.calibration(languages) == Calibration("spbleu200")
        assert SpBLEU(tokenize="flores101").calibration(languages) is None
    assert SpBLEU.from_options({"tokenize": "flores101"}, "ja").tokenize == "flores101"


def test_downloads_the_model_once(folder, place):
    place(sentence_pieces())
    SpBLEU().check()
    place(None)
    SpBLEU().check()
    assert (folder / "flores200sacrebleuspm").read_bytes() == sentence_pieces()


@pytest.mark.parametrize("content", [b"<html>Log in</html>", b"", sentence_pieces()[:200]])
def test_keeps_no_file_that_is_no_model(folder, place, content):
    place(content)
    with pytest.raises(ModelError, match="sent something else: try again later"):
        SpBLEU().check()
    assert not list(folder.glob("*"))


def test_doctor_downloads_nothing(folder, place):
    place(sentence_pieces())
    assert "at first use" in SpBLEU.readiness("en")
    assert not folder.exists()
    SpBLEU().check()
    assert "tok:flores200" in SpBLEU.readiness("en")


def test_says_where_to_put_the_model_without_a_network(folder, place):
    place(None)
    with pytest.raises(ModelError, match="download it on a machine with a network, and put it at"):
        SpBLEU().check()


def test_refuses_a_file_that_is_no_model(folder):
    put(folder, "flores200")
    (folder / "flores200sacrebleuspm").write_bytes(b"\0" * 99)
    with pytest.raises(ModelError, match="delete it, and run this again"):
        SpBLEU().check()
