"""A gate's result in every output."""
