"""The main story: translate, check, score, put together, reuse."""
