"""Scores and comparisons as text: terminal, Markdown, LaTeX, JSON."""
