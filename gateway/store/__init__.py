"""The memory: tables, migrations, sealing, the outbox and the questions asked of them."""
