"""Requests over HTTP: keys, budgets, limits, repetitions, and what answers mean."""
