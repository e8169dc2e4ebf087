import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtqe.align.encoders import unit_length
from mtqe.align.search.gale_church import gale_church_links
from mtqe.align.search.links import CONFIDENT, find_links, find_links_apart
from mtqe.align.search.path import Weights, _nearest, find_path
from mtqe.align.search.runs import Side

WIDTH = 64


def meanings(count, seed=0):
    return unit_length(np.random.default_rng(seed).normal(size=(count, WIDTH)).astype(np.float32))


def side(vectors, lengths=None):
    lengths = np.full(len(vectors), 50.0) if lengths is None else np.array(lengths, np.float64)
    return Side(vectors.astype(np.float32), lengths, 0.2)


def kept(source, target):
    links = find_links(source, target)
    return [(link.source, link.target) for link in links if link.confidence >= CONFIDENT]


def test_equal_documents_align_one_to_one():
    vectors = meanings(30)
    assert kept(side(vectors), side(vectors)) == [((i, i + 1), (i, i + 1)) for i in range(30)]


def test_two_sentences_translated_as_one_make_one_link():
    vectors = meanings(20)
    joined = unit_length(vectors[7] + vectors[8])
    target = np.vstack([vectors[:7], joined, vectors[9:]])
    lengths = [50.0] * 7 + [100.0] + [50.0] * 11
    assert ((7, 9), (7, 8)) in kept(side(vectors), side(target, lengths))


def test_what_only_one_side_has_stays_alone():
    vectors, others = meanings(30), meanings(10, seed=1)
    source = np.vstack([others, vectors[:15], vectors[20:]])
    found = kept(side(source), side(vectors))
    assert found == [((i + 10, i + 11), (i, i + 1)) for i in range(15)] + [
        ((i + 5, i + 6), (i, i + 1)) for i in range(20, 30)
    ]


def between_two_halves(middle, paragraphs, size=20.0, total=100.0):
    """Two paragraphs translated as one, and another text between them."""
    vectors = meanings(20)
    joined = unit_length(vectors[7] + vectors[8])
    source = np.vstack([vectors[:8], middle, vectors[8:]])
    target = np.vstack([vectors[:7], joined, vectors[9:]])
    lengths = np.array([50.0] * 8 + [size] + [50.0] * 12)
    their_lengths = np.array([50.0] * 7 + [total] + [50.0] * 11)
    ours = Side(source.astype(np.float32), lengths, 0.2, paragraphs)
    theirs = Side(target.astype(np.float32), their_lengths, 0.2, np.arange(len(target)))
    links, units, others = find_links_apart(ours, theirs)
    assert len(others) == len(target)
    (found,) = [x for x in links if x.target == (7, 8)]
    return units[slice(*found.source)].tolist()


def test_a_paragraph_in_the_middle_of_a_link_is_taken_out():
    stranger = meanings(1, seed=5)
    assert between_two_halves(stranger, np.arange(21)) == [7, 9]


def test_lengths_keep_a_paragraph_that_was_merged_with_others():
    vectors, stranger = meanings(20), meanings(1, seed=5)
    merged = unit_length(vectors[7:8] + vectors[8:9] + 0.35 * stranger)
    ours, joined = vectors[7] + vectors[8], unit_length(vectors[7] + vectors[8])
    assert unit_length(ours + merged[0]) @ joined < unit_length(ours) @ joined
    assert between_two_halves(merged, np.arange(21), 50.0, 100.0) == [7, 9]
    assert between_two_halves(merged, np.arange(21), 50.0, 150.0) == [7, 8, 9]


def test_a_sentence_of_the_same_paragraph_stays_in_its_link():
    stranger = meanings(1, seed=5)
    paragraphs = np.array([*range(8), 7, 7, *range(9, 20)])
    assert between_two_halves(stranger, paragraphs) == [7, 8, 9]


