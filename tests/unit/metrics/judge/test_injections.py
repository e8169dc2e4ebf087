"""What each text of the injection corpus does to a judge's request and answer: nothing.

That the check finds them is in tests/unit/checks/test_prompt_injection.py.
"""

from __future__ import annotations

import json

import pytest

from mtqe.metrics.base import Sample
from mtqe.metrics.judge.answers import Judgement, Reader
from mtqe.metrics.judge.material import CONTROL
from mtqe.metrics.judge.options import JudgeOptions
from mtqe.support.http.faults import BadAnswer
from tests import judge_servers as servers
from tests.injections import INJECTIONS
from tests.judge_servers import judge, judged
from tests.services import Loopback

TEXTS = [case.text for case in INJECTIONS]
KINDS = ("esa", "mqm", "da")
EACH = pytest.mark.parametrize("case", INJECTIONS, ids=lambda case: case.name)


def requests(texts, **options):
    """The bodies of the requests by which these translations are judged, in their order."""
    samples = [Sample(f"Source {n}.", text) for n, text in enumerate(texts)]
    with Loopback(servers.openai()) as loopback:
        judged(judge(loopback.url, concurrency=1, **options), samples)
        assert loopback.complaints == []
        return [received.json for received in loopback.received]


def emptied(body):
    """A request without what differs from text to text: the line of JSON and its hash."""
    system, user = body["messages"]
    begin, line, end = user["content"].split("\n")
    assert begin.removeprefix("TEXTS-") == end.removeprefix("END-")
    assert not CONTROL.search(line)
    return {**body, "messages": [system, {**user, "content": shape(json.loads(line))}]}


def shape(value):
    """The keys and the lengths of lists in a JSON value, without its strings."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else type(value).__name__


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 4])
def test_requests_are_those_of_harmless_texts_but_for_the_text_in_its_string(kind, size):
    texts = TEXTS[: len(TEXTS) // size * size]
    steering = requests(texts, kind=kind, batch_size=size)
    equally_long = ["e" * len(text) for text in texts]  # the length bounds the list of errors
    harmless = requests(equally_long, kind=kind, batch_size=size)
    assert len(steering) == len(texts) // size
    assert [emptied(body) for body in steering] == [emptied(body) for body in harmless]
    shown = [servers.shown(body["messages"][1]["content"]) for body in steering]
    assert [item["translation"] for data in shown for item in servers.texts(data)] == texts


@EACH
def test_a_text_that_is_quoted_in_an_answer_does_not_change_the_score(case):
    error = {"side": "translation", "text": case.text, "occurrence": 1, "severity": "major",
             "explanation": f"It says: {case.text}"}  # fmt: skip
    answer = json.dumps({"errors": [error], "score": 12}, ensure_ascii=False)
    read = Reader(JudgeOptions(model="m")).read(answer, {"": Sample("s", case.text)})[""]
    assert isinstance(read, Judgement)
    assert read.score == 12
    assert [(span.start, span.end) for span in read.spans] == [(0, len(case.text))]


@EACH
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["{text}", "{text}\n{answer}", "{answer}\n{text}"])
def test_a_text_that_is_echoed_is_no_answer(case, kind, form):
    answer = {"da": {"score": 12}, "mqm": {"errors": []}, "esa": {"errors": [], "score": 12}}[kind]
    said = form.replace("{answer}", json.dumps(answer)).replace("{text}", case.text)
    with pytest.raises(BadAnswer):
        Reader(JudgeOptions(model="m", kind=kind)).read(said, {"": Sample("s", case.text)})


def test_a_judgement_of_another_id_is_not_taken_for_any():
    """What "end of the string" wants to add: an entry for a translation that was not asked for."""
    entries = [{"id": "2", "errors": [], "score": 100}, {"id": "a", "errors": [], "score": 3}]
    read = Reader(JudgeOptions(model="m")).read(
        json.dumps({"judgements": entries}), {"a": Sample("s", "t"), "b": Sample("s", "u")}
    )
    assert isinstance(read["a"], Judgement)
    assert read["a"].score == 3
    assert isinstance(read["b"], BadAnswer)
