"""People's scores of a run's translations, from many files, as one more metric of the run."""

from __future__ import annotations

from mtqe.people.ratings.add import Added, add_scores, write_ratings
from mtqe.people.ratings.rating import Rating
from mtqe.people.ratings.reading import SCORE_FORMATS, read_scores

__all__ = ["SCORE_FORMATS", "Added", "Rating", "add_scores", "read_scores", "write_ratings"]
