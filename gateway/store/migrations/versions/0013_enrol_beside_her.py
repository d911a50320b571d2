"""Enrol beside her."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import Json, UtcTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The program of 0012 goes on beside it: it neither reads nor writes the new table and columns.


def upgrade() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("site_id", sa.String(32), nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("why", sa.String(40), nullable=True),
        sa.Column("person_id", sa.String(32), nullable=True),
        sa.Column("user_id", sa.String(32), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name="fk_offers_site_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_offers_person_id", initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_offers_user_id", initially="DEFERRED", deferrable=True
        ),
    )
    op.create_index("offers_of_a_site", "offers", ["site_id", "at"])
    op.create_index("ix_offers_person_id", "offers", ["person_id"])
    op.add_column("people", sa.Column("limits", Json, nullable=True))
    op.add_column("conversations", sa.Column("taken_by", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("conversations", "taken_by")
    op.drop_column("people", "limits")
    op.drop_table("offers")
