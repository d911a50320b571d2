"""Who may use the console: how an account begins, signs in, is limited, and ends."""
