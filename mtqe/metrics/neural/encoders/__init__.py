"""BERT-family encoders run fast; no metric is in here."""
