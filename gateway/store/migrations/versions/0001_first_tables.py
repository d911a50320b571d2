"""Lay the first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

from gateway.store.types import Json, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A frozen copy: tables.py goes on, this stays. As MetaData rather than op.create_table, since tables point in a ring
# (a case at its conversation, a re-check's conversation at its case), which MetaData closes on both engines.
metadata = sa.MetaData()

sa.Table(
    "answers",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("conversation_id", sa.String(length=32), nullable=False),
    Column("person_id", sa.String(length=32), nullable=False),
    Column("flow", sa.String(length=40), nullable=False),
    Column("question", sa.String(length=40), nullable=False),
    Column("number", sa.Integer(), nullable=True),
    Column("word", sa.String(length=10), nullable=True),
    Column("raw", sa.LargeBinary(), nullable=False),
    Column("confirmed", sa.Boolean(), nullable=True),
    Column("respondent", sa.String(length=10), nullable=False),
    Column("channel", sa.String(length=10), nullable=False),
    Column("answered_at", UtcTime, nullable=False),
    Column("superseded_at", UtcTime, nullable=True),
    sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.id"],
        name="fk_answers_conversation_id",
        initially="DEFERRED",
        deferrable=True,
    ),
    sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name="fk_answers_person_id", initially="DEFERRED", deferrable=True
    ),
    sa.PrimaryKeyConstraint("id", name="pk_answers"),
    sa.Index("ix_answers_person_id", "person_id"),
    sa.Index(
        "one_current_answer",
        "conversation_id",
        "question",
        unique=True,
        postgresql_where=sa.text("superseded_at IS NULL"),
        sqlite_where=sa.text("superseded_at IS NULL"),
    ),
)
sa.Table(
    "calls",
    metadata,
    Column("direction", sa.String(length=10), nullable=False),
    Column("turn", sa.Integer(), nullable=False),
    Column("last_reply", sa.LargeBinary(), nullable=True),
    Column("answered_by", sa.String(length=24), nullable=True),
    Column("seconds", sa.Integer(), nullable=True),
    Column("id", sa.String(length=32), nullable=False),
    Column("to_id", sa.String(length=32), nullable=True),
    Column("phone_id", sa.String(length=32), nullable=False),
    Column("subject_id", sa.String(length=32), nullable=True),
    Column("conversation_id", sa.String(length=32), nullable=True),
    Column("case_id", sa.String(length=32), nullable=True),
    Column("kind", sa.String(length=20), nullable=False),
    Column("urgency", sa.Integer(), nullable=False),
    Column("state", sa.String(length=12), nullable=False),
    Column("receipt", sa.String(length=24), nullable=True),
    Column("receipt_at", UtcTime, nullable=True),
    Column("error", sa.Integer(), nullable=True),
    Column("not_before", UtcTime, nullable=False),
    Column("valid_until", UtcTime, nullable=False),
    Column("lease_until", UtcTime, nullable=True),
    Column("attempt", sa.Integer(), nullable=False),
    Column("provider_id", sa.String(length=40), nullable=True),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime, nullable=True),
    sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_calls_case_id", initially="DEFERRED", deferrable=True),
    sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.id"],
        name="fk_calls_conversation_id",
        initially="DEFERRED",
        deferrable=True,
    ),
    sa.ForeignKeyConstraint(
        ["phone_id"], ["phones.id"], name="fk_calls_phone_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["subject_id"], ["people.id"], name="fk_calls_subject_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(["to_id"], ["people.id"], name="fk_calls_to_id", initially="DEFERRED", deferrable=True),
    sa.PrimaryKeyConstraint("id", name="pk_calls"),
    sa.UniqueConstraint("provider_id", name="uq_calls_provider_id"),
    sa.Index("calls_due", "state", "urgency", "not_before"),
    sa.Index("ix_calls_case_id", "case_id"),
    sa.Index("ix_calls_conversation_id", "conversation_id"),
    sa.Index("ix_calls_phone_id", "phone_id"),
    sa.Index("ix_calls_to_id", "to_id"),
)
sa.Table(
    "case_events",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("case_id", sa.String(length=32), nullable=False),
    Column("number", sa.Integer(), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", sa.String(length=30), nullable=False),
    Column("by_id", sa.String(length=32), nullable=True),
    Column("facts", Json, nullable=False),
    sa.ForeignKeyConstraint(
        ["by_id"], ["people.id"], name="fk_case_events_by_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["case_id"], ["cases.id"], name="fk_case_events_case_id", initially="DEFERRED", deferrable=True
    ),
    sa.PrimaryKeyConstraint("id", name="pk_case_events"),
    sa.UniqueConstraint("case_id", "number", name="uq_case_events_case_id_number"),
)
sa.Table(
    "cases",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("code", sa.String(length=4), nullable=False),
    Column("patient_id", sa.String(length=32), nullable=False),
    Column("conversation_id", sa.String(length=32), nullable=True),
    Column("version_id", sa.String(length=32), nullable=False),
    Column("level", sa.String(length=10), nullable=False),
    Column("state", sa.String(length=30), nullable=False),
    Column("tier", sa.Integer(), nullable=False),
    Column("due_at", UtcTime, nullable=True),
    Column("next_action", sa.String(length=30), nullable=True),
    Column("held_for", sa.String(length=40), nullable=True),
    Column("waits_on", sa.String(length=32), nullable=True),
    Column("frozen", Json, nullable=False),
    Column("progress", Json, nullable=False),
    Column("accepted_by", sa.String(length=32), nullable=True),
    Column("accepted_at", UtcTime, nullable=True),
    Column("contact_doctor", sa.String(length=20), nullable=True),
    Column("contact_patient", sa.String(length=20), nullable=True),
    Column("contacted_at", UtcTime, nullable=True),
    Column("done", sa.String(length=10), nullable=True),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime, nullable=True),
    Column("closed_by", sa.String(length=40), nullable=True),
    Column("outcome", sa.String(length=40), nullable=True),
    Column("version", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(
        ["accepted_by"], ["people.id"], name="fk_cases_accepted_by", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.id"],
        name="fk_cases_conversation_id",
        initially="DEFERRED",
        deferrable=True,
        use_alter=True,
    ),
    sa.ForeignKeyConstraint(
        ["patient_id"], ["people.id"], name="fk_cases_patient_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["version_id"], ["flow_versions.id"], name="fk_cases_version_id", initially="DEFERRED", deferrable=True
    ),
    sa.PrimaryKeyConstraint("id", name="pk_cases"),
    sa.Index("ix_cases_code", "code"),
    sa.Index("ix_cases_conversation_id", "conversation_id"),
    sa.Index("ix_cases_due_at", "due_at"),
    sa.Index("ix_cases_patient_id", "patient_id"),
)
sa.Table(
    "consents",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("person_id", sa.String(length=32), nullable=False),
    Column("purpose", sa.String(length=40), nullable=False),
    Column("version", sa.String(length=40), nullable=False),
    Column("language", sa.String(length=20), nullable=False),
    Column("channel", sa.String(length=20), nullable=False),
    Column("given_at", UtcTime, nullable=False),
    Column("withdrawn_at", UtcTime, nullable=True),
    sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name="fk_consents_person_id", initially="DEFERRED", deferrable=True
    ),
    sa.PrimaryKeyConstraint("id", name="pk_consents"),
    sa.Index("ix_consents_person_id", "person_id"),
)
sa.Table(
    "conversations",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("person_id", sa.String(length=32), nullable=False),
    Column("version_id", sa.String(length=32), nullable=False),
    Column("enrolment_id", sa.String(length=32), nullable=True),
    Column("slot", sa.String(), nullable=True),
    Column("case_id", sa.String(length=32), nullable=True),
    Column("flow", sa.String(length=40), nullable=False),
    Column("rank", sa.String(length=20), nullable=False),
    Column("language", sa.String(length=20), nullable=False),
    Column("state", sa.String(length=20), nullable=False),
    Column("outcome", sa.String(length=20), nullable=True),
    Column("memory", Json, nullable=False),
    Column("due_at", UtcTime, nullable=True),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime, nullable=True),
    sa.ForeignKeyConstraint(
        ["case_id"], ["cases.id"], name="fk_conversations_case_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["enrolment_id"], ["enrolments.id"], name="fk_conversations_enrolment_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name="fk_conversations_person_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["version_id"], ["flow_versions.id"], name="fk_conversations_version_id", initially="DEFERRED", deferrable=True
    ),
    sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    sa.UniqueConstraint("enrolment_id", "slot", name="uq_conversations_enrolment_id_slot"),
    sa.Index("ix_conversations_case_id", "case_id"),
    sa.Index("ix_conversations_due_at", "due_at"),
    sa.Index("ix_conversations_enrolment_id", "enrolment_id"),
    sa.Index("ix_conversations_flow", "flow"),
    sa.Index("ix_conversations_person_id", "person_id"),
    sa.Index("ix_conversations_version_id", "version_id"),
    sa.Index(
        "one_open_question",
        "person_id",
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    ),
)
sa.Table(
    "enrolments",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("person_id", sa.String(length=32), nullable=False),
    Column("flow", sa.String(length=40), nullable=False),
    Column("rule", Json, nullable=False),
    Column("next_due", UtcTime, nullable=True),
    Column("next_slot", sa.String(), nullable=True),
    Column("case_id", sa.String(length=32), nullable=True),
    Column("ended_at", UtcTime, nullable=True),
    Column("ended_why", sa.String(), nullable=True),
    Column("created_at", UtcTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["case_id"], ["cases.id"], name="fk_enrolments_case_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name="fk_enrolments_person_id", initially="DEFERRED", deferrable=True
    ),
    sa.PrimaryKeyConstraint("id", name="pk_enrolments"),
    sa.Index("ix_enrolments_case_id", "case_id"),
    sa.Index("ix_enrolments_next_due", "next_due"),
    sa.Index("ix_enrolments_person_id", "person_id"),
)
sa.Table(
    "flow_versions",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("flow", sa.String(length=40), nullable=False),
    Column("number", sa.Integer(), nullable=False),
    Column("source", sa.String(), nullable=False),
    Column("shared", sa.String(), nullable=False),
    Column("languages", Json, nullable=False),
    Column("approved_by", Json, nullable=False),
    Column("published_at", UtcTime, nullable=True),
    Column("paused_at", UtcTime, nullable=True),
    Column("created_at", UtcTime, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_flow_versions"),
    sa.UniqueConstraint("flow", "number", name="uq_flow_versions_flow_number"),
    sa.Index("ix_flow_versions_flow", "flow"),
)
sa.Table(
    "inbound",
    metadata,
    Column("key", sa.String(length=120), nullable=False),
    Column("kind", sa.String(length=20), nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("phone_id", sa.String(length=32), nullable=True),
    Column("person_id", sa.String(length=32), nullable=True),
    Column("read_as", sa.String(length=30), nullable=True),
    Column("body", sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name="fk_inbound_person_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["phone_id"], ["phones.id"], name="fk_inbound_phone_id", initially="DEFERRED", deferrable=True
    ),
    sa.PrimaryKeyConstraint("key", name="pk_inbound"),
    sa.Index("ix_inbound_person_id", "person_id"),
    sa.Index("ix_inbound_phone_id", "phone_id"),
    sa.Index("ix_inbound_received_at", "received_at"),
)
sa.Table(
    "messages",
    metadata,
    Column("body", sa.LargeBinary(), nullable=False),
    Column("segments", sa.Integer(), nullable=False),
    Column("id", sa.String(length=32), nullable=False),
    Column("to_id", sa.String(length=32), nullable=True),
    Column("phone_id", sa.String(length=32), nullable=False),
    Column("subject_id", sa.String(length=32), nullable=True),
    Column("conversation_id", sa.String(length=32), nullable=True),
    Column("case_id", sa.String(length=32), nullable=True),
    Column("kind", sa.String(length=20), nullable=False),
    Column("urgency", sa.Integer(), nullable=False),
    Column("state", sa.String(length=12), nullable=False),
    Column("receipt", sa.String(length=24), nullable=True),
    Column("receipt_at", UtcTime, nullable=True),
    Column("error", sa.Integer(), nullable=True),
    Column("not_before", UtcTime, nullable=False),
    Column("valid_until", UtcTime, nullable=False),
    Column("lease_until", UtcTime, nullable=True),
    Column("attempt", sa.Integer(), nullable=False),
    Column("provider_id", sa.String(length=40), nullable=True),
    Column("created_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime, nullable=True),
    sa.ForeignKeyConstraint(
        ["case_id"], ["cases.id"], name="fk_messages_case_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.id"],
        name="fk_messages_conversation_id",
        initially="DEFERRED",
        deferrable=True,
    ),
    sa.ForeignKeyConstraint(
        ["phone_id"], ["phones.id"], name="fk_messages_phone_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["subject_id"], ["people.id"], name="fk_messages_subject_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(["to_id"], ["people.id"], name="fk_messages_to_id", initially="DEFERRED", deferrable=True),
    sa.PrimaryKeyConstraint("id", name="pk_messages"),
    sa.UniqueConstraint("provider_id", name="uq_messages_provider_id"),
    sa.Index("ix_messages_case_id", "case_id"),
    sa.Index("ix_messages_conversation_id", "conversation_id"),
    sa.Index("ix_messages_phone_id", "phone_id"),
    sa.Index("ix_messages_to_id", "to_id"),
    sa.Index("messages_due", "state", "urgency", "not_before"),
)
sa.Table(
    "people",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("code", sa.String(length=40), nullable=False),
    Column("role", sa.String(length=20), nullable=False),
    Column("site_id", sa.String(length=32), nullable=False),
    Column("doctor_id", sa.String(length=32), nullable=True),
    Column("helps_id", sa.String(length=32), nullable=True),
    Column("key", sa.LargeBinary(), nullable=True),
    Column("name", sa.LargeBinary(), nullable=True),
    Column("language", sa.String(length=20), nullable=False),
    Column("channel", sa.String(length=10), nullable=False),
    Column("time_zone", sa.String(), nullable=False),
    Column("small_number", sa.String(length=10), nullable=True),
    Column("no_visit", sa.Boolean(), nullable=False),
    Column("duty", sa.String(), nullable=False),
    Column("standing", sa.String(length=20), nullable=False),
    Column("standing_why", sa.String(), nullable=True),
    Column("created_at", UtcTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["doctor_id"], ["people.id"], name="fk_people_doctor_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["helps_id"], ["people.id"], name="fk_people_helps_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_people_site_id", initially="DEFERRED", deferrable=True),
    sa.PrimaryKeyConstraint("id", name="pk_people"),
    sa.UniqueConstraint("code", name="uq_people_code"),
    sa.Index("ix_people_doctor_id", "doctor_id"),
    sa.Index("ix_people_helps_id", "helps_id"),
    sa.Index("ix_people_role", "role"),
    sa.Index("ix_people_site_id", "site_id"),
)
sa.Table(
    "person_phones",
    metadata,
    Column("person_id", sa.String(length=32), nullable=False),
    Column("phone_id", sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name="fk_person_phones_person_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["phone_id"], ["phones.id"], name="fk_person_phones_phone_id", initially="DEFERRED", deferrable=True
    ),
    sa.PrimaryKeyConstraint("person_id", "phone_id", name="pk_person_phones"),
    sa.Index("ix_person_phones_phone_id", "phone_id"),
)
sa.Table(
    "phones",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("lookup", sa.String(length=64), nullable=False),
    Column("number", sa.LargeBinary(), nullable=False),
    Column("bad_since", UtcTime, nullable=True),
    Column("opted_out_at", UtcTime, nullable=True),
    Column("unknown_told_at", UtcTime, nullable=True),
    Column("created_at", UtcTime, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_phones"),
    sa.UniqueConstraint("lookup", name="uq_phones_lookup"),
)
sa.Table(
    "processes",
    metadata,
    Column("name", sa.String(length=60), nullable=False),
    Column("beat_at", UtcTime, nullable=False),
    sa.PrimaryKeyConstraint("name", name="pk_processes"),
)
sa.Table(
    "scores",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("conversation_id", sa.String(length=32), nullable=False),
    Column("person_id", sa.String(length=32), nullable=False),
    Column("version_id", sa.String(length=32), nullable=False),
    Column("name", sa.String(length=40), nullable=False),
    Column("value", sa.Double(), nullable=False),
    Column("scored_at", UtcTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.id"],
        name="fk_scores_conversation_id",
        initially="DEFERRED",
        deferrable=True,
    ),
    sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name="fk_scores_person_id", initially="DEFERRED", deferrable=True
    ),
    sa.ForeignKeyConstraint(
        ["version_id"], ["flow_versions.id"], name="fk_scores_version_id", initially="DEFERRED", deferrable=True
    ),
    sa.PrimaryKeyConstraint("id", name="pk_scores"),
    sa.Index("ix_scores_conversation_id", "conversation_id"),
    sa.Index("ix_scores_person_id", "person_id"),
)
sa.Table(
    "senders",
    metadata,
    Column("name", sa.String(length=60), nullable=False),
    Column("free_at", UtcTime, nullable=False),
    sa.PrimaryKeyConstraint("name", name="pk_senders"),
)
sa.Table(
    "sites",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("code", sa.String(length=40), nullable=False),
    Column("name", sa.String(), nullable=False),
    Column("kind", sa.String(), nullable=False),
    Column("parent_id", sa.String(length=32), nullable=True),
    Column("time_zone", sa.String(), nullable=False),
    Column("emergency_number", sa.String(), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["parent_id"], ["sites.id"], name="fk_sites_parent_id", initially="DEFERRED", deferrable=True
    ),
    sa.PrimaryKeyConstraint("id", name="pk_sites"),
    sa.UniqueConstraint("code", name="uq_sites_code"),
    sa.Index("ix_sites_parent_id", "parent_id"),
)
sa.Table(
    "story",
    metadata,
    Column("id", sa.Integer(), nullable=False),
    Column("offset_ms", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_story"),
)
sa.Table(
    "turns",
    metadata,
    Column("id", sa.String(length=32), nullable=False),
    Column("conversation_id", sa.String(length=32), nullable=False),
    Column("number", sa.Integer(), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("direction", sa.String(length=10), nullable=False),
    Column("channel", sa.String(length=10), nullable=False),
    Column("step", sa.String(length=40), nullable=True),
    Column("words", sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.id"],
        name="fk_turns_conversation_id",
        initially="DEFERRED",
        deferrable=True,
    ),
    sa.PrimaryKeyConstraint("id", name="pk_turns"),
    sa.UniqueConstraint("conversation_id", "number", name="uq_turns_conversation_id_number"),
)


def upgrade() -> None:
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    metadata.drop_all(op.get_bind())
