"""Speak on calls."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import Json, UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The program of 0005 goes on beside it: every column may be null. Calls that were over before are not weighed again.


def upgrade() -> None:
    op.add_column("calls", sa.Column("weighed_at", UtcTime(), nullable=True))
    op.add_column("calls", sa.Column("memory", Json, nullable=True))
    op.execute("UPDATE calls SET weighed_at = created_at")
    unweighed = sa.text("weighed_at IS NULL AND kind = 'prompt'")
    op.create_index("calls_to_weigh", "calls", ["state", "receipt"], postgresql_where=unweighed, sqlite_where=unweighed)
    op.add_column("sites", sa.Column("ways", Json, nullable=True))
    op.add_column("people", sa.Column("birth_year", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("people", "birth_year")
    op.drop_column("sites", "ways")
    op.drop_index("calls_to_weigh", table_name="calls")
    op.drop_column("calls", "memory")
    op.drop_column("calls", "weighed_at")
