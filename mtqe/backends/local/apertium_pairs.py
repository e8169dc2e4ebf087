"""What Apertium and Debian call directions of translation, and the packages that hold them."""

from __future__ import annotations

from mtqe.support.languages import primary

ISO_639_3 = {
    "af": "afr", "an": "arg", "ar": "ara", "be": "bel", "bg": "bul", "br": "bre", "ca": "cat",
    "cy": "cym", "da": "dan", "de": "deu", "en": "eng", "eo": "epo", "es": "spa", "eu": "eus",
    "fi": "fin", "fr": "fra", "gl": "glg", "hi": "hin", "id": "ind", "is": "isl", "it": "ita",
    "kk": "kaz", "mk": "mkd", "ms": "zlm", "mt": "mlt", "nb": "nob", "nl": "nld", "nn": "nno",
    "oc": "oci", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sc": "srd", "se": "sme",
    "sl": "slv", "sv": "swe", "tr": "tur", "tt": "tat", "uk": "ukr", "ur": "urd",
}  # fmt: skip

DEBIAN_12 = (
    "afr-nld", "arg-cat", "bel-rus", "br-fr", "cat-ita", "cat-srd", "dan-nor", "en-gl", "eng-cat",
    "eng-spa", "eo-ca", "eo-en", "eo-es", "eo-fr", "es-gl", "es-pt", "es-ro", "eu-en", "eu-es",
    "fr-es", "fra-cat", "fra-frp", "hbs-eng", "hbs-mkd", "hbs-slv", "ind-zlm", "isl-eng", "isl-swe",
    "mkd-bul", "mkd-eng", "nno-nob", "oc-ca", "oc-es", "oci-fra", "pol-szl", "por-cat", "pt-gl",
    "rus-ukr", "spa-arg", "spa-ast", "spa-cat", "spa-ita", "srd-ita", "swe-dan", "swe-nor",
    "urd-hin",
)  # fmt: skip
"""Debian 12's packages ``apertium-…``, each for one or both directions, in its makers' spelling."""

NORWEGIAN = ("nob", "nno")


def pair_of(source: str, target: str) -> str:
    """The direction between two language tags, as ``apertium -l`` lists it."""
    codes = [primary(source), primary(target)]
    long = "-".join(ISO_639_3.get(code, code) for code in codes)
    name = _debian_name(long)
    short = name is not None and all(len(code) == 2 for code in name.split("-"))
    return "-".join(codes) if short else long


def package_of(pair: str) -> str | None:
    """The Debian package of a direction such as ``eng-spa`` or ``spa-eng_US``, if there is one."""
    name = _debian_name(pair)
    return None if name is None else f"apertium-{name}"


def _debian_name(pair: str) -> str | None:
    codes = {_long(code) for code in pair.split("-")}
    general = {"nor" if code in NORWEGIAN else code for code in codes}
    by_codes = {frozenset(map(_long, name.split("-"))): name for name in DEBIAN_12}
    return by_codes.get(frozenset(codes)) or by_codes.get(frozenset(general))


def _long(code: str) -> str:
    language = code.partition("_")[0]
    return ISO_639_3.get(language, language)
