"""Reads that have names, by the subject they ask about."""
