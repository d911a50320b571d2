"""Ring doctors."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# The program of 0010 goes on beside it: the column may be null, and whoever has no code is not asked for one.


def upgrade() -> None:
    op.add_column("people", sa.Column("call_code", sa.LargeBinary(), nullable=True))
    unweighed = sa.text("weighed_at IS NULL AND kind = 'case'")
    op.create_index("case_calls_to_weigh", "calls", ["case_id"], postgresql_where=unweighed, sqlite_where=unweighed)


def downgrade() -> None:
    op.drop_index("case_calls_to_weigh", table_name="calls")
    op.drop_column("people", "call_code")
