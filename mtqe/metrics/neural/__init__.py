"""COMET and BERTScore, and what they share."""
