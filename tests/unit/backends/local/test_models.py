"""Local neural engines on models whose right output is known."""

from __future__ import annotations

import itertools
import json
import random
import shutil
import sys
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, MarianMTModel

from mtqe.backends.base import BackendContext
from mtqe.backends.local.ctranslate2 import CTranslate2Backend
from mtqe.backends.local.directions import Direction
from mtqe.backends.local.models import fingerprint
from mtqe.backends.local.transformers import TransformersBackend
from mtqe.backends.prepared import build_backend
from mtqe.corpus.base import Corpus, Failure, LanguagePair, Segment, Translation
from mtqe.errors import BackendError, ConfigError
from mtqe.evaluation.plan import plan_translation
from mtqe.evaluation.translate import translate
from mtqe.support.progress import silent
from mtqe.support.quiet import quiet
from tests.hub_server import HubModel, LoopbackHub
from tests.peers import pieces_description
from tests.translation_models import WORDS, convert, right, sentence
from tests.wording import mentions

PAIR = LanguagePair("en", "es")
CHANCE = random.Random(99)
SENTENCES = [sentence(CHANCE) for _ in range(120)]
ENGINES = {"transformers": TransformersBackend, "ctranslate2": CTranslate2Backend}


@pytest.fixture(params=ENGINES)
def engine(request, marian, converted):
    """The class of a backend, and a model for it."""
    folder = marian if request.param == "transformers" else converted
    return ENGINES[request.param], folder


def build(cls, model, languages=PAIR, folder=Path(), **options):
    context = BackendContext("x", languages, folder)
    return build_backend(cls, {"model": str(model), **options}, context)


def outcomes(backend, *sources, languages=PAIR):
    segments = tuple(Segment(f"s{n}", source) for n, source in enumerate(sources))
    corpus = Corpus("sample", languages, segments)
    backend.check(corpus)
    return translate(
        plan_translation("x", backend, corpus, None), None, silent()
    ).translations.outcomes


def texts(backend, *sources, **options):
    return [outcome.text for outcome in outcomes(backend, *sources, **options)]


def test_sentences_of_all_lengths_come_back_right_and_in_order(engine):
    found = texts(build(*engine, batch_tokens=60), *SENTENCES)
    wrong = sum(a != right(b) for a, b in zip(found, SENTENCES, strict=True))
    assert wrong <= 6  # the model is trained for seconds, and 8 bits cost some precision


def test_what_transformers_translates_is_what_its_own_calls_give(marian):
    sources = SENTENCES[:20]
    with quiet():
        tokenizer = AutoTokenizer.from_pretrained(marian)
    model = AutoModelForSeq2SeqLM.from_pretrained(marian)
    inputs = tokenizer(sources, return_tensors="pt", padding=True)
    output = model.generate(**inputs, num_beams=4, max_new_tokens=63)
    own = tokenizer.batch_decode(output, skip_special_tokens=True)
    assert texts(build(TransformersBackend, marian), *sources) == own


@pytest.mark.parametrize("source", ["", "  ", "\n"])
def test_a_source_without_text_is_given_back_and_wakes_no_model(engine, source):
    backend = build(*engine)
    assert texts(backend, source) == [source]
    assert "engine" not in vars(backend)


@pytest.mark.parametrize(
    "odd", ["😀 Bado 👩‍👩‍👧.", "Ba\x00do\x1b[1m.", "\u202eBado", "<pad></s>", "漢字。"]
)
def test_odd_characters_cost_nothing_but_themselves(engine, odd):
    first, second = outcomes(build(*engine), odd, SENTENCES[0])
    assert isinstance(first, Translation)
    assert second.text == right(SENTENCES[0])


def test_a_source_beyond_the_limit_fails_alone_and_is_never_cut(engine):
    long = " ".join(["Bado"] * 80) + "."
    first, second = outcomes(build(*engine), long, SENTENCES[0])
    assert isinstance(first, Failure)
    assert "tokens and the model takes 64; set split" in first.reason
    assert second.text == right(SENTENCES[0])


