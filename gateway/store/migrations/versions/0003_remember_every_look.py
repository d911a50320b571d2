"""Remember every look at the provider."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# New columns may be null or have a default in the database: the program of 0002 goes on beside it.
OUTBOX = ("messages", "calls")


def upgrade() -> None:
    for table in OUTBOX:
        for name in ("claimed_at", "doubted_at", "look_at"):
            op.add_column(table, sa.Column(name, UtcTime(), nullable=True))
        op.add_column(table, sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False))
        op.create_index(f"{table}_sent", table, ["sent_at"])
    op.add_column("messages", sa.Column("again_of", sa.String(length=32), nullable=True))
    op.create_index("messages_again_of", "messages", ["again_of"], unique=True)
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("why", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_marks"),
    )
    op.create_table(
        "poison",
        sa.Column("work", sa.String(length=20), nullable=False),
        sa.Column("row", sa.String(length=120), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=True),
        sa.Column("failed_at", UtcTime(), nullable=False),
        sa.Column("not_before", UtcTime(), nullable=False),
        sa.Column("quarantined_at", UtcTime(), nullable=True),
        sa.Column("told_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("work", "row", name="pk_poison"),
    )


def downgrade() -> None:
    op.drop_table("poison")
    op.drop_table("marks")
    op.drop_index("messages_again_of", table_name="messages")
    op.drop_column("messages", "again_of")
    for table in OUTBOX:
        op.drop_index(f"{table}_sent", table_name=table)
        for name in ("looks", "look_at", "doubted_at", "claimed_at"):
            op.drop_column(table, name)
