"""Know a phone's country."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The program of 0003 goes on beside it: the column may be null, and a phone without a country counts as the region's.


def upgrade() -> None:
    op.add_column("phones", sa.Column("country", sa.String(length=2), nullable=True))
    op.create_index("ix_phones_unknown_told_at", "phones", ["unknown_told_at"])


def downgrade() -> None:
    op.drop_index("ix_phones_unknown_told_at", table_name="phones")
    op.drop_column("phones", "country")
