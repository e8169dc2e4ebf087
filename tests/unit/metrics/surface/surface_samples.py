"""Text that breaks tokenizers and counters, as hypothesis strategies."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from mtqe.metrics.base import Sample

fuzz = settings(deadline=None, max_examples=60)  # a kernel's first call compiles it

PIECES = [
    *"aab b  .,-'!?()[]{}/&;:%<>1290",
    *"  \t\n\x0c\x1c\x85\xa0\u2009\u2028\u2029\u3000\u200b\ufeff",
    *"éßİǅѣ٣४",
    *"你好。，「㐀鿿\u2001\u2a6d\uff01",
    *"ひカー漢한글ไทयामعلى",
    *"😀👩\u200d👩\ufe0f𠀀𪛖𝔸",
    *"\u0301\u0327",
    "a", "the ", "cat ", "the cat", " on, 3.5% ", "1,000.", "e\u0301", "-\n", "''",
    "&quot;", "&amp;", "&amp;lt;", "&gt;", "<skipped>", "it's ", "(hi)", "«oui»", " 10-12 ",
]  # fmt: skip


def texts(max_size: int = 25) -> st.SearchStrategy[str]:
    """Repetitive mixtures of scripts, punctuation and every kind of white space, or anything."""
    pieces = st.lists(st.sampled_from(PIECES), max_size=max_size).map("".join)
    return st.one_of(pieces, st.text(max_size=max_size))


@st.composite
def samples(draw: st.DrawFn, one: st.SearchStrategy[str]) -> list[Sample]:
    """A few samples with up to three references, some of them missing, some shared or copied."""
    columns = draw(st.integers(1, 3))
    shared = draw(st.lists(one, min_size=1, max_size=3))
    reference = st.one_of(st.none(), one, st.sampled_from(shared))

    def sample() -> Sample:
        references = [draw(reference) for _ in range(columns)]
        if not any(isinstance(text, str) for text in references):
            references[0] = shared[0]
        return Sample("", draw(st.one_of(one, st.sampled_from(shared))), tuple(references))

    return [sample() for _ in range(draw(st.integers(1, 4)))]
