"""Keys of services: from the environment or the keyring alone, and out of everything printed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from importlib.util import find_spec

from pydantic import SecretStr

from mtqe.errors import BackendError, ConfigError
from mtqe.support import redaction
from mtqe.support.http.options import RequestOptions
from mtqe.support.key_shapes import has_key_form, literal_keys
from mtqe.support.redaction import SHORTEST_ECHO, remember_key

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
LONGEST_NAME = 64
KEYRING_SERVICE = "mtqe"


def checked_variable(name: str, where: str) -> str:
    """Check the name of an environment variable and give it back.

    Raises:
        ConfigError: it can't name an environment variable; the sentence doesn't repeat it, as it
            may be the key itself.
    """
    if not VARIABLE.match(name) or len(name) > LONGEST_NAME or has_key_form(name):
        raise ConfigError(
            f"{where}.key_variable must be the name of an environment variable, not the key; "
            'write for instance key_variable = "MT_KEY".'
        )
    return name


def chosen_variable(options: RequestOptions, usual: str | None, where: str) -> str | None:
    """The variable of the key to send; None for no key.

    A key is never sent to a server that the service doesn't run, unless somebody says so.

    Args:
        options: may name a variable, or a server of one's own.
        usual: the variable of the service's own key.
        where: names the table in errors.

    Raises:
        ConfigError: the name can't be one of a variable.
    """
    name = options.key_variable
    if name is None and options.url is None:
        name = usual
    return None if name is None else checked_variable(name, where)


def find_key(variable: str) -> SecretStr | None:
    """The key in the environment, or in the keyring's service ``mtqe``; None if in neither."""
    value = os.environ.get(variable, "").strip() or _from_keyring(variable)
    if not value:
        return None
    remember_key(value)
    return SecretStr(value)


def require_key(variable: str) -> SecretStr:
    """The key that `find_key` finds, which must exist.

    Raises:
        BackendError: there is no such key, or it can't be sent in a header.
    """
    key = find_key(variable)
    if key is None:
        raise BackendError(
            f"no key: set the environment variable {variable}, or install keyring and run "
            f"`keyring set {KEYRING_SERVICE} {variable}`."
        )
    if not (key.get_secret_value().isascii() and key.get_secret_value().isprintable()):
        raise BackendError(f"the key in {variable} has characters that no key has; set it again.")
    return key


def refuse_literal_keys(options: Mapping[str, object], where: str) -> None:
    """See that options hold no key.

    Args:
        options: by name; what is nested in them counts too.
        where: names the system in errors.

    Raises:
        ConfigError: one looks like a key; the sentence says where and doesn't repeat it.
    """
    found = next(literal_keys(options), None)
    if found is not None:
        raise ConfigError(
            f"{where}.{found} holds what looks like a key; put the key into an environment "
            'variable and name that in key_variable (backend = "http" takes {key} in its place).'
        )


def redact(text: str, keys: tuple[SecretStr, ...]) -> str:
    """The text without any of the keys, in whatever form a service repeats them."""
    return redaction.redact(text, (key.get_secret_value() for key in keys))


def repeats_key(text: str, keys: tuple[SecretStr, ...]) -> bool:
    """Whether a translation has one of the keys in it, in any form."""
    long = (key.get_secret_value() for key in keys)
    return redaction.redactor(tuple(k for k in long if len(k) >= SHORTEST_ECHO)).holds(text)


def _from_keyring(variable: str) -> str | None:
    if find_spec("keyring") is None:
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, variable)
    except KeyringError:
        return None
