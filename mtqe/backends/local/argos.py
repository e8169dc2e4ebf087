"""Argos Translate's packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

from mtqe.backends.base import Backend, BackendContext
from mtqe.backends.local.codes import check_code, find_code
from mtqe.backends.local.trouble import first_line
from mtqe.corpus.base import Corpus, Outcome, Segment, Translation
from mtqe.errors import BackendError
from mtqe.support.extras import import_extra, installed
from mtqe.support.options import parse_options
from mtqe.support.quiet import quiet

EXTRA = "argos"
BLOCK = 100
"""Segments that another machine gets at once."""


@dataclass(frozen=True)
class ArgosOptions:
    """Options of a ``backend = "argos"`` system.

    Attributes:
        source_code: Argos's code of the source language, if the languages don't tell.
        target_code: the model's code of the target language, likewise.
    """

    source_code: str | None = None
    target_code: str | None = None


class ArgosBackend(Backend):
    """Installed packages, one after the other where no single one does; one text at a time.

    Argos splits texts into sentences itself, and keeps line breaks.
    """

    name = "argos"
    summary = "Argos Translate's packages"
    portable = True

    def __init__(self, options: Mapping[str, Any], context: BackendContext) -> None:
        self._options = parse_options(ArgosOptions, options, f"systems.{context.system}")
        self._context = context

    @classmethod
    def readiness(cls) -> str:
        """Whether the package is there."""
        return f"ready, {installed('argostranslate', EXTRA)}"

    def identity(self) -> Mapping[str, str]:
        """The packages on the way with their versions, and Argos's own."""
        return {
            "backend": self.name,
            "packages": " ".join(_packages(self.translation)),
            "argostranslate": version("argostranslate"),
            "ctranslate2": version("ctranslate2"),
        }

    def check(self, corpus: Corpus) -> None:
        """See that Argos and packages for the languages are here.

        Raises:
            BackendError: they are not; names the command that mends it.
        """
        _ = self.translation

    def blocks(self, segments: Sequence[Segment]) -> Iterator[Sequence[Segment]]:
        """Any: each text is translated by itself."""
        for start in range(0, len(segments), BLOCK):
            yield segments[start : start + BLOCK]

    def translate(self, segments: Sequence[Segment]) -> Iterator[Outcome]:
        """Translate one by one; a source without text is given back as it is.

        Raises:
            BackendError: Argos can't go on, for instance because it can't download what it needs.
        """
        for segment in segments:
            if not segment.source.strip():
                yield Translation(segment.id, segment.source)
                continue
            try:
                yield Translation(segment.id, self.translation.translate(segment.source))
            except (RuntimeError, ValueError, OSError) as error:
                raise BackendError(f"Argos failed: {first_line(error)}") from error

    @cached_property
    def translation(self) -> Any:  # noqa: ANN401 - Argos's own object
        """What translates in this direction."""
        with quiet():
            argos = import_extra("argostranslate.translate", EXTRA, "Argos packages", BackendError)
            installed = {language.code: language for language in argos.get_installed_languages()}
        languages = self._context.languages
        source = _code(self._options.source_code, languages.source, installed)
        target = _code(self._options.target_code, languages.target, installed)
        found = installed[source].get_translation(installed[target])
        if found is None:
            raise BackendError(
                f"Argos has no package for {source}-{target} here; "
                f"run `argospm install translate-{source}_{target}`."
            )
        return found


def _code(wished: str | None, language: str, installed: Mapping[str, object]) -> str:
    if not installed:
        raise BackendError("Argos has no package here; run `argospm install translate-en_es`.")
    if wished is not None:
        return check_code(wished, list(installed))
    return find_code(language, list(installed))


def _packages(translation: Any) -> Iterator[str]:  # noqa: ANN401 - Argos's own object
    """Every package on the way, such as ``en-es 1.9``."""
    steps = [getattr(translation, name, None) for name in ("underlying", "t1", "t2")]
    if (package := getattr(translation, "pkg", None)) is not None:
        yield f"{package.from_code}-{package.to_code} {package.package_version}"
    for step in filter(None, steps):
        yield from _packages(step)
