"""business hours, holiday calendars, switches by hand; messages left are found"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ["business_hours", "holiday_calendar", "hours_switch"]
TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def upgrade() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    op.create_table(
        "holiday_calendar",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("days", json, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_holiday_calendar_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_holiday_calendar")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_holiday_calendar_tenant_id_name")),
    )
    op.create_table(
        "business_hours",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.Column("weekly", json, nullable=False),
        sa.Column("special_days", json, nullable=False),
        sa.Column("calendar_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "calendar_id"],
            ["holiday_calendar.tenant_id", "holiday_calendar.id"],
            name=op.f("fk_business_hours_tenant_id_calendar_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_business_hours_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_business_hours")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_business_hours_tenant_id_name")),
    )
    op.create_table(
        "hours_switch",
        sa.Column("hours_id", sa.Uuid(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hours_id"],
            ["business_hours.tenant_id", "business_hours.id"],
            name=op.f("fk_hours_switch_tenant_id_hours_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_hours_switch_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_hours_switch")),
    )
    op.create_index("ix_hours_switch_hours", "hours_switch", ["tenant_id", "hours_id", "at"])
    op.create_index(
        "uq_hours_switch_now",
        "hours_switch",
        ["tenant_id", "hours_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("queue_routing", sa.Column("hours_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_queue_routing_tenant_id_hours_id"),
        "queue_routing",
        "business_hours",
        ["tenant_id", "hours_id"],
        ["tenant_id", "id"],
    )
    op.add_column(
        "interaction", sa.Column("message_left", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO hujiao_app")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
