"""Helpers that know nothing of translation or evaluation."""
