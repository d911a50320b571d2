"""Write advice in the console."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import Json, UtcTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# The program of 0016 goes on beside it: it knows nothing of drafts.


def upgrade() -> None:
    op.create_table(
        "advice_drafts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("authors", Json, nullable=False),
        sa.Column("approval", Json, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(32), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_advice_drafts"),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["users.id"], name="fk_advice_drafts_changed_by", deferrable=True, initially="DEFERRED"
        ),
        sa.UniqueConstraint("name", name="uq_advice_drafts_name"),
    )


def downgrade() -> None:
    op.drop_table("advice_drafts")
