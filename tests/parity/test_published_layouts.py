"""Published COMET layouts, walked as a user does: by name, offline, from a folder, as a file.

Each score is held to unbabel-comet's own ``predict`` of the same weights.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from mtqe.config import NamedMetric
from mtqe.corpus.base import Corpus, LanguagePair, Segment, Translations
from mtqe.corpus.spans import FoundSpan, fit
from mtqe.errors import MetricError, ModelError
from mtqe.evaluation.evaluate import score_translations
from mtqe.evaluation.translate import Translated
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.comet import Comet, CometQE
from mtqe.metrics.pool import ModelPool
from mtqe.support.quiet import quiet
from tests.hub_server import HubModel, LoopbackHub
from tests.peers import require_comet
from tests.published_models import (
    BY_NAME,
    NASTY,
    XCOMET,
    complete_encoder,
    peer_predictions,
    publish,
    write_encoder,
    write_model,
    write_xcomet_lite,
    xcomet_lite,
)

TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("published")


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A hub with nothing on it, and an empty cache."""
    with LoopbackHub() as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        yield hub


def metrics_of(layout):
    """The metrics that a model is for."""
    unified = layout.hparams.get("input_segments", ()) == ["mt", "src", "ref"]
    if layout.kind == XCOMET or unified:
        return (Comet, CometQE)
    return (Comet,) if layout.needs_reference else (CometQE,)


def expected(work: Path, layout, metric) -> np.ndarray:
    if metric is CometQE:
        rows = [{"src": s.source, "mt": s.hypothesis} for s in NASTY]
        return np.array(peer_predictions(work, layout, rows).scores)
    rows = [
        {"src": s.source, "mt": s.hypothesis, "ref": reference}
        for s in NASTY
        for reference in s.present_references
    ]
    found = iter(peer_predictions(work, layout, rows).scores)
    return np.array([np.mean([next(found) for _ in s.present_references]) for s in NASTY])


def scores(metric, model) -> np.ndarray:
    return metric(model=str(model)).statistics(NASTY, ModelPool())[:, 0]


@pytest.mark.parametrize("name", BY_NAME)
def test_first_use_by_name_then_offline_from_a_folder_and_as_a_file(name, hub, work, tmp_path):
    layout = BY_NAME[name]
    copy = shutil.copytree(publish(hub, layout, work), tmp_path / "copy")
    lone = tmp_path / "alone" / "weights.ckpt"
    lone.parent.mkdir()
    shutil.copy(copy / "checkpoints" / "model.ckpt", lone)
    for metric in metrics_of(layout):
        wanted = expected(work, layout, metric)
        first = scores(metric, name)
        gone, hub.models = hub.models, {}
        asked = len(hub.requests)

        np.testing.assert_allclose(first, wanted, atol=TOLERANCE, rtol=0)
        assert np.ptp(wanted) > 0.01  # the model does tell the samples apart
        np.testing.assert_array_equal(scores(metric, name), first)
        np.testing.assert_array_equal(scores(metric, copy), first)
        np.testing.assert_array_equal(scores(metric, copy / "checkpoints" / "model.ckpt"), first)
        if not layout.in_file:
            np.testing.assert_array_equal(scores(metric, lone), first)
            found = {metric(model=str(m)).found.sha256 for m in (name, copy, lone)}
            assert len(found) == 1  # the same model, wherever it lies
        assert len(hub.requests) == asked
        hub.models = gone


@pytest.mark.parametrize("name", ["Unbabel/XCOMET-XL", "made/words"])
@pytest.mark.parametrize("metric", [Comet, CometQE])
def test_sub_scores_and_error_spans_are_those_of_unbabel_comet(name, metric, hub, work):
    layout = BY_NAME[name]
    folder = publish(hub, layout, work)
    rows = [
        {"src": s.source, "mt": s.hypothesis}
        | ({"ref": s.present_references[0]} if metric is Comet else {})
        for s in NASTY
    ]
    wanted = peer_predictions(work, layout, rows).metadata

    found = metric(model=str(folder)).explain(NASTY, ModelPool())

    assert sum(len(spans) for spans in wanted.error_spans) > 10
    for mine, theirs in zip(found, wanted.error_spans, strict=True):
        assert [asdict(span) for span in mine.spans] == [
            {**span, "confidence": pytest.approx(span["confidence"], abs=TOLERANCE)}
            for span in theirs
        ]
    for key in ("src", "ref", "unified", "mqm"):
        if f"{key}_scores" in wanted and (metric is Comet or key == "mqm"):
            values = [explanation.scores[key] for explanation in found]
            np.testing.assert_allclose(values, wanted[f"{key}_scores"], atol=TOLERANCE)


