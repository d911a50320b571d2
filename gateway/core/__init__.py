"""The pure core: what was heard in, events out. No clock, no random, no file, no network, no SQL."""
