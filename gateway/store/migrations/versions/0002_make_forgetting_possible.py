"""Make forgetting possible."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Every column may be null: the program of 0001 goes on beside it. The two indexes are partial, so that they stay small;
# building them holds up writers for as long as one read of the table takes.
AT_PROVIDER = {
    "messages": ("messages_at_provider", "created_at", "redacted_at IS NULL AND provider_id IS NOT NULL"),
    "inbound": ("inbound_at_provider", "received_at", "redacted_at IS NULL AND kind = 'sms'"),
}


def upgrade() -> None:
    op.add_column("people", sa.Column("erased_at", UtcTime(), nullable=True))
    for table, (index, column, where) in AT_PROVIDER.items():
        op.add_column(table, sa.Column("redacted_at", UtcTime(), nullable=True))
        op.add_column(table, sa.Column("redact_after", UtcTime(), nullable=True))
        op.create_index(index, table, [column], postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def downgrade() -> None:
    for table, (index, _, _) in AT_PROVIDER.items():
        op.drop_index(index, table_name=table)
        op.drop_column(table, "redact_after")
        op.drop_column(table, "redacted_at")
    op.drop_column("people", "erased_at")