PIECES_OF_TEXT = (
    *("The", "dog", "sleeps.", "我们明天", "去北京。", "née", "नमस्ते", "שלום", "...", "ç", "  "),
    *("\U0001f469\u200d\U0001f469\u200d\U0001f467", "\U0001f389\U0001f389", "\U0001f600x"),
    *("e\u0301te\u0301", "a\u0308\u0323", "\u0e2a\u0e31", "\ufb01ne", "\uff11\uff12", "\u2026"),
    *("\n", "zwei\nZeilen", "\r\n", "\u2028", "<pad>", "</s>"),
)
"""Emoji, CJK, combining marks, compatibility forms, newlines and names of special tokens."""


def odd_texts(count: int) -> list[str]:
    """Texts of these pieces in random order."""
    chance = random.Random(19)
    return [
        "".join(
            chance.choice(PIECES_OF_TEXT) + chance.choice(["", " ", " "])
            for _ in range(chance.randint(1, 14))
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("name", ["Unbabel/XCOMET-XL", "made/words"])
@pytest.mark.parametrize("metric", [Comet, CometQE])
def test_a_run_has_the_scores_sub_scores_and_spans_of_unbabel_comet(name, metric, hub, work):
    """What ``comet-score --to_json`` writes of 200 texts, out of the run and its cache."""
    layout = BY_NAME[name]
    folder = publish(hub, layout, work)
    size = 200
    sources, texts, references = (odd_texts(3 * size)[place::3] for place in range(3))
    segments = [
        Segment(str(i), source, (reference,))
        for i, (source, reference) in enumerate(zip(sources, references, strict=True))
    ]
    corpus = Corpus("odd", LanguagePair("de", "en"), tuple(segments))
    rows = [
        {"src": source, "mt": text} | ({"ref": reference} if metric is Comet else {})
        for source, text, reference in zip(sources, texts, references, strict=True)
    ]
    wanted = peer_predictions(work, layout, rows)

    given = [Translated(Translations.from_texts("one", corpus, texts))]
    run = score_translations(corpus, given, [NamedMetric("found", metric(model=str(folder)))])

    np.testing.assert_allclose(run.segments["found"], wanted.scores, atol=TOLERANCE, rtol=0)
    for key in ("src", "ref", "unified", "mqm"):
        if f"{key}_scores" in wanted.metadata:
            mine, theirs = run.segments[f"found/{key}"], wanted.metadata[f"{key}_scores"]
            np.testing.assert_allclose(mine, theirs, atol=TOLERANCE, rtol=0)
    ours = run.spans[run.spans["origin"] == "metric:found"]
    flat = [(str(i), span) for i, s in enumerate(wanted.metadata.error_spans) for span in s]
    assert len(flat) > size
    assert len(ours) == len(flat)
    for row, (segment, span) in zip(ours.itertuples(), flat, strict=True):
        place = (row.segment_id, row.side, row.start, row.end, row.severity)
        assert place == (segment, "target", span["start"], span["end"], span["severity"])
        assert row.text == texts[int(segment)][span["start"] : span["end"]]
        assert row.confidence == pytest.approx(span["confidence"], abs=TOLERANCE)
    named = " ".join(run.manifest.metrics[0].notes)
    differing = sum(not fits(span, texts[int(segment)]) for segment, span in flat)
    assert f"{differing:,} of {len(flat):,} spans name another text" in named


def fits(span: dict[str, Any], text: str) -> bool:
    """Whether the text that unbabel-comet gives stands at its place, as tokenizers see texts."""
    found = fit(FoundSpan(start=span["start"], end=span["end"], text=span["text"]), text)
    return found not in ("differs", "outside")


@pytest.mark.parametrize("metric", [Comet, CometQE])
def test_xcomet_lite(metric, hub, work):
    """Tensors and a config.json; the encoder is mDeBERTa, which has no tokenizer.json."""
    name = "myyycroft/XCOMET-lite"
    hub.add(name, write_xcomet_lite(work))
    hub.add("microsoft/mdeberta-v3-base", write_encoder(work, "mDeBERTa"))
    model: Any = xcomet_lite(work)
    with quiet():
        wanted = [
            np.mean(model.predict(rows, gpus=0, progress_bar=False, batch_size=1).scores)
            for s in NASTY
            for rows in [rows_of(s) if metric is Comet else [{"src": s.source, "mt": s.hypothesis}]]
        ]

    np.testing.assert_allclose(scores(metric, name), wanted, atol=TOLERANCE, rtol=0)


def rows_of(sample) -> list[dict[str, str]]:
    return [
        {"src": sample.source, "mt": sample.hypothesis, "ref": reference}
        for reference in sample.present_references
    ]


def rewritten(folder: Path, tmp_path: Path, change) -> Path:
    """A copy of a model whose checkpoint, and perhaps its settings, are changed."""
    copy = shutil.copytree(folder, tmp_path / "changed")
    path = copy / "checkpoints" / "model.ckpt"
    content = torch.load(path, weights_only=True)
    change(content, copy)
    torch.save(content, path)
    return copy


def test_comet_poly_without_other_candidates_is_a_referenceless_model(hub, work, tmp_path):
    layout = BY_NAME["McGill-NLP/ssa-comet-qe"]

    def to_poly(content, folder):
        others = {"additional_translation_in": [False] * 5, "use_ref": False}
        content["hyper_parameters"] |= {**others, "class_identifier": "polycand_metric"}
        (folder / "hparams.yaml").write_text("class_identifier: polycand_metric\n")

    folder = rewritten(publish(hub, layout, work), tmp_path, to_poly)
    (folder / "encoder").mkdir()
    for path in write_encoder(work, "AfroXLMR").glob("*.json"):
        shutil.copy(path, folder / "encoder")

    wanted = expected(work, layout, CometQE)
    np.testing.assert_allclose(scores(CometQE, folder), wanted, atol=TOLERANCE, rtol=0)


def test_comet_poly_with_other_candidates_is_refused(hub, work, tmp_path):
    def to_poly(content, folder):
        content["hyper_parameters"]["additional_translation_in"] = [True, False]
        (folder / "hparams.yaml").write_text(
            "class_identifier: polycand_metric\npretrained_model: Davlan/afro-xlmr-large\n"
        )

    original = publish(hub, BY_NAME["McGill-NLP/ssa-comet-qe"], work)
    folder = rewritten(original, tmp_path, to_poly)

    with pytest.raises(ModelError, match="by others of the same source"):
        scores(CometQE, folder)


def test_half_precision_and_old_files_score_as_they_do_there(hub, work, tmp_path):
    layout = BY_NAME["Unbabel/wmt22-comet-da"]
    folder = publish(hub, layout, work)

    def to_half(content, folder):
        content["state_dict"] = {k: v.half() for k, v in content["state_dict"].items()}

    half = rewritten(folder, tmp_path, to_half)
    old = shutil.copytree(half, tmp_path / "old")
    path = old / "checkpoints" / "model.ckpt"
    content = torch.load(path, weights_only=True)
    torch.save(content, path, _use_new_zipfile_serialization=False)
    wanted = peer_predictions(work, layout, rows_of(NASTY[0]), weights=half).scores

    for model in (half, old):
        found = Comet(model=str(model)).statistics(NASTY[:1], ModelPool())[0, 0]
        assert found == pytest.approx(np.mean(wanted), abs=TOLERANCE)


def test_a_checkpoint_that_a_trainer_saved(work, tmp_path):
    """All that Lightning puts beside the weights: optimizer, loops, callbacks."""
    require_comet()
    import pytorch_lightning as lightning
    from comet.models import RegressionMetric

    data = tmp_path / "data.csv"
    lines = "".join(f"Satz {n},sentence {n},a sentence {n},0.{n}\n" for n in range(10, 30))
    data.write_text("src,mt,ref,score\n" + lines)
    encoder = complete_encoder(work, "XLM-R")
    with quiet():
        model = RegressionMetric(
            pretrained_model=str(encoder), load_pretrained_weights=False, hidden_sizes=[8],
            train_data=[str(data)], validation_data=[str(data)], batch_size=4,
        )  # fmt: skip
        trainer = lightning.Trainer(
            max_epochs=1, accelerator="cpu", default_root_dir=tmp_path, logger=True,
            enable_progress_bar=False, enable_model_summary=False,
        )  # fmt: skip
        trainer.fit(model)
        trainer.save_checkpoint(tmp_path / "run" / "checkpoints" / "epoch=0.ckpt")
        predicted = model.predict(rows_of(NASTY[0]), gpus=0, progress_bar=False)

    saved = tmp_path / "run" / "checkpoints" / "epoch=0.ckpt"
    found = Comet(model=str(saved)).statistics(NASTY[:1], ModelPool())[0, 0]

    assert found == pytest.approx(np.mean(predicted.scores), abs=TOLERANCE)


def test_settings_that_change_scores_change_the_signature(hub, work, tmp_path):
    """CometKiwi's file says ``sparsemax_patch``; its checkpoint alone would mean sparsemax."""
    name = "Unbabel/wmt22-cometkiwi-da"
    publish(hub, BY_NAME[name], work)
    patched = CometQE(model=name)
    folder = shutil.copytree(write_model(work, BY_NAME[name]), tmp_path / "plain")
    text = (folder / "hparams.yaml").read_text().replace("sparsemax_patch", "sparsemax")
    (folder / "hparams.yaml").write_text(text)
    plain = CometQE(model=str(folder))

    one, other = (metric.statistics(NASTY, ModelPool())[:, 0] for metric in (patched, plain))

    assert np.abs(one - other).max() > 0.01
    assert "weights" in patched.signature("1").differences(plain.signature("1"))


@pytest.mark.parametrize(
    ("metric", "name", "message"),
    [
        (Comet, "Unbabel/wmt22-cometkiwi-da", "reads no reference; use the metric 'comet-qe'"),
        (CometQE, "Unbabel/wmt22-comet-da", "reads a reference; use the metric 'comet' for it"),
        (CometQE, "emnlp20-comet-rank", "reads a reference; use the metric 'comet' for it"),
        (Comet, "xlm-roberta-large", "is an encoder, not a COMET model: use it with bertscore"),
        (BERTScore, "Unbabel/wmt22-comet-da", "is a COMET model, not an encoder"),
    ],
)
def test_a_model_of_the_wrong_kind_is_refused_before_its_download(metric, name, message, hub, work):
    for published in ("Unbabel/wmt22-cometkiwi-da", "Unbabel/wmt22-comet-da", "emnlp20-comet-rank"):
        publish(hub, BY_NAME[published], work)

    with pytest.raises(MetricError, match=message):
        metric(model=name, **({"layer": 2} if metric is BERTScore else {})).check()

    if name == "xlm-roberta-large":
        assert not any("model.safetensors" in path for _, path in hub.requests)


def test_metricx_is_told_apart(hub):
    config = b'{"model_type": "mt5", "architectures": ["MT5ForRegression"]}'
    files = {"config.json": config, "model.safetensors": b"x", "spiece.model": b"x"}
    hub.models["google/metricx-24-hybrid-large-v2p6"] = HubModel(files)

    with pytest.raises(ModelError, match="is a MetricX model"):
        Comet(model="google/metricx-24-hybrid-large-v2p6").check()


def test_a_class_that_nobody_knows_is_named(hub, tmp_path):
    files = {"hparams.yaml": b"class_identifier: novel_metric\n", "checkpoints/model.ckpt": b"x"}
    hub.models["somebody/novel"] = HubModel(files)

    with pytest.raises(ModelError, match="class 'novel_metric', which mtqe does not know"):
        Comet(model="somebody/novel").check()
    assert not any("cdn" in path for _, path in hub.requests)


def test_an_encoder_that_is_nowhere_is_told_before_the_large_download(hub, work):
    publish(hub, BY_NAME["Unbabel/wmt22-comet-da"], work)
    del hub.models["xlm-roberta-large"]

    with pytest.raises(
        ModelError, match=r"needs the tokenizer .* of its encoder xlm-roberta-large"
    ):
        Comet(model="Unbabel/wmt22-comet-da").check()
    assert not any("model.ckpt" in path for _, path in hub.requests)
