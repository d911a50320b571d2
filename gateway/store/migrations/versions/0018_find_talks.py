"""Find the reports that somebody took by telephone without reading every conversation."""

from alembic import op
from sqlalchemy import text

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# The program of 0017 goes on beside it: an index changes no answer.
BY_TELEPHONE = text("taken_by IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "reports_by_telephone", "conversations", ["person_id"], postgresql_where=BY_TELEPHONE, sqlite_where=BY_TELEPHONE
    )


def downgrade() -> None:
    op.drop_index("reports_by_telephone", "conversations")
