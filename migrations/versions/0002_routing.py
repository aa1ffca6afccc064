"""routing: policy, rings, groups, sites, known callers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CONFIGURATION = ["agent_group", "agent_group_member", "known_caller", "queue_routing", "routing_policy"]
TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def upgrade() -> None:
    op.add_column("agent", sa.Column("site", sa.String(), server_default="", nullable=False))
    op.create_table(
        "agent_group",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_agent_group_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_agent_group")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_agent_group_tenant_id_name")),
    )
    op.create_table(
        "agent_group_member",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agent_id"],
            ["agent.tenant_id", "agent.id"],
            name=op.f("fk_agent_group_member_tenant_id_agent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "group_id"],
            ["agent_group.tenant_id", "agent_group.id"],
            name=op.f("fk_agent_group_member_tenant_id_group_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_agent_group_member_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "group_id", "agent_id", name=op.f("pk_agent_group_member")),
    )
    op.create_table(
        "known_caller",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("grade", sa.Integer(), server_default="0", nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agent_id"],
            ["agent.tenant_id", "agent.id"],
            name=op.f("fk_known_caller_tenant_id_agent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_known_caller_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_known_caller")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_known_caller_tenant_id_number")),
    )
    op.create_table(
        "queue_routing",
        sa.Column("queue_id", sa.Uuid(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "queue_id"],
            ["queue.tenant_id", "queue.id"],
            name=op.f("fk_queue_routing_tenant_id_queue_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_queue_routing_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "queue_id", name=op.f("pk_queue_routing")),
    )
    op.create_table(
        "routing_policy",
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_routing_policy_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_routing_policy")),
    )
    for table in CONFIGURATION:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO hujiao_app")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
