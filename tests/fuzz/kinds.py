"""Every kind of input that is attacked, by name."""

from __future__ import annotations

from tests.fuzz.answers import answers
from tests.fuzz.case import Kinds
from tests.fuzz.configurations import configurations
from tests.fuzz.files import documents, formats
from tests.fuzz.models import models
from tests.fuzz.people import people
from tests.fuzz.runs import runs

KINDS: Kinds = {
    **formats(),
    **documents(),
    **people(),
    **runs(),
    **configurations(),
    **answers(),
    **models(),
}
