"""The subset of a run that is worth a person's time, and the files that people rate it in."""

from __future__ import annotations

from mtqe.people.sampling.choose import STRATEGIES, choose
from mtqe.people.sampling.files import FILE_FORMATS, write_sample
from mtqe.people.sampling.items import SampleItem, items_of

__all__ = ["FILE_FORMATS", "STRATEGIES", "SampleItem", "choose", "items_of", "write_sample"]
