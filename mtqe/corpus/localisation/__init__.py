"""Files of programs' texts, one language per file: their entries by key, and pairs of files."""
