"""Texts that try to steer a judge are found, and harmless ones that look a little like them not."""

from __future__ import annotations

import pytest

from mtqe.checks.injection.check import attempts
from tests.injections import INJECTIONS, ORDER, tag_characters
from tests.unit.checks.looking import corpus_of, findings, found, marked

NAME = "prompt-injection"


def test_the_corpus_is_as_large_as_is_said():
    assert len({case.name for case in INJECTIONS}) == len(INJECTIONS) >= 40


@pytest.mark.parametrize("case", INJECTIONS, ids=lambda case: case.name)
def test_every_text_of_the_corpus_is_found_and_marked(case):
    source = "The cat sleeps."
    finding = found(NAME, source, case.text, ("en", case.language))
    assert finding is not None
    assert finding.severity == "critical"
    assert any(case.sign in text for _, text in marked(finding, source, case.text))


@pytest.mark.parametrize("case", INJECTIONS, ids=lambda case: case.name)
def test_what_the_source_says_too_is_no_finding_about_the_translation(case):
    (finding,) = findings(NAME, corpus_of(case.text), [case.text])
    assert finding.system is None
    assert {side for side, _, _ in finding.spans} == {"source"}
