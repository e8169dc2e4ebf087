"""Long texts in windows: what they cover, where they begin, and what becomes of their scores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.corpus.spans import FoundSpan
from mtqe.metrics.base import DetailedChunk, Details, Sample
from mtqe.metrics.neural.bertscore import BERTScore
from mtqe.metrics.neural.borders import match, sentence_ends, shared_borders
from mtqe.metrics.neural.comet import Comet
from mtqe.metrics.neural.windows import in_windows, windows
from mtqe.metrics.pool import ModelPool
from tests.neural_models import write_comet, write_encoder

ENGLISH = [f"The dog number {i} sleeps in the house of his old friend." for i in range(40)]
GERMAN = [f"Der Hund Nummer {i} schläft im Haus seines alten Freundes." for i in range(40)]
LIMIT = 100


def fits(sample: Sample) -> bool:
    texts = (sample.hypothesis, sample.source, *sample.present_references)
    return all(len(text.split()) <= LIMIT for text in texts)


def sample(english=ENGLISH, german=GERMAN, reference=ENGLISH) -> Sample:
    return Sample(" ".join(german), " ".join(english), (" ".join(reference), None))


def sentences(text: str) -> list[int]:
    """Numbers of the sentences of a window."""
    return [int(word) for word in text.split() if word.isdecimal()]


def test_windows_fit_and_begin_in_the_middle_of_the_one_before():
    found = windows(sample(), fits)

    assert all(fits(window.sample) for window in found)
    numbers = [sentences(window.sample.hypothesis) for window in found]
    assert numbers[0][0] == 0
    assert numbers[-1][-1] == 39
    for before, after in pairwise(numbers):
        assert before[0] < after[0] <= before[-1] < after[-1]
    assert {len(run) for run in numbers} == {8}  # the last one reaches back: as long as the others
    assert numbers[1][0] == 4


def test_texts_of_a_window_translate_each_other():
    for window in windows(sample(), fits):
        numbers = sentences(window.sample.hypothesis)
        assert sentences(window.sample.source) == numbers
        assert sentences(window.sample.references[0]) == numbers
        assert window.sample.references[1] is None


def test_sentences_that_a_translation_joins_stay_in_one_window():
    joined = [
        f"{one[:-1]}, and t{other[1:]}"
        for one, other in zip(ENGLISH[::2], ENGLISH[1::2], strict=True)
    ]

    for window in windows(sample(english=joined), fits):
        assert sentences(window.sample.source) == sentences(window.sample.hypothesis)


def test_an_omission_does_not_shift_what_follows():
    kept = [*ENGLISH[:10], *ENGLISH[14:]]

    found = windows(sample(english=kept), fits)

    assert sentences(found[-1].sample.source)[-4:] == sentences(found[-1].sample.hypothesis)[-4:]


def test_every_character_is_owned_by_one_window():
    whole = sample()
    found = windows(whole, fits)

    assert found[0].owned[0] == 0
    assert found[-1].owned[1] > len(whole.hypothesis)
    assert all(a.owned[1] == b.owned[0] for a, b in pairwise(found))
    for window in found:
        part = window.sample.hypothesis
        assert whole.hypothesis[window.start :].startswith(part)
        assert window.start <= window.owned[0]


def test_a_sentence_that_does_not_fit_is_halved_between_words():
    text = "word " * 1000

    found = windows(Sample(text, text), fits)

    assert all(fits(window.sample) for window in found)
    assert all(set(window.sample.hypothesis.split()) == {"word"} for window in found)


def test_a_character_that_does_not_fit_ends_the_halving():
    assert windows(Sample("a", "b"), lambda part: False)


texts = st.lists(
    st.sampled_from(["One two. ", "Drei! ", "四。", "\n", "x " * 90, "a</s>b"]), max_size=30
)


@given(texts, texts)
def test_no_part_of_a_text_is_lost(english, german):
    whole = Sample("".join(german), "".join(english))

    found = windows(whole, fits)

    ends = [window.start + len(window.sample.hypothesis) for window in found]
    for window, end in zip(found[1:], ends, strict=False):
        assert not whole.hypothesis[end : window.start].strip()
    assert not whole.hypothesis[: found[0].start].strip()
    assert not whole.hypothesis[ends[-1] :].strip()


@given(texts, texts)
def test_borders_grow_and_reach_both_ends(english, german):
    both = "".join(english), "".join(german)

    found = shared_borders(both)

    assert found[0] == (0, 0)
    assert found[-1] == tuple(map(len, both))
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(found))


def test_many_sentences_are_taken_together():
    ends = sentence_ends("A b. " * 5000)

    assert len(ends) <= 501
    assert (ends[0], ends[-1]) == (0, 25_000)


def test_matching_prefers_equal_lengths():
    assert match([0, 10, 50, 60], [0, 11, 52, 61]) == [0, 11, 52, 61]
    assert match([0, 10, 50, 60], [0, 50, 61]) == [0, None, 50, 61]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    encoder = write_encoder(folder / "encoder")
    write_comet(folder / "comet", encoder, "regression_metric")
    return folder


SHORT = Sample("Der Hund schläft.", "The dog sleeps.", ("The dog is asleep.", None))


def test_the_score_is_the_mean_over_windows(model):
    plain, whole = Comet(model=str(model / "comet")), sample()
    windowed = Comet(model=str(model / "comet"), windows=True)
    pool = ModelPool()

    (short, long), cut = windowed.statistics([SHORT, whole], pool), plain.statistics([whole], pool)

    parts = windows(whole, lambda part: not plain.overlong([part], pool)[0])
    each = plain.statistics([window.sample for window in parts], pool)
    assert len(parts) > 2
    assert cut[0, 2] == 1
    assert each[:, 2].max() == 0
    assert long.tolist() == pytest.approx([each[:, 0].mean(), 1, 0, len(parts)], abs=1e-6)
    assert short[:3] == pytest.approx(plain.statistics([SHORT], pool)[0], abs=1e-6)
    assert short[3] == 0


def test_every_chunk_tells_whose_scores_it_has(model):
    metric, pool = Comet(model=str(model / "comet"), windows=True), ModelPool()
    samples = [SHORT, sample(), sample(english=ENGLISH[::-1]), SHORT, sample(reference=GERMAN)]

    together = metric.statistics(samples, pool)

    alone = np.concatenate([metric.statistics([one], pool) for one in samples])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_spans_of_windows_are_those_of_the_whole_hypothesis():
    def read(parts: Sequence[Sample]) -> Iterator[DetailedChunk]:
        """Mark every house, and give as a sub-score how many there are."""
        said = [[m.span() for m in re.finditer("house", part.hypothesis)] for part in parts]
        details = [
            Details(
                tuple(FoundSpan(start=a, end=b, text="house") for a, b in found), {"n": len(found)}
            )
            for found in said
        ]
        order = np.arange(len(parts))[::-1]  # a reader may take them in any order
        yield DetailedChunk(order, np.ones((len(parts), 3)), [details[i] for i in order])

    whole = sample()
    long = lambda some: np.array([not fits(one) for one in some])  # noqa: E731

    (chunk,) = in_windows([whole], read, long)

    spans = [(span.start, span.end) for span in chunk.details[0].spans]
    assert spans == [match.span() for match in re.finditer("house", whole.hypothesis)]
    assert chunk.details[0].scores == {"n": 8}


def test_signature_and_remarks_tell_of_windows(model):
    metric = Comet(model=str(model / "comet"), windows=True)
    statistics = metric.statistics([SHORT, sample()], ModelPool())

    assert "windows:sentences-half-mean" in str(metric.signature("1"))
    assert "windows" not in str(Comet(model=str(model / "comet")).signature("1"))
    (remark,) = metric.remarks(statistics)
    assert f"{int(statistics[1, 3])} windows" in remark


def test_the_own_model_tells_how_it_reads_long_texts():
    metric = Comet()
    cut, whole = np.array([[0.5, 1, 1]]), np.array([[0.5, 1, 0]])

    assert any("lower score" in remark for remark in metric.remarks(cut))
    assert metric.remarks(whole) == ()


def test_bertscore_reads_windows_too(model):
    plain = BERTScore(model=str(model / "encoder"), layer=2)
    windowed = BERTScore(model=str(model / "encoder"), layer=2, windows=True)
    equal = Sample("", sample().hypothesis, (sample().hypothesis,))
    late = Sample(
        "", sample().hypothesis, (" ".join([*ENGLISH[:39], "Good night to all of you!"]),)
    )

    (same, other), pool = windowed.statistics([equal, late], ModelPool()), ModelPool()

    assert same[0] == pytest.approx(1, abs=1e-5)
    assert other[0] < same[0] - 1e-4  # what stands behind the limit counts
    assert plain.statistics([late], pool)[0, 0] == pytest.approx(1, abs=1e-5)
