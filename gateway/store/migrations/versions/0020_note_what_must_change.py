"""Note what must change after a month."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import UtcTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# The program of 0019 goes on beside it: it knows nothing of action items.


def upgrade() -> None:
    ties = {"site_id": "sites.id", "user_id": "users.id", "closed_by": "users.id"}
    op.create_table(
        "action_items",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("site_id", sa.String(32), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("closed_by", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_action_items"),
        *(
            sa.ForeignKeyConstraint(
                [column], [target], name=f"fk_action_items_{column}", deferrable=True, initially="DEFERRED"
            )
            for column, target in ties.items()
        ),
    )
    op.create_index("ix_action_items_site_id", "action_items", ["site_id"])


def downgrade() -> None:
    op.drop_table("action_items")
