"""Puts the demonstration set of references/ into the package that is built; see `mtqe demo`."""

from pathlib import Path
from shutil import copy, copytree

from setuptools import setup
from setuptools.command.build_py import build_py

SET = "en-es"


class WithReferences(build_py):
    """Builds the package with a part of references/; an editable install reads it in place."""

    def run(self) -> None:
        """Copy the set behind the package's own files."""
        super().run()
        if not self.editable_mode:
            place = Path(self.build_lib) / "mtqe" / "references"
            copytree(Path("references") / SET, place / SET, dirs_exist_ok=True)
            copy(Path("references") / "README.md", place)


setup(cmdclass={"build_py": WithReferences})
