"""Every service gets the requests that it documents, and its answers reach their segments."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mtqe.corpus.base import Corpus, Translation
from mtqe.errors import BackendError
from tests.service_protocols import KEY, SERVICES
from tests.services import PAIR, Loopback, json_reply, outcomes, translation

HOSTILE = [
    "Hello",
    "",
    " \t",
    'quotes " and \\ and {"json": [1]} and </b> & {texts} {key}',
    "emoji 👩‍👩‍👧 🇪🇸 and a\u0301 combining",
    "control \x01\x07\x1b[31m and \u2028 and \ufeff and \u202e",
    "tab\tand  two blanks ",
    "100% &amp; +plus+ é ß 你好 مرحبا",
]
SURVIVORS = [source for source in HOSTILE if source.strip()]


@pytest.mark.parametrize("name", SERVICES)
def test_each_source_gets_its_own_translation(name, service):
    sources = [*HOSTILE, *(f"sentence {number}" for number in range(25))]
    with service(name) as (_, backend):
        given = outcomes(backend, sources)
    expected = [translation(source) if source.strip() else source for source in sources]
    assert [outcome.text for outcome in given] == expected


@pytest.mark.parametrize("name", SERVICES)
def test_the_key_is_neither_in_the_identity_nor_in_any_text_of_the_backend(name, service):
    with service(name) as (_, backend):
        outcomes(backend, ["a"])
        said = f"{backend.identity()} {backend.notes} {backend.usage} {backend.prompts}"
    assert KEY not in said
    assert backend.identity()["backend"] == name


@pytest.mark.parametrize("name", SERVICES)
def test_the_characters_answered_for_are_counted(name, service):
    with service(name, price=20.0, currency="EUR") as (loopback, backend):
        outcomes(backend, ["abc", "", "de"])
    usage = backend.usage
    assert (usage.characters, usage.requests) == (5, len(loopback.received))
    tokens = usage.requests * {"openai": 100 + 2 * 20, "anthropic": 3 * 100 + 15 * 20}.get(name, 0)
    assert usage.cost == pytest.approx((5 * 20 + tokens) / 1e6)
    assert usage.currency == "EUR"
    assert 0 < usage.latency <= usage.latency_p95


def test_options_of_deepl_reach_it(service):
    options = {"formality": "less", "glossary": "g-1", "model_type": "quality", "context": "Shop."}
    with service("deepl", **options) as (loopback, backend):
        assert outcomes(backend, ["a"]) == [Translation("0", translation("a"))]
    body = loopback.received[0].json
    assert (body["formality"], body["glossary_id"], body["model_type"], body["context"]) == (
        "less",
        "g-1",
        "quality",
        "Shop.",
    )


def test_a_glossary_of_google_decides_which_translations_count(service):
    with service("google", glossary="terms") as (loopback, backend):
        assert outcomes(backend, ["a"])[0].text == translation("a")
    config = loopback.received[0].json["glossaryConfig"]
    assert config == {"glossary": "projects/p-1/locations/global/glossaries/terms"}


def test_credentials_of_google_are_exchanged_for_a_token(service, tmp_path, monkeypatch):
    """A service account's signed request for a token, as google-auth makes it."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )

    def tokens(request):
        assert request.form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        return json_reply({"access_token": KEY, "expires_in": 3600, "token_type": "Bearer"})

    with Loopback(tokens) as exchange, service("google", key_variable="UNSET_KEY") as (_, backend):
        account = {
            "type": "service_account",
            "client_email": "mtqe@p-1.iam.gserviceaccount.com",
            "private_key": private.decode(),
            "token_uri": f"{exchange.url}/token",
            "project_id": "p-1",
        }
        (tmp_path / "account.json").write_text(json.dumps(account))
        with pytest.raises(BackendError, match="set UNSET_KEY to what `gcloud auth"):
            backend.check(Corpus("c", PAIR, ()))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
        assert outcomes(backend, ["a"])[0].text == translation("a")
        assert exchange.complaints == []
        (tmp_path / "account.json").write_text("{}")
        with pytest.raises(BackendError, match="Google gives no access token"):
            backend.check(Corpus("c", PAIR, ()))


def test_options_of_azure_and_amazon_reach_them(service):
    with service("azure", region="westeurope") as (loopback, backend):
        outcomes(backend, ["a"])
    assert loopback.received[0].headers["ocp-apim-subscription-region"] == "westeurope"
    with service("amazon", formality="FORMAL", terminology="t") as (loopback, backend):
        outcomes(backend, ["a"])
    body = loopback.received[0].json
    assert (body["Settings"], body["TerminologyNames"]) == ({"Formality": "FORMAL"}, ["t"])


def test_a_session_token_of_amazon_is_sent(service, monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "s3ssion")
    with service("amazon") as (loopback, backend):
        assert outcomes(backend, ["a"])[0].text == translation("a")
    assert loopback.received[0].headers["x-amz-security-token"] == "s3ssion"


def test_a_key_that_nobody_named_stays_away_from_a_server_of_ones_own(service, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "s3cret")
    with service("openai", key_variable=None) as (loopback, backend):
        outcomes(backend, ["a"])
    assert "authorization" not in loopback.received[0].headers
