"""Keys come from the environment or the keyring alone, and turn up nowhere."""

from __future__ import annotations

import keyring
import keyring.backend
import pytest

from mtqe.backends.registry import backend_class
from mtqe.corpus.base import Corpus
from mtqe.errors import BackendError, ConfigError
from mtqe.support.http.keys import find_key
from tests.command_line import mtqe
from tests.project import write_lines
from tests.services import PAIR, Loopback, build, json_reply, translation

PASTED = "sk-LITERAL-abcdefghijabcdefghij"
SECRET = "s3cret-0123456789abcdef"


@pytest.mark.parametrize("name", ["deepl", "azure", "anthropic", "openai", "amazon"])
def test_a_missing_key_is_one_sentence_with_the_variable_s_name(name):
    options = {"model": "m"} if name in ("anthropic", "openai") else {}
    options |= {"region": "eu-west-1"} if name == "amazon" else {}
    backend = build(name, "", None, key_variable="NO_SUCH_KEY", **options)
    with pytest.raises(BackendError, match="set the environment variable NO_SUCH_KEY, or") as error:
        backend.check(Corpus("c", PAIR, ()))
    assert str(error.value).count(".") == 1


@pytest.mark.parametrize("written", [SECRET, "sk key", "sk-" + "a1" * 40, "ABC" * 40, ""])
def test_a_key_in_place_of_its_variable_is_not_repeated(written):
    with pytest.raises(ConfigError, match="name of an environment variable") as error:
        build("deepl", key_variable=written)
    assert not written or written not in str(error.value)


def test_a_key_that_no_header_takes_is_refused_without_being_shown(monkeypatch):
    monkeypatch.setenv("TEST_KEY", "ключ\nk")
    backend = build("deepl", key_variable="TEST_KEY")
    with pytest.raises(BackendError, match="the key in TEST_KEY has characters") as error:
        backend.check(Corpus("c", PAIR, ()))
    assert "ключ" not in str(error.value)


def test_addresses_hold_no_keys():
    for url in ("https://user:pw@host/", "https://host/?key=1", "ftp://host/", "host:80"):
        with pytest.raises(ConfigError, match="url must be an http or https address") as error:
            build("libretranslate", url)
        assert "pw" not in str(error.value)


def test_the_keyring_has_keys_too():
    class InMemory(keyring.backend.KeyringBackend):
        priority = 1

        def get_password(self, service, username):
            return SECRET if (service, username) == ("mtqe", "KEYRING_KEY") else None

        def set_password(self, service, username, password):
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    try:
        assert find_key("KEYRING_KEY").get_secret_value() == SECRET
        assert find_key("ANOTHER_KEY") is None
    finally:
        keyring.set_keyring(before)


def test_readiness_tells_which_keys_are_there(monkeypatch):
    """What `mtqe doctor` prints."""
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_ACCESS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("DEEPL_API_KEY", SECRET)
    assert backend_class("deepl").readiness() == "ready, key in DEEPL_API_KEY"
    assert "none in OPENAI_API_KEY" in backend_class("openai").readiness()
    with pytest.raises(BackendError, match="set the environment variable ANTHROPIC_API_KEY"):
        backend_class("anthropic").readiness()
    with pytest.raises(BackendError, match="gcloud auth print-access-token"):
        backend_class("google").readiness()


@pytest.mark.parametrize("place", ["source_language", "target_language", "path"])
def test_a_key_in_the_wrong_place_is_not_repeated(tmp_path, place):
    """What looks like a key is not printed, wherever somebody pasted it."""
    lines = {"source_language": "en", "target_language": "es", "path": "corpus.tsv", place: PASTED}
    corpus = "".join(f'{name} = "{value}"\n' for name, value in lines.items())
    (tmp_path / "mtqe.toml").write_text(f"[corpus]\n{corpus}", encoding="utf-8")
    result = mtqe("--debug", "validate", tmp_path / "mtqe.toml")
    assert result.code == 1
    assert "LITERAL" not in result.out + result.err
    assert "***" in result.err


CONFIG = """\
[corpus]
name = "keys"
source_language = "en"
target_language = "es"
path = "corpus.tsv"

[systems.vendor]
backend = "libretranslate"
url = "{url}"
key_variable = "VENDOR_KEY"
attempts = 1

[metrics]
chrf = {{}}
"""


def traces(folder, result):
    """All that a command left behind, as one text of bytes."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return b"".join([*files, result.out.encode(), result.err.encode()])


@pytest.mark.parametrize("expired", [False, True])
def test_a_key_is_in_no_file_and_no_output(tmp_path, expired, monkeypatch):
    """Not even when the service repeats it in its answers and errors, with --debug."""

    def indiscreet(request):
        assert request.json["api_key"] == SECRET
        if expired:
            return json_reply({"error": f"key {SECRET} has expired"}, 403)
        reply = [translation(text) for text in request.json["q"]]
        return json_reply({"translatedText": reply, "debug": {"key": SECRET}})

    monkeypatch.setenv("VENDOR_KEY", SECRET)
    monkeypatch.setenv("MTQE_HOME", str(tmp_path / "home"))
    write_lines(tmp_path / "corpus.tsv", ["source\treference", "one\tuno", "two\tdos"])
    with Loopback(indiscreet) as loopback:
        (tmp_path / "mtqe.toml").write_text(CONFIG.format(url=loopback.url))
        result = mtqe("--debug", "run", tmp_path / "mtqe.toml", "-o", tmp_path / "out")
    assert loopback.complaints == []
    assert (result.code, len(loopback.received)) == (int(expired), 1)
    left = traces(tmp_path, result)
    assert (b"key *** has expired" in left) == expired
    assert SECRET.encode() not in left
