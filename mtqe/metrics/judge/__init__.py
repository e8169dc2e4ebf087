"""Language models that judge translations: what they are asked, and what they may answer."""
