"""Backends: the code that makes a system translate. Reached through `mtqe.backends.registry`."""
