"""From two raw documents to aligned pairs, and whether given pairs are aligned at all."""
