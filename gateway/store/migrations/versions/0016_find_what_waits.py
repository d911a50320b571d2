"""Find open cases, the silent and failing numbers without reading every row."""

from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# The program of 0015 goes on beside it: whatever it asked by person in `answers` is found by the wider index, too.
OPEN, GIVEN_UP = text("closed_at IS NULL"), text("outcome = 'given up'")
FAILS = text("(bad_since IS NOT NULL OR opted_out_at IS NOT NULL)")


def upgrade() -> None:
    op.create_index("open_cases", "cases", ["patient_id"], postgresql_where=OPEN, sqlite_where=OPEN)
    columns = ["id", "person_id"]
    op.create_index(
        "conversations_given_up", "conversations", columns, postgresql_where=GIVEN_UP, sqlite_where=GIVEN_UP
    )
    op.create_index("phones_that_fail", "phones", ["id"], postgresql_where=FAILS, sqlite_where=FAILS)
    op.create_index("answers_of_a_person", "answers", ["person_id", "conversation_id"])
    op.drop_index("ix_answers_person_id", "answers")


def downgrade() -> None:
    op.create_index("ix_answers_person_id", "answers", ["person_id"])
    op.drop_index("answers_of_a_person", "answers")
    op.drop_index("phones_that_fail", "phones")
    op.drop_index("conversations_given_up", "conversations")
    op.drop_index("open_cases", "cases")
