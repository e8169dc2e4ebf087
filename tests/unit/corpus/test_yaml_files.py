"""YAML of programs' texts: Rails' files, and what must not be read."""

from __future__ import annotations

import time

import pytest

from mtqe.corpus.base import LanguagePair
from mtqe.corpus.localisation.yaml_files import MOST_ALIASED
from mtqe.corpus.readers import read_dataset
from mtqe.errors import DataError

EN_RU = LanguagePair("en", "ru")


def rows(tmp_path, source, target, languages=EN_RU):
    (tmp_path / "en.yml").write_text(source)
    path = tmp_path / f"{languages.target}.yml"
    path.write_text(target)
    corpus = read_dataset(path, name="x", languages=languages).corpus
    return {s.id: (s.source, *s.references) for s in corpus}


def test_the_language_is_the_root_and_plural_forms_are_keys(tmp_path):
    source = "en:\n  a: Open\n  f:\n    one: a file\n    other: '%{count} files'\n"
    target = (
        "ru:\n  a: Открыть\n  f:\n    one: '%{count} файл'\n    few: '%{count} файла'\n"
        "    many: '%{count} файлов'\n    other: '%{count} файла'\n"
    )
    assert rows(tmp_path, source, target) == {
        "a": ("Open", "Открыть"),
        "f#one": ("%{count} files", "%{count} файл"),
        "f#few": ("%{count} files", "%{count} файла"),
        "f#many": ("%{count} files", "%{count} файлов"),
        "f#other": ("%{count} files", "%{count} файла"),
    }


@pytest.mark.parametrize("root", ["pt-BR", "pt_BR", "pt"])
def test_the_root_may_say_more_or_less_of_the_language(tmp_path, root):
    found = rows(tmp_path, "en:\n  a: A\n", f"{root}:\n  a: B\n", LanguagePair("en", "pt-BR"))
    assert found == {"a": ("A", "B")}


def test_a_file_without_a_root_is_read_as_it_is(tmp_path):
    assert rows(tmp_path, "a: A\nb:\n  - B\n  - C\n", "a: D\nb: [E, F]\n") == {
        "a": ("A", "D"), "b.0": ("B", "E"), "b.1": ("C", "F"),
    }  # fmt: skip


def test_only_texts_are_read(tmp_path):
    source = "yes: yes\nno: 'no'\nn: 12\nd: 2024-01-01\ns: :name\nnull: ~\nv: 1.5\nt: !!str 12\n"
    assert rows(tmp_path, source, source) == {"no": ("no", "no"), "t": ("12", "12")}


def test_aliases_and_merges_are_followed(tmp_path):
    source = "e: &e\n  m: must\n  k: own\nf: *e\ng:\n  <<: *e\n  k: mine\nh: &h text\ni: *h\n"
    assert list(rows(tmp_path, source, source)) == [
        "e.m", "e.k", "f.m", "f.k", "g.m", "g.k", "h", "i",
    ]  # fmt: skip


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
WIDE = "a: &a x\nb:\n" + "- *a\n" * (MOST_ALIASED + 1)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (BOMB, "aliases stand for more"),
        (WIDE, "aliases stand for more"),
        ("a: &a\n  b: *a\n", "nested too deeply|aliases"),
        ("a: !!python/object/apply:os.system ['x']\n", "has the tag"),
        ("a: !ruby/object:Gem::Installer {}\n", "has the tag"),
        ("a: !custom text\n", "has the tag"),
        ("? [a, b]\n: c\n", "line 1: this key is no text"),
        ("a: 1\n---\nb: 2\n", "several documents"),
        ("a: [\n", "not valid YAML"),
        ("- a\n", "not a mapping"),
        ("[" * 60 + "]" * 60, "nested too deeply"),
        ("a: *b\n", "YAML|no anchor"),
        ("a: A\na: B\n", "twice"),
        ("\ta: b\n", "not valid YAML"),
        ("", "not a mapping"),
    ],
)
def test_what_is_not_texts_is_refused_at_once(tmp_path, text, named):
    (tmp_path / "en.yml").write_text(text)
    start = time.process_time()
    with pytest.raises(DataError, match=named) as error:
        read_dataset(tmp_path / "en.yml", name="x", languages=EN_RU)
    assert "\n" not in str(error.value)
    assert time.process_time() - start < 5
