"""Raw documents as paragraphs: one file per format."""