def test_a_long_document_is_split_and_joined_as_it_was(engine):
    parts = [s for s in SENTENCES if "_" not in s][:30]
    document = "\n\n".join(" ".join(parts[n : n + 3]) for n in range(0, 30, 3))
    (found,) = texts(build(*engine, split=True), document)
    expected = "\n\n".join(" ".join(map(right, parts[n : n + 3])) for n in range(0, 30, 3))
    assert found.count("\n\n") == 9
    same = sum(a == b for a, b in zip(found.split(), expected.split(), strict=False))
    assert same > 0.9 * len(expected.split())


def test_placeholders_come_through_a_model_that_has_never_seen_them(engine):
    found = texts(build(*engine, protect=True), "Bado {name} Kefa.", "<b> Lizu Mori Kefa?")
    assert found == ["kefa {name} bado.", "kefa mori lizu <b>?"]


def test_batches_that_do_not_fit_are_halved_until_they_do(marian, monkeypatch):
    sizes = []
    plain = MarianMTModel.generate

    def generate(self, input_ids, **options):
        """Memory for three sources at a time."""
        sizes.append(len(input_ids))
        if len(input_ids) > 3:
            raise torch.OutOfMemoryError("tried to allocate 2 GB")
        return plain(self, input_ids=input_ids, **options)

    monkeypatch.setattr(MarianMTModel, "generate", generate)
    backend = build(TransformersBackend, marian)
    sources = [f"{first} {second}." for first, second in itertools.product(WORDS[:4], WORDS[4:7])]
    assert texts(backend, *sources) == list(map(right, sources))
    assert sizes == [12, 6, 3, 3, 3, 3]


def test_a_source_that_never_fits_fails_alone(marian, monkeypatch):
    plain = MarianMTModel.generate

    def generate(self, input_ids, **options):
        """No memory for more than five tokens."""
        if input_ids.numel() > 5:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried")
        return plain(self, input_ids=input_ids, **options)

    monkeypatch.setattr(MarianMTModel, "generate", generate)
    backend = build(TransformersBackend, marian)
    first, second = outcomes(backend, "Bado Kefa Lizu Mori Bado.", "Bado Kefa.")
    assert "not enough memory for this segment" in first.reason
    assert second.text == "kefa bado."


def test_translations_that_reach_the_limit_are_counted(engine):
    backend = build(*engine, max_new_tokens=3)
    corpus = Corpus("sample", PAIR, (Segment("a", "Bado Kefa Lizu Mori."), Segment("b", "Bado.")))
    backend.check(corpus)
    done = translate(plan_translation("x", backend, corpus, None), None, silent())
    (note,) = done.notes
    assert mentions(note, "1 translation", "max_new_tokens")


def test_everything_that_changes_translations_is_in_the_identity(marian, tmp_path):
    other = tmp_path / "marian"
    shutil.copytree(marian, other)
    settings = other / "tokenizer_config.json"
    settings.write_text(settings.read_text() + " ")
    backends = [
        build(TransformersBackend, marian),
        build(TransformersBackend, marian, beams=1),
        build(TransformersBackend, marian, length_penalty=0.5),
        build(TransformersBackend, marian, max_new_tokens=9),
        build(TransformersBackend, marian, dtype="bfloat16"),
        build(TransformersBackend, marian, prefix=">> "),
        build(TransformersBackend, other),
    ]
    assert len({tuple(sorted(b.identity().items())) for b in backends}) == len(backends)
    same = build(TransformersBackend, "marian", folder=marian.parent, batch_tokens=7)
    assert same.identity() == backends[0].identity()


def test_precision_and_beams_of_ctranslate2_are_in_the_identity(marian, converted, tmp_path):
    exact = convert(marian, tmp_path / "converted", None)
    backends = [
        build(CTranslate2Backend, converted),
        build(CTranslate2Backend, exact),
        build(CTranslate2Backend, converted, compute_type="float32"),
        build(CTranslate2Backend, converted, beams=2),
        build(CTranslate2Backend, converted, tokenizer=str(marian / "source.spm")),
    ]
    assert len({tuple(sorted(b.identity().items())) for b in backends}) == len(backends)


