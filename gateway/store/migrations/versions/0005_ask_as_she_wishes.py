"""Ask as she wishes."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The program of 0004 goes on beside it: both columns may be null.


def upgrade() -> None:
    op.add_column("people", sa.Column("pin", sa.String(length=64), nullable=True))
    op.add_column("people", sa.Column("wishes", Json, nullable=True))


def downgrade() -> None:
    op.drop_column("people", "wishes")
    op.drop_column("people", "pin")
