"""New files of programs' texts: what they hold comes back, and what they can't hold is named."""

from __future__ import annotations

import pytest

from mtqe.corpus.base import Corpus, LanguagePair, Segment
from mtqe.corpus.dataset import Dataset
from mtqe.corpus.readers import read_dataset
from mtqe.corpus.writers import write_dataset
from mtqe.errors import DataError

PAIR = LanguagePair("en", "de")
AWKWARD = (
    "plain", "it's", 'say "hi"', "a\\b", "a\nb", " lead", "trail ", "two  blanks", "<b>x</b> & y",
    "@string/x", "?x", "yes", "null", "1", "- a", ": x", "a: b", "#x", "a #b", "%s", "''", "=",
    "😀 é", "שלום", "a\u2028b", "\xa0n", "\ttab", "a]]>b", "\\n", "\\u0041", "*x", "&a", "!t",
    "{x, plural, one {a} other {b}}", "x\ny\n", "|", "~", "trail\\", '"', "'", "日本", "[a", "{a",
)  # fmt: skip
PLURALS = (
    Segment("menu.p#one", "one", ("eins",), None, {"plural": "singular"}),
    Segment("menu.p#other", "%d", ("%d x",), None, {"plural": "other"}),
)
NESTED = Segment("menu.file.open", "Open", ("Öffnen",))
TIME = {"time": "00:00:01,000 --> 00:00:02,000"}


def segments(name):
    time = {"time": TIME["time"].replace(",", ".")} if name.endswith("vtt") else TIME
    texts = [t for t in AWKWARD if not (name.endswith(("srt", "vtt")) and t.endswith("\n"))]
    rows = [
        Segment(str(n), text, (f"{text}x" if n % 3 else f"x{text}",), None,
                time if name.endswith(("srt", "vtt")) else {"note": f"n {n}"})
        for n, text in enumerate(texts, 1)
    ]  # fmt: skip
    if name.endswith(("json", "yml", "xml", "xcstrings")):
        return (*rows, NESTED, *PLURALS)
    return PLURALS if name.endswith("dict") else (*rows, NESTED) if "t" not in name[-3:] else rows


def content(corpus, *, notes):
    return [
        (s.id, s.source, s.references,
         {k: v for k, v in s.metadata.items() if k != "syntax" and (notes or k != "note")})
        for s in corpus
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["de.json", "de.yml", "de.arb", "values-de/strings.xml", "de.lproj/a.strings", "a.de.resx",
     "a_de.properties", "a.xcstrings", "de.lproj/a.stringsdict", "de.srt", "de.vtt", "de.ts",
     "a.ods"],
)  # fmt: skip
def test_everything_comes_back(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    corpus = Corpus("x", PAIR, tuple(segments(name)))
    lost = write_dataset(path, Dataset(corpus))
    notes = name not in ("de.json", "de.yml")
    assert lost == (() if notes else ("metadata (note)",))
    read = read_dataset(path, name="x", languages=PAIR).corpus
    assert content(read, notes=notes) == content(corpus, notes=notes)


@pytest.mark.parametrize("name", ["de.arb", "de.strings", "a.de.resx", "a_de.properties"])
def test_files_without_plural_forms_say_so(tmp_path, name):
    lost = write_dataset(tmp_path / name, Dataset(Corpus("x", PAIR, PLURALS)))
    assert lost == ("metadata (plural)",)


def test_what_files_of_texts_can_t_hold(tmp_path):
    rows = (Segment("a", "A", ("B", "C"), "d", {"domain": "x"}), Segment("b", "B", ("C", "D"), "e"))
    with pytest.raises(DataError, match="more than one of 2 references"):
        write_dataset(tmp_path / "de.json", Dataset(Corpus("x", PAIR, rows)))
    lost = write_dataset(tmp_path / "de.json", Dataset(Corpus("x", PAIR, rows)), lossy=True)
    assert lost == ("more than one of 2 references", "documents", "metadata (domain)")
    with pytest.raises(DataError, match="must name de"):
        write_dataset(tmp_path / "x.json", Dataset(Corpus("x", PAIR, rows[:1])), lossy=True)
    with pytest.raises(DataError, match=r"en\.json: is there and has other texts"):
        write_dataset(tmp_path / "de.json", Dataset(Corpus("x", PAIR, (NESTED,))))
    with pytest.raises(DataError, match="plural forms alone"):
        write_dataset(tmp_path / "de.stringsdict", Dataset(Corpus("x", PAIR, (NESTED,))))
    with pytest.raises(DataError, match="need the times"):
        write_dataset(tmp_path / "de.vtt", Dataset(Corpus("x", PAIR, (NESTED,))))


def test_keys_that_begin_others_stay_flat(tmp_path):
    rows = (Segment("a", "A", ("B",)), Segment("a.b", "B", ("C",)), Segment("c..d", "C", ("D",)))
    for name in ("de.json", "de.yml"):
        write_dataset(tmp_path / name, Dataset(Corpus("x", PAIR, rows)))
        read = read_dataset(tmp_path / name, name="x", languages=PAIR).corpus
        assert [segment.id for segment in read] == ["a", "a.b", "c..d"]


def test_a_test_set_without_references_is_the_source_s_file(tmp_path):
    write_dataset(tmp_path / "en.json", Dataset(Corpus("x", PAIR, (Segment("a", "A"),))))
    assert (tmp_path / "en.json").read_text() == '{\n  "a": "A"\n}\n'


def test_plural_forms_of_a_po_file_come_back(tmp_path):
    pytest.importorskip("translate")
    text = (
        'msgid ""\nmsgstr ""\n"Language: pl\\n"\n"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : '
        'n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"\n\nmsgctxt "m"\n'
        'msgid "one file"\nmsgid_plural "%d files"\nmsgstr[0] "plik"\nmsgstr[1] "%d pliki"\n'
        'msgstr[2] "%d plików"\n\nmsgid "one day"\nmsgid_plural "%d days"\nmsgstr[0] "dzień"\n'
        'msgstr[1] "%d dni"\nmsgstr[2] "%d dni"\n'
    )
    (tmp_path / "pl.po").write_text(text)
    corpus = read_dataset(tmp_path / "pl.po", name="x").corpus
    write_dataset(tmp_path / "new.po", Dataset(corpus))
    assert "msgid_plural" in (tmp_path / "new.po").read_text()
    assert read_dataset(tmp_path / "new.po", name="x").corpus.hash == corpus.hash
