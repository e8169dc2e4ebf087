"""The command line: one file a command, each parsing and printing alone."""
