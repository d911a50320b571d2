"""Write flows in the console."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import Json, UtcTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# The program of 0013 goes on beside it: the new column may be empty, and it knows nothing of drafts.


def upgrade() -> None:
    op.add_column("flow_versions", sa.Column("tests", Json, nullable=True))
    op.create_table(
        "flow_drafts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("flow", sa.String(40), nullable=False),
        sa.Column("base_id", sa.String(32), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("shared", sa.String(), nullable=False),
        sa.Column("translations", Json, nullable=False),
        sa.Column("tests", Json, nullable=False),
        sa.Column("authors", Json, nullable=False),
        sa.Column("approvals", Json, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(32), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flow_drafts"),
        _reference("base_id", "flow_versions.id", "fk_flow_drafts_base_id"),
        _reference("changed_by", "users.id", "fk_flow_drafts_changed_by"),
        sa.UniqueConstraint("flow", name="uq_flow_drafts_flow"),
    )


def _reference(column: str, target: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=name, deferrable=True, initially="DEFERRED")


def downgrade() -> None:
    op.drop_table("flow_drafts")
    op.drop_column("flow_versions", "tests")