def test_unquantized_ctranslate2_agrees_with_transformers(marian, tmp_path):
    exact = convert(marian, tmp_path / "exact", None)
    ours = texts(build(CTranslate2Backend, exact), *SENTENCES)
    theirs = texts(build(TransformersBackend, marian), *SENTENCES)
    assert sum(a != b for a, b in zip(ours, theirs, strict=True)) <= 2


@pytest.mark.parametrize("family", ["nllb", "m2m100", "madlad"])
def test_a_multilingual_model_is_told_the_direction_as_its_makers_say(families, family):
    folder = getattr(families, family)()
    tokenizer = AutoTokenizer.from_pretrained(folder, use_fast=False)
    prefix, forced = "", None
    if family == "madlad":
        prefix = "<2es> "
    else:
        source, target = ("eng_Latn", "spa_Latn") if family == "nllb" else ("en", "es")
        tokenizer.src_lang = source
        token = target if family == "nllb" else "__es__"
        forced = tokenizer.convert_tokens_to_ids(token)
    backend = build(TransformersBackend, folder, max_new_tokens=8)
    assert backend.codec.encode("Bado Kefa.") == tokenizer(prefix + "Bado Kefa.").input_ids
    assert backend.codec.forced() == forced
    assert backend.engine._search.forced_bos_token_id == forced
    assert len(texts(backend, "Bado Kefa.", "Lizu?")) == 2


def test_a_tokenizer_is_the_same_whatever_a_metric_has_loaded_before(families, monkeypatch):
    folder = families.nllb()
    before = build(TransformersBackend, folder).codec.encode("Bado Kefa.")
    # What a metric loads where a model has no tokenizer.json; see neural/encoders/subwords.
    name = "sentencepiece.sentencepiece_model_pb2"
    monkeypatch.setitem(sys.modules, name, pieces_description())
    assert build(TransformersBackend, folder).codec.encode("Bado Kefa.") == before


def test_a_language_that_a_model_lacks_is_told_before_translating(families):
    backend = build(TransformersBackend, families.nllb(), LanguagePair("en", "tlh"))
    with pytest.raises(BackendError, match=r"no code for .*'tlh'"):
        backend.check(Corpus("c", PAIR, ()))
    backend = build(TransformersBackend, families.nllb(), target_code="spa_Lat")
    with pytest.raises(BackendError, match="did you mean 'spa_Latn'"):
        backend.check(Corpus("c", PAIR, ()))


def test_t5_is_told_in_words_what_it_was_trained_on(families):
    folder = families.t5()
    german = build(TransformersBackend, folder, LanguagePair("en-GB", "de"))
    assert german.identity()["direction"] == "translate English to German:"
    with pytest.raises(BackendError, match=r"en-es .*T5.* set `prefix`"):
        build(TransformersBackend, folder).check(Corpus("c", PAIR, ()))
    own = build(TransformersBackend, folder, prefix="to Spanish: ")
    assert own.identity()["direction"] == "to Spanish:"


def test_codes_for_a_model_without_any_are_refused(marian):
    for key in ("source_code", "target_code"):
        with pytest.raises(BackendError, match=f"remove `{key}`"):
            build(TransformersBackend, marian, **{key: "es"}).check(Corpus("c", PAIR, ()))


@pytest.mark.parametrize("cls", ENGINES.values())
def test_a_model_that_is_nowhere_is_one_sentence_and_no_wait(cls, monkeypatch, tmp_path):
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(BackendError, match="nobody/nothing is not on this machine"):
        build(cls, "nobody/nothing", folder=tmp_path).check(Corpus("c", PAIR, ()))
    with pytest.raises(BackendError, match=r"there is no folder .*/models/x; correct `model`"):
        build(cls, "./models/x", folder=tmp_path).check(Corpus("c", PAIR, ()))


