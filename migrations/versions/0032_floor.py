"""the supervisor's floor: thresholds of time in state, alarms, rooms with seats on their plans, indicators"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TABLES = ("state_threshold", "state_alarm", "room", "seat_place", "indicator_setting")
TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def _when(name: str, *, nullable: bool = True) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _belongs(table: str, *key: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", *key, name=op.f(f"pk_{table}")),
    ]


def _of(table: str, column: str, other: str, *, nullable: bool = True) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.Uuid(), nullable=nullable),
        sa.ForeignKeyConstraint(
            ["tenant_id", column],
            [f"{other}.tenant_id", f"{other}.id"],
            name=op.f(f"fk_{table}_tenant_id_{column}"),
            ondelete="CASCADE",
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "state_threshold",
        sa.Column("state", sa.String(), nullable=False),
        *_of("state_threshold", "group_id", "agent_group"),
        *_of("state_threshold", "queue_id", "queue"),
        *_of("state_threshold", "reason_code_id", "reason_code"),
        sa.Column("amber_seconds", sa.Integer()),
        sa.Column("red_seconds", sa.Integer()),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_belongs("state_threshold", "id"),
        sa.UniqueConstraint(
            "tenant_id",
            "group_id",
            "queue_id",
            "reason_code_id",
            "state",
            name="uq_state_threshold_whose",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "state_alarm",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        _when("since", nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("after_seconds", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Uuid()),
        sa.Column("interaction_id", sa.Uuid()),
        sa.Column("queue_id", sa.Uuid()),
        sa.Column("reason_code_id", sa.String()),
        _when("raised_at", nullable=False),
        _when("ended_at"),
        _when("acknowledged_at"),
        sa.Column("acknowledged_by", sa.Uuid()),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_belongs("state_alarm", "id"),
        sa.UniqueConstraint(
            "tenant_id",
            "subject_id",
            "state",
            "since",
            "level",
            name=op.f("uq_state_alarm_tenant_id_subject_id_state_since_level"),
        ),
    )
    op.create_index("ix_state_alarm_raised", "state_alarm", ["tenant_id", "raised_at"])
    op.create_index("ix_state_alarm_open", "state_alarm", ["tenant_id"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "room",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("plan", sa.LargeBinary()),
        sa.Column("plan_type", sa.String()),
        sa.Column("plan_mark", sa.String()),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_belongs("room", "id"),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_room_tenant_id_name")),
    )
    op.create_table(
        "seat_place",
        *_of("seat_place", "seat_id", "seat", nullable=False),
        *_of("seat_place", "room_id", "room", nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        *_belongs("seat_place", "seat_id"),
    )
    op.create_index("ix_seat_place_room", "seat_place", ["tenant_id", "room_id"])
    op.create_table(
        "indicator_setting",
        sa.Column("settings", JSONB(), nullable=False),
        *_belongs("indicator_setting"),
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO hujiao_app")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
