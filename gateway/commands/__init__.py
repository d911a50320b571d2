"""The command line: one file for each command, listed in `gateway/__main__.py`."""
