"""What Alembic runs: the migrations on the connection that `schema.upgrade` holds."""

from alembic import context

from gateway.store.tables import Table

# Two releases run side by side while one replaces the other. So a migration first expands (a new table, a column that
# may be null or has a server default), and only a later release contracts (drops, renames, narrows).
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
