"""Backends: the code that makes a system translate. Reached through `mtqe.registry` alone."""
