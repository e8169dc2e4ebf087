"""Whatever a service answers ends in outcomes with reasons, never in an exception.

What is read of such answers without the network is attacked in tests/fuzz.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from mtqe.corpus.base import Failure, Translation
from tests.fuzz.answers import spoilt
from tests.service_protocols import SERVICES
from tests.services import outcomes


@pytest.mark.parametrize("name", SERVICES)
def test_mutated_answers_over_the_network(service, name):
    """A dozen of them in one translation: one outcome a segment, whatever came."""
    chance = random.Random(f"{name} over the network")
    faults = [lambda reply: replace(reply, body=spoilt(reply.body, chance)) for _ in range(12)]
    with service(name, faults, attempts=2) as (_, backend):
        found = outcomes(backend, [f"source {number}" for number in range(8)])
    assert all(isinstance(outcome, Translation | Failure) for outcome in found)
