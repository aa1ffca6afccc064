"""capacity profiles"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "capacity_profile",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("media", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_capacity_profile_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_capacity_profile")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_capacity_profile_tenant_id_name")),
    )
    op.create_index(
        "uq_capacity_profile_default",
        "capacity_profile",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.add_column("agent", sa.Column("capacity_profile_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_agent_tenant_id_capacity_profile_id"),
        "agent",
        "capacity_profile",
        ["tenant_id", "capacity_profile_id"],
        ["tenant_id", "id"],
    )
    op.execute("ALTER TABLE capacity_profile ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE capacity_profile FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON capacity_profile USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON capacity_profile TO hujiao_app")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