def test_a_hub_model_is_fetched_once_without_other_libraries_weights(marian, monkeypatch, tmp_path):
    with LoopbackHub() as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        model = hub.add("somebody/opus-mt", marian)
        model.files = {**model.files, "tf_model.h5": b"x" * 100, "onnx/model.onnx": b"x"}
        backend = build(TransformersBackend, "somebody/opus-mt", folder=tmp_path)
        found = texts(backend, SENTENCES[0])
        asked = len(hub.requests)
        model.files = {}
        again = texts(build(TransformersBackend, "somebody/opus-mt", folder=tmp_path), SENTENCES[0])

        assert found == again == texts(build(TransformersBackend, marian), SENTENCES[0])
        assert len(hub.requests) == asked
        assert not any("tf_model" in path or "onnx" in path for _, path in hub.requests)


def test_a_hub_model_of_which_a_part_lacks_is_told(monkeypatch, tmp_path):
    files = {"config.json": b"{}", "model-00001-of-00002.safetensors": b"x"}
    with LoopbackHub() as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        hub.models["somebody/half"] = HubModel(files)

        with pytest.raises(BackendError, match="it has 1 of the 2 parts of model"):
            build(TransformersBackend, "somebody/half", folder=tmp_path).check(
                Corpus("c", PAIR, ())
            )


def test_a_model_that_brings_programs_is_refused(engine, tmp_path):
    cls, model = engine
    folder = shutil.copytree(model, tmp_path / "own-code")
    settings = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**settings, "auto_map": {"AutoModel": "x.X"}}))

    with pytest.raises(BackendError, match=r"auto_map in config\.json"):
        build(cls, folder).check(Corpus("c", PAIR, ()))


def test_a_folder_without_weights_is_no_model(marian, converted):
    with pytest.raises(BackendError, match=r"holds no model .* should have model\.bin"):
        build(CTranslate2Backend, marian).check(Corpus("c", PAIR, ()))
    with pytest.raises(BackendError, match="holds no model"):
        build(TransformersBackend, converted).check(Corpus("c", PAIR, ()))


def test_broken_weights_stop_the_system_not_the_run(marian, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(marian, broken)
    (broken / "model.safetensors").write_bytes(b"nothing")
    (outcome,) = outcomes(build(TransformersBackend, broken), "Bado.")
    assert "can't be loaded" in outcome.reason
    assert "complete sequence-to-sequence model" in outcome.reason


def test_a_missing_package_names_its_extra(converted, monkeypatch):
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    with pytest.raises(BackendError, match=r"run `pip install 'mtqe\[ctranslate2\]'`"):
        build(CTranslate2Backend, converted).check(Corpus("c", PAIR, ()))


def test_a_missing_device_is_told_before_translating(marian):
    with pytest.raises(BackendError, match="there is no device 'cuda:7' here"):
        build(TransformersBackend, marian, device="cuda:7").check(Corpus("c", PAIR, ()))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"beams": 0}, "systems.x.beams must be at least 1"),
        ({"batch_tokens": 0}, "systems.x.batch_tokens must be at least 1"),
        ({"beam": 3}, "did you mean 'beams'"),
    ],
)
@pytest.mark.parametrize("cls", ENGINES.values())
def test_wrong_options_are_told_at_once(cls, options, says):
    with pytest.raises(ConfigError, match=says):
        build(cls, "m", **options)


def test_the_fingerprint_is_of_names_and_content(tmp_path):
    (tmp_path / "a.json").write_text("1")
    before = fingerprint(tmp_path)
    (tmp_path / "README.md").write_text("not part of it")
    assert fingerprint(tmp_path) == before
    (tmp_path / "a.json").rename(tmp_path / "b.json")
    assert fingerprint(tmp_path) != before
    assert isinstance(Translation("a", before), Translation)


def test_ctranslate2_starts_every_translation_with_the_target_token(converted):
    backend = build(CTranslate2Backend, converted)
    backend.codec.direction = Direction(target_token="▁mori")
    found = texts(backend, "Bado Kefa.", "Lizu?")
    assert all(text.startswith("mori") for text in found)
