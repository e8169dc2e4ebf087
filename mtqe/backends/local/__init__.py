"""Engines that translate on this machine with neural models. Reached through `mtqe.registry`."""
