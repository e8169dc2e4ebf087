import random

import pytest

from mtqe.checks.shifts import find_shifts


def corpus(count, seed=0):
    """Sources and targets of like lengths; every fourth has a number."""
    rng = random.Random(seed)
    pairs = []
    for _ in range(count):
        words = rng.randrange(3, 40)
        number = f" {rng.randrange(10, 9999)}" if rng.random() < 0.25 else ""
        noisy = max(1, round(words * rng.gauss(1.1, 0.15)))
        pairs.append(("word " * words + number, "mots " * noisy + number))
    return [list(side) for side in zip(*pairs, strict=True)]


@pytest.mark.parametrize("seed", range(5))
def test_aligned_pairs_give_no_alarm(seed):
    assert find_shifts(*corpus(400, seed)) == []


@pytest.mark.parametrize("lines", [1, -1, 3])
def test_a_block_is_found_and_located(lines):
    sources, targets = corpus(400)
    block = targets[100:180]
    moved = block[-lines:] + block[:-lines]
    (found,) = find_shifts(sources, [*targets[:100], *moved, *targets[180:]])
    assert found.lines == lines
    assert abs(found.start - 100) <= 5
    assert abs(found.end - 180) <= 5


def test_the_finding_is_told_in_words():
    sources, targets = corpus(400)
    (found,) = find_shifts(sources, [*targets[:311], "extra", *targets[311:-1]])
    assert found.describe().startswith(f"lines {found.start + 1} to 400: the hypotheses seem one")
    assert found.describe().endswith("line late")


def test_unequal_numbers_of_lines_are_refused():
    with pytest.raises(ValueError, match="of one number"):
        find_shifts(["a"], [])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_little_text_gives_no_alarm(count):
    assert find_shifts(["a"] * count, ["b"] * count) == []
