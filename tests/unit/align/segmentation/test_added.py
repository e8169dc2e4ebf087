"""Parts of a segment's translation without a counterpart."""

from __future__ import annotations

from mtqe.align.segmentation.added import added_parts

REFERENCE = "The mill stood by the river for a hundred years."
EXTRA = "Subscribe to our newsletter today!"


def spans(*parts):
    """A text of these parts, and the characters of each."""
    text, found = "", []
    for part in parts:
        found.append((len(text), len(text) + len(part)))
        text += part + "\n"
    return text, found


def test_a_part_is_added_where_the_text_is_nearer_without_it():
    text, parts = spans("The mill stood by the river", EXTRA, "for a hundred years.", EXTRA)
    assert added_parts(text, parts, [REFERENCE]) == (parts[1], parts[3])
    assert added_parts(text, parts, ["Something else.", REFERENCE]) == (parts[1], parts[3])


def test_a_short_part_and_a_text_that_is_all_foreign_are_left():
    text, parts = spans(REFERENCE, "Read on.")
    assert added_parts(text, parts, [REFERENCE]) == ()
    text, parts = spans(EXTRA, EXTRA)
    assert added_parts(text, parts, []) == ()


def test_a_text_of_very_many_parts_goes_untold():
    text, parts = spans(*["word " * 800] * 400)
    assert added_parts(text, parts, ["word " * 50]) == ()
