"""How the tables came to be: one file a change, run in order, first to expand, a release later to contract."""
