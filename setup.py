"""What pyproject.toml can't say: the demonstration set in the package, and README for PyPI."""

import re
from pathlib import Path
from shutil import copy, copytree

from setuptools import setup
from setuptools.command.build_py import build_py

SET = "en-es"
FILES = "https://github.com/mtqe/mtqe/blob/main/"
PICTURES = "https://raw.githubusercontent.com/mtqe/mtqe/main/"


def readme() -> str:
    """README with the addresses that its links to files have on the forge: PyPI has no files."""
    text = Path("README.md").read_text(encoding="utf-8")
    text = re.sub(r"(!\[[^\]]*\]\()(?!https?:)", rf"\1{PICTURES}", text)
    return re.sub(r"(\]\()(?!https?:|#)", rf"\1{FILES}", text)


class WithReferences(build_py):
    """Builds the package with a part of references/; an editable install reads it in place."""

    def run(self) -> None:
        """Copy the set behind the package's own files."""
        super().run()
        if not self.editable_mode:
            place = Path(self.build_lib) / "mtqe" / "references"
            copytree(Path("references") / SET, place / SET, dirs_exist_ok=True)
            copy(Path("references") / "README.md", place)


setup(
    cmdclass={"build_py": WithReferences},
    long_description=readme(),
    long_description_content_type="text/markdown",
)
