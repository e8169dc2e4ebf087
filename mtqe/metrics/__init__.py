"""Metrics: per-segment sufficient statistics and the scores they reduce to."""
