"""Tell of several cases in one SMS."""

import sqlalchemy as sa
from alembic import op

from gateway.store.types import UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# A table that only the new program reads and writes. Who was told before is found by the messages themselves.


def upgrade() -> None:
    op.create_table(
        "tellings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(10), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=f"fk_tellings_{column}", initially="DEFERRED", deferrable=True
            )
            for column, table in (("case_id", "cases"), ("person_id", "people"), ("message_id", "messages"))
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tellings"),
    )
    op.create_index("ix_tellings_case_id", "tellings", ["case_id"])
    op.create_index("ix_tellings_message_id", "tellings", ["message_id"])
    op.create_index("tellings_of_a_clinician", "tellings", ["person_id", "at"])


def downgrade() -> None:
    op.drop_table("tellings")
