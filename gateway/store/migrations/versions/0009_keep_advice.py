"""Keep advice."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "advice_versions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("published_at", UtcTime(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_advice_versions"),
        sa.UniqueConstraint("name", "number", name="uq_advice_versions_name_number"),
    )


def downgrade() -> None:
    op.drop_table("advice_versions")
