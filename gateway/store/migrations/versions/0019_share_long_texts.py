"""Keep once what many versions of the flows say alike."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import Json

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# The program of 0018 goes on beside it until something is published: versions that stand are left as they are.


def upgrade() -> None:
    op.create_table(
        "texts",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_texts"),
    )


def downgrade() -> None:
    op.drop_table("texts")
