"""The alignment search: runs of units, lattice, path and links."""
