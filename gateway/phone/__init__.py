"""The telephone: reading what the provider tells us, and telling it what to send, call and say."""
