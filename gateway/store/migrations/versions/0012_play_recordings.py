"""Play recordings."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import UtcTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# The program of 0011 goes on beside it: it neither reads nor writes the new table.


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("address", sa.String(32), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcTime(), nullable=False),
        sa.Column("withdrawn_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sa.UniqueConstraint("address", name="uq_recordings_address"),
    )
    op.create_index("recordings_of_a_text", "recordings", ["language", "digest"])
    op.create_index("ix_recordings_place", "recordings", ["place"])


def downgrade() -> None:
    op.drop_table("recordings")