def test_a_paragraph_that_is_translated_with_its_neighbours_stays():
    vectors = meanings(20)
    joined = unit_length(vectors[7] + vectors[8] + vectors[9])
    target = np.vstack([vectors[:7], joined, vectors[10:]])
    ours = Side(vectors, np.full(20, 50.0), 0.2, np.arange(20))
    theirs = Side(target, np.array([50.0] * 7 + [150.0] + [50.0] * 10), 0.2, np.arange(18))
    links, units, _ = find_links_apart(ours, theirs)
    assert len(units) == 20
    assert ((7, 10), (7, 8)) in [(x.source, x.target) for x in links]


def test_a_moved_block_is_found():
    vectors = meanings(40)
    target = np.vstack([vectors[:10], vectors[20:30], vectors[10:20], vectors[30:]])
    assert len(kept(side(vectors), side(target))) == 40


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_shortest_documents_align(count):
    vectors = meanings(count)
    assert len(kept(side(vectors), side(vectors))) == count


def test_a_coarse_path_guides_the_search_of_long_documents(monkeypatch):
    monkeypatch.setattr("mtqe.align.search.path.FULL_SEARCH", 10_000)
    vectors = meanings(700)
    target = np.delete(vectors, range(300, 420), axis=0)
    path = find_path(side(vectors), side(target), Weights(), 1.0).tolist()
    linked = {(a, c) for a, b, c, d in path if b > a and d > c}
    right = {(i, i if i < 300 else i - 120) for i in range(700) if not 300 <= i < 420}
    assert len(right & linked) > 0.95 * len(right)


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=30),
    st.lists(st.integers(1, 300), min_size=1, max_size=30),
)
def test_gale_church_links_use_each_unit_at_most_once_and_in_order(source, target):
    links = gale_church_links(source, target)
    for ends in ([link.source for link in links], [link.target for link in links]):
        flat = [place for span in ends for place in span]
        assert flat == sorted(flat)
    assert all(0 <= link.confidence <= 1 for link in links)


def test_gale_church_joins_by_length():
    assert [(x.source, x.target) for x in gale_church_links([100, 60, 60, 90], [105, 125, 88])] == [
        ((0, 1), (0, 1)),
        ((1, 3), (1, 2)),
        ((3, 4), (2, 3)),
    ]


def test_a_paragraph_belongs_to_a_link_only_if_the_link_is_better_with_it():
    topic = 2 * meanings(1, seed=9)[0]
    vectors = unit_length(meanings(20) + topic)
    caption = unit_length(vectors[7] + unit_length(meanings(1, seed=5) + topic)[0])
    source = np.vstack([vectors[:8], caption, vectors[8:]])
    plain = side(source, [50.0] * 8 + [30.0] + [50.0] * 12)
    target = side(vectors, [50.0] * 7 + [65.0] + [50.0] * 12)
    assert ((7, 9), (7, 8)) in kept(plain, target)
    numbered = Side(plain.vectors, plain.lengths, plain.usual, np.arange(len(source)))
    assert kept(numbered, target) == [
        ((i + (i > 7), i + (i > 7) + 1), (i, i + 1)) for i in range(20)
    ]


def test_two_paragraphs_translated_as_one_stay_together():
    vectors = meanings(20)
    joined = unit_length(vectors[7] + vectors[8])
    target = np.vstack([vectors[:7], joined, vectors[9:]])
    lengths = [50.0] * 7 + [100.0] + [50.0] * 11
    source = Side(vectors, np.full(20, 50.0), 0.2, np.arange(20))
    assert ((7, 9), (7, 8)) in kept(source, side(target, lengths))


def test_the_nearest_units_are_found_in_blocks(monkeypatch):
    monkeypatch.setattr("mtqe.align.search.path.NEAREST_AT_ONCE", 3)
    one, other = side(meanings(10)), side(meanings(14, seed=2), np.arange(14) + 20.0)
    similarities = one.vectors @ other.vectors.T
    nearest, back = _nearest(one.vectors, other.vectors)
    assert nearest.tolist() == similarities.argmax(axis=1).tolist()
    assert back.tolist() == similarities.argmax(axis=0).tolist()
