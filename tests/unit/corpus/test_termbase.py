"""Termbases as people keep them, and the share of their terms as a metric."""

from __future__ import annotations

import numpy as np
import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.termbase import Term, read_termbase
from mtqe.errors import ConfigError, DataError
from mtqe.metrics.base import Sample
from mtqe.metrics.pool import ModelPool
from mtqe.metrics.terms import Terms

EN_DE = LanguagePair("en", "de")
TBX_V3 = """<?xml version="1.0" encoding="UTF-8"?>
<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"><text><body>
<conceptEntry id="1">
  <langSec xml:lang="en"><termSec><term>gearbox</term></termSec>
    <termSec><term>transmission</term></termSec></langSec>
  <langSec xml:lang="de-DE">
    <termSec><term>Getriebe</term></termSec>
    <termSec><term>Schaltung</term>
      <termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec>
  </langSec>
  <langSec xml:lang="fr"><termSec><term>boîte de vitesses</term></termSec></langSec>
</conceptEntry>
<conceptEntry id="2"><langSec xml:lang="en"><termSec><term>only English</term></termSec></langSec>
</conceptEntry></body></text></tbx>
"""
TBX_V2 = """<?xml version="1.0"?>
<martif type="TBX" xml:lang="en"><text><body><termEntry id="a">
<langSet xml:lang="en"><tig><term>valve</term></tig></langSet>
<langSet xml:lang="de"><ntig><termGrp><term>Ventil</term></termGrp></ntig></langSet>
</termEntry></body></text></martif>
"""


@pytest.mark.parametrize(
    ("name", "text", "terms"),
    [
        ("a.tbx", TBX_V3, [("gearbox", ("Getriebe",)), ("transmission", ("Getriebe",))]),
        ("b.tbx", TBX_V2, [("valve", ("Ventil",))]),
        ("c.csv", "de,note,en\nVentil,x,valve\n", [("valve", ("Ventil",))]),
        ("d.csv", "Term,Translation\nvalve,Ventil|Klappe\n", [("valve", ("Ventil", "Klappe"))]),
        ("e.csv", "left,right\nvalve,Ventil\n", [("valve", ("Ventil",))]),
        ("f.tsv", "# parts\nvalve\tVentil | Klappe\n\nACME\t\n",
         [("valve", ("Ventil", "Klappe")), ("ACME", ())]),
    ],
)  # fmt: skip
def test_reads_each_form(tmp_path, name, text, terms):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert read_termbase(path, EN_DE) == tuple(Term(*term) for term in terms)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.tbx", TBX_V2.replace('"de"', '"fr"'), r"has no de among its languages \(en, fr\)"),
        ("a.tsv", "valve\tVentil\rgear\tGetriebe\r", "line 1: holds a CR that ends no line"),
        ("a.tbx", "<tbx/>", "holds no entries"),
        ("a.tbx", TBX_V2.replace("Ventil", " "), "line 2: an empty term"),
        ("a.tbx", TBX_V2[:200], "a.tbx"),
        ("a.csv", "one\nx\n", "has one column"),
        ("a.csv", "en,de\n ,Ventil\n", "no term in 'en'"),
        ("a.tsv", "\tVentil\n", "line 1: no term before the tab"),
        ("a.tsv", "# nothing\n", "no terms"),
    ],
)
def test_refuses_in_a_sentence(tmp_path, name, text, says):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says) as caught:
        read_termbase(path, EN_DE)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("lines", [("Hund\tcat", "Hund\tdog"), ("Hund\tdog", "Hund\tcat")])
def test_a_term_on_several_lines_has_all_their_translations(tmp_path, lines):
    path = tmp_path / "a.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (term,) = read_termbase(path)
    assert sorted(term.targets) == ["cat", "dog"]


def test_a_term_may_stay_as_it_is_beside_its_translation(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("source,target\nACME,\nACME,Akme\n", encoding="utf-8")
    assert read_termbase(path) == (Term("ACME", ("ACME", "Akme")),)


def test_tbx_needs_to_know_its_languages(tmp_path):
    path = tmp_path / "a.tbx"
    path.write_text(TBX_V2, encoding="utf-8")
    for languages in (None, LanguagePair("und", "de"), LanguagePair("en", "und")):
        with pytest.raises(DataError, match="say which of its languages are meant"):
            read_termbase(path, languages)


def terms(path, **options):
    return Terms.from_options({"path": str(path), "source_language": "en", **options}, "de")


def test_the_metric_counts_terms_in_any_form(tmp_path):
    path = tmp_path / "terms.csv"
    path.write_text("en,de\nvalve,Ventil\ngearbox,Getriebe\nACME,\n", encoding="utf-8")
    samples = [
        Sample("Open the valves.", "Öffnen Sie die Ventile.", ()),
        Sample("The valve and the gearbox of ACME", "Die Klappe und das Getriebe von ACME", ()),
        Sample("Nothing of the kind", "Nichts dergleichen", ()),
    ]
    metric = terms(path)
    found = metric.statistics(samples, ModelPool())
    np.testing.assert_array_equal(found, np.array([[1, 1], [2, 3], [np.nan, np.nan]]))
    assert metric.corpus_scores(np.nansum(found, axis=0)) == 75.0
    assert metric.segment_scores(found)[0] == 100.0


def test_other_terms_make_another_signature(tmp_path):
    path = tmp_path / "terms.tsv"
    path.write_text("valve\tVentil\ngearbox\tGetriebe\n", encoding="utf-8")
    first = str(terms(path).signature("0"))
    path.write_text("gearbox\tGetriebe\nvalve\tVentil\n", encoding="utf-8")
    assert str(terms(path).signature("0")) == first
    path.write_text("gearbox\tSchaltung\nvalve\tVentil\n", encoding="utf-8")
    assert str(terms(path).signature("0")) != first


def test_the_metric_needs_a_termbase():
    with pytest.raises(ConfigError, match="'path' is missing; name a termbase"):
        Terms.from_options({}, "de")
    with pytest.raises(ConfigError, match="unknown key 'glossary'"):
        Terms.from_options({"path": "x.csv", "glossary": "y"}, "de")
