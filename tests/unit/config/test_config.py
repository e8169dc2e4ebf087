"""mtqe.toml: what is meant is built, what can't be meant is named with its fix."""

from __future__ import annotations

import pytest

from mtqe.config import build_metrics, load_config
from mtqe.corpus.base import LanguagePair
from mtqe.errors import ConfigError, MtqeError

CORPUS = """\
[corpus]
source_language = "en"
target_language = "es"
path = "corpus.tsv"
"""
SYSTEM = '[systems.one]\nbackend = "file"\npath = "one.txt"\n'
VALID = CORPUS + SYSTEM + "[metrics]\nbleu = {}\nchrf = {}\n"


@pytest.fixture
def load(tmp_path):
    (tmp_path / "corpus.tsv").write_text("id\tsource\treference\n1\ta\tb\n", encoding="utf-8")
    (tmp_path / "one.txt").write_text("b\n", encoding="utf-8")

    def from_text(text):
        path = tmp_path / "mtqe.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_config(path)

    return from_text


def refused(load, text, build=lambda config: config):
    with pytest.raises(ConfigError) as caught:
        build(load(text))
    message = str(caught.value)
    assert "\n" not in message.partition("TOML")[0]
    assert "mtqe.toml" in message
    return message


def test_a_folder_stands_for_its_mtqe_toml(load, tmp_path):
    load(VALID)
    config = load_config(tmp_path)
    assert config.languages == LanguagePair("en", "es")
    assert config.name == tmp_path.name
    assert len(config.read_corpus()) == 1
    assert [system.name for system in config.build_systems()] == ["one"]
    assert [metric.name for metric in config.build_metrics()] == ["bleu", "chrf"]


def test_paths_are_relative_to_the_configuration(load, monkeypatch, tmp_path_factory):
    config = load(VALID)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    corpus = config.read_corpus()
    (system,) = config.build_systems()
    system.backend.check(corpus)
    assert [outcome.text for outcome in system.backend.translate(corpus.segments)] == ["b"]


def test_without_a_metrics_table_the_four_defaults_are_meant(load):
    names = [metric.name for metric in load(CORPUS + SYSTEM).metrics]
    assert names == ["bleu", "chrf", "comet", "bertscore"]


def test_line_aligned_text(load, tmp_path):
    for name in ("s", "r1", "r2"):
        (tmp_path / f"{name}.txt").write_text(f"{name}\n")
    config = load(
        '[corpus]\nsource_language = "en"\ntarget_language = "es"\nsource = "s.txt"\n'
        'references = ["r1.txt", "r2.txt"]\n' + SYSTEM
    )
    (segment,) = config.read_corpus()
    assert (segment.source, segment.references) == ("s", ("r1", "r2"))


def test_columns_are_mapped(load, tmp_path):
    (tmp_path / "corpus.tsv").write_text("key\ttext\tgold\tkind\n1\ta\tb\tnews\n")
    config = load(
        CORPUS + '[corpus.columns]\nid = "key"\nsource = "text"\nreferences = ["gold"]\n'
        'metadata = ["kind"]\n' + SYSTEM
    )
    (segment,) = config.read_corpus()
    assert (segment.id, segment.references, dict(segment.metadata)) == (
        "1",
        ("b",),
        {"kind": "news"},
    )


def test_a_disabled_system_runs_only_when_named(load):
    config = load(
        VALID.replace('"one.txt"', '"one.txt"\nenabled = false') + SYSTEM.replace("one", "two")
    )
    assert [system.name for system in config.build_systems()] == ["two"]
    assert [system.name for system in config.build_systems(["one", "one"])] == ["one"]


def test_a_metric_may_have_another_name_and_options(load):
    config = load(VALID + '[metrics.strict-bleu]\nmetric = "bleu"\nlowercase = true\n')
    named = config.build_metrics(["strict-bleu", "ter"])
    assert [metric.name for metric in named] == ["strict-bleu", "ter"]
    assert "case:lc" in str(named[0].metric.signature("1"))


