"""The HTML report: its data, its page, its scripts."""
