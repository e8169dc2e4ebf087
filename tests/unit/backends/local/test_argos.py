"""Argos Translate's own objects, with a package made here; skipped where Argos isn't installed."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from pathlib import Path

import pytest

from mtqe.backends.base import BackendContext
from mtqe.backends.local.argos import ArgosBackend
from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.errors import BackendError
from mtqe.evaluation.plan import plan_translation
from mtqe.evaluation.translate import translate
from mtqe.support.progress import silent
from mtqe.support.quiet import quiet

PAIR = LanguagePair("en", "es")
NOTHING = Corpus("c", PAIR, ())
needs_argos = pytest.mark.skipif(
    importlib.util.find_spec("argostranslate") is None,
    reason="Argos Translate is not installed: pip install 'mtqe[argos]'",
)


def build(languages=PAIR, **options):
    return ArgosBackend(options, BackendContext("x", languages, Path()))


@pytest.fixture
def argos(tmp_path, monkeypatch, converted):
    """Argos with packages from English to Spanish and on to German, and no other."""
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    with quiet():
        from argostranslate import settings, translate
    packages = tmp_path / "packages"
    for source, target in (("en", "es"), ("es", "de")):
        folder = packages / f"{source}_{target}"
        shutil.copytree(converted, folder / "model")
        shutil.copyfile(converted / "source.spm", folder / "sentencepiece.model")
        names = {"from_code": source, "from_name": source, "to_code": target, "to_name": target}
        (folder / "metadata.json").write_text(json.dumps({"package_version": "1.5", **names}))
    monkeypatch.setattr(settings, "package_dirs", [packages])
    translate.get_installed_languages.cache_clear()
    translate.installed_translates.clear()
    _give_sentencizers(translate)
    return translate


def _give_sentencizers(translate):
    """Argos would download one."""

    class Lines:
        def split_sentences(self, text):
            return [text]

    for language in translate.get_installed_languages():
        for translation in language.translations_from:
            if hasattr(translation, "underlying"):
                translation.underlying.sentencizer = Lines()


@needs_argos
def test_translations_are_argos_own(argos):
    corpus = Corpus(
        "c", PAIR, (Segment("a", "Bado Kefa."), Segment("b", ""), Segment("c", "Lizu?"))
    )
    backend = build()
    backend.check(corpus)
    found = translate(
        plan_translation("x", backend, corpus, None), None, silent()
    ).translations.outcomes
    own = [argos.translate("Bado Kefa.", "en", "es"), "", argos.translate("Lizu?", "en", "es")]
    assert [outcome.text for outcome in found] == own
    assert all(own[::2])


@needs_argos
def test_every_package_on_the_way_is_in_the_identity(argos):
    assert build().identity()["packages"] == "en-es 1.5"
    over = build(LanguagePair("en-GB", "de"))
    assert over.identity()["packages"] == "en-es 1.5 es-de 1.5"


@needs_argos
def test_a_missing_direction_names_its_package(argos):
    with pytest.raises(BackendError, match="run `argospm install translate-de_en`"):
        build(LanguagePair("de", "en")).check(NOTHING)
    with pytest.raises(BackendError, match="no code for the language 'fi'"):
        build(LanguagePair("en", "fi")).check(NOTHING)


def test_argos_missing_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "argostranslate", None)
    monkeypatch.delitem(sys.modules, "argostranslate.translate", raising=False)
    with pytest.raises(BackendError, match=r"run `pip install 'mtqe\[argos\]'`"):
        build().check(NOTHING)