def test_the_target_language_decides_the_tokenizer():
    (named,) = build_metrics(["bleu"], LanguagePair("en", "zh-Hant"))
    assert "tok:zh" in str(named.metric.signature("1"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("corpus = ", "not valid TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        ("", "the table [corpus] is missing; add it"),
        ("corpus = 5", "the table [corpus] is missing"),
        ("[[corpus]]", "the table [corpus] is missing"),
        (CORPUS.replace("corpus.tsv", "a\\u0000b"), "a string has U+0000"),
        (VALID + '[x]\n"\\u0000" = [[{a = 1}]]\n', "a string has U+0000"),
        (VALID + '[x]\ny = [{examples = "\\u0000"}]\n', "a string has U+0000"),
        (VALID + "[metric]\n", "unknown table 'metric'; did you mean 'metrics'?"),
        (VALID + "[checks]\nnumbrs = true\n", "checks: no check is called 'numbrs'; did you mean"),
        (VALID + "[checks]\nnumbers = 3\n", "checks.numbers must be true, false or a table"),
        (VALID + "[gremlins]\n", "unknown table 'gremlins'; known are"),
        (CORPUS.replace("path", "pth"), "corpus: unknown key 'pth'; did you mean 'path'?"),
        (CORPUS.replace('"corpus.tsv"', "7"), "corpus.path should be"),
        (CORPUS.replace('path = "corpus.tsv"', ""), "either `path`"),
        (CORPUS + 'source = "s"\n', "either `path`"),
        (CORPUS + 'references = ["r"]\n', "corpus.references has no meaning beside `path`"),
        (CORPUS + 'ids = "i"\n', "corpus.ids has no meaning beside `path`"),
        (
            CORPUS.replace("path", "source") + 'format = "tsv"\n',
            "corpus.format has no meaning beside `source`",
        ),
        (CORPUS + 'format = "tvs"\n', "corpus.format: did you mean 'tsv'?"),
        (CORPUS + '[corpus.columns]\nsrc = "x"\n', "corpus.columns: unknown key 'src'"),
        (CORPUS + '[corpus.columns]\nreferences = "x"\n', "corpus.columns.references should be"),
        (CORPUS + "columns = 5\n", "corpus.columns should be"),
        (
            CORPUS.replace('"en"', '"english"'),
            "corpus.source_language: 'english' is not a language",
        ),
        (
            CORPUS.replace('"es"', '"es MX"'),
            "corpus.target_language: 'es MX' is not a language tag",
        ),
        (CORPUS.replace('"es"', '""'), "corpus.target_language: '' is not a language tag"),
        (CORPUS.replace('target_language = "es"', ""), "'target_language' is missing; add it"),
        (CORPUS + "[systems]\none = 5\n", "systems.one must be a table"),
        (CORPUS + "[systems.one]\n", "`backend` is missing"),
        (CORPUS + "[systems.one]\nbackend = 5\n", "`backend` is missing"),
        (CORPUS + '[systems."a/b"]\nbackend = "file"\n', "a name may have letters, digits"),
        (CORPUS + SYSTEM + "enabled = 1\n", "systems.one.enabled must be true or false"),
        (CORPUS + "[metrics]\nbleu = true\n", "metrics.bleu must be a table"),
        (CORPUS + "[metrics.x]\nmetric = 5\n", "metrics.x.metric must be a name"),
        (CORPUS + '[metrics.source]\nmetric = "bleu"\n', "'source' is a column of every run"),
        (CORPUS + '[metrics."metadata.x"]\nmetric = "bleu"\n', "is a column of every run"),
    ],
)
def test_what_cannot_be_meant_is_named(load, text, says):
    assert says in refused(load, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CORPUS, "no system to run; add a [systems.NAME] table"),
        (CORPUS + SYSTEM + "enabled = false\n", "no system to run"),
        (CORPUS + SYSTEM.replace('"file"', '"fil"'), "no backend is called 'fil'; did you mean"),
        (CORPUS + SYSTEM + 'colum = "x"\n', "systems.one: unknown key 'colum'; did you mean"),
        (CORPUS + SYSTEM.replace('path = "one.txt"', ""), "systems.one: 'path' is missing"),
    ],
)
def test_systems_that_cannot_be_built_are_named(load, text, says):
    assert says in refused(load, text, lambda config: config.build_systems())


def test_a_misspelt_system_is_hinted_at(load):
    message = refused(load, VALID, lambda config: config.build_systems(["on"]))
    assert "no system is called 'on'; did you mean 'one'?" in message


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("bluee = {}", "no metric is called 'bluee'; did you mean 'bleu'?"),
        ('bleu = { tokenise = "zh" }', "metrics.bleu: unknown key 'tokenise'; did you mean"),
        ('bleu = { tokenize = "zhh" }', "metrics.bleu.tokenize should be '13a'"),
        ("chrf = { beta = 0 }", "metrics.chrf.beta should be greater than or equal to 1"),
        ('chrf = { beta = "2" }', "metrics.chrf.beta should be a valid integer"),
        ("chrf = { lowercase = 1 }", "metrics.chrf.lowercase should be a valid boolean"),
        ("", "no metric to score with; name one under [metrics]"),
    ],
)
def test_metrics_that_cannot_be_built_are_named(load, table, says):
    text = f"{CORPUS}{SYSTEM}[metrics]\n{table}\n"
    assert says in refused(load, text, lambda config: config.build_metrics())


def test_a_missing_configuration_says_what_writes_one(tmp_path):
    with pytest.raises(ConfigError, match=r"mtqe.toml can't be read \(No such file.*`mtqe init`"):
        load_config(tmp_path)


def test_a_missing_corpus_file_is_named_when_it_is_read(load, tmp_path):
    (tmp_path / "corpus.tsv").unlink()
    with pytest.raises(MtqeError, match=r"corpus.tsv: cannot be read"):
        load(VALID).read_corpus()


def test_a_missing_hypothesis_file_is_named_by_check(load, tmp_path):
    config = load(VALID)
    (tmp_path / "one.txt").unlink()
    (system,) = config.build_systems()
    with pytest.raises(MtqeError, match=r"one.txt: cannot be read"):
        system.backend.check(config.read_corpus())


def test_compute_says_where_models_run(load):
    pool = load(
        VALID + '[compute]\ndevice = "cpu"\nthreads = 1\nbatch_tokens = 64\n'
    ).compute.pool()
    assert (pool.torch_device(), pool.threads, pool.batch_tokens()) == ("cpu", 1, 64)
    assert load(VALID).compute.pool().batch_tokens() >= 2048


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("device = 1", "compute.device should be a valid string"),
        ("threads = 0", "compute.threads should be greater than or equal to 1"),
        ("batch_tokens = 0", "compute.batch_tokens should be greater than or equal to 1"),
        ("gpu = true", "compute: unknown key 'gpu'"),
    ],
)
def test_compute_is_checked(load, table, says):
    assert says in refused(load, f"{VALID}[compute]\n{table}\n")
