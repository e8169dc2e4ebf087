"""Engines behind HTTP: what they share, and one file for each."""
