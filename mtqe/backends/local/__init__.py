"""Engines that translate on this machine with neural models. See `mtqe.backends.registry`."""
