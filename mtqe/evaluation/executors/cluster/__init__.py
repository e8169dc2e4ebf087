"""Many machines, joined by Ray: the same blocks, computed wherever there is room."""
