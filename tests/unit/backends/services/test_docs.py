"""The examples of docs/how-to/services.md are configurations that work."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from mtqe.backends.base import BackendContext
from mtqe.backends.registry import BACKENDS, backend_class
from mtqe.backends.services.base import Service
from tests.service_protocols import SERVICES
from tests.services import PAIR

DOCS = Path(__file__).parents[4] / "docs"
PAGE = (DOCS / "how-to" / "services.md").read_text(encoding="utf-8")
LOCAL = (DOCS / "how-to" / "local-engines.md").read_text(encoding="utf-8")


def test_every_engine_has_an_example_that_can_be_built(tmp_path):
    for name in ("terms.tsv", "examples.tsv"):
        (tmp_path / name).write_text("a\tb\n", encoding="utf-8")
    tables = tomllib.loads(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1])["systems"]
    built = set()
    for system, options in tables.items():
        name = options.pop("backend")
        backend_class(name)(options, BackendContext(system, PAIR, tmp_path)).identity()
        built.add(name)
    assert built == SERVICES.keys()


def test_every_engine_behind_http_is_tested_here():
    services = {name for name in BACKENDS if issubclass(backend_class(name), Service)}
    assert services == SERVICES.keys()


def test_the_lists_of_engines_have_what_each_says_of_itself():
    rows = [line for page in (PAGE, LOCAL) for line in page.splitlines() if line.startswith("| ")]
    for name in BACKENDS:
        own = [row for row in rows if re.match(rf"\| \[?`{name}`", row)]
        assert backend_class(name).summary
        assert f"| {backend_class(name).summary} |" in own[0]


def test_the_table_s_limits_and_keys_are_the_code_s():
    for name in SERVICES:
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}`"))
        cls = backend_class(name)
        assert issubclass(cls, Service)
        assert f"{cls.limits.segments} segment" in row
        if cls.key_variable and cls.key_needed:
            assert f"`{cls.key_variable}`" in row
