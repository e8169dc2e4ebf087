"""Translations that exist already: from a file, or recorded with the test set."""
