"""blending: queues of either direction, rules, what rules remember"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def upgrade() -> None:
    op.add_column("queue", sa.Column("direction", sa.String(), server_default="inbound", nullable=False))
    op.create_table(
        "blend_rule",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_blend_rule_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_blend_rule")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_blend_rule_tenant_id_name")),
    )
    op.create_table(
        "blend_live",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_blend_live_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "rule_id", name=op.f("pk_blend_live")),
    )
    for table in ("blend_rule", "blend_live"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON blend_rule TO hujiao_app")
    op.execute("GRANT SELECT ON blend_live TO hujiao_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON blend_live TO hujiao_ledger")
    op.execute("CREATE POLICY ledger ON blend_live TO hujiao_ledger USING (true) WITH CHECK (true)")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
