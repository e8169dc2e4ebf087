"""A document's translation cut into one text per segment of its reference."""
