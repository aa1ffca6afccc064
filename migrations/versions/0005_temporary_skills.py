"""temporary skills and their history"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "temporary_skill",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "agent_id"],
            ["agent.tenant_id", "agent.id"],
            name=op.f("fk_temporary_skill_tenant_id_agent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_temporary_skill_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_temporary_skill")),
    )
    op.create_index("ix_temporary_skill_agent", "temporary_skill", ["tenant_id", "agent_id", "given_at"])
    op.create_index(
        "ix_temporary_skill_running", "temporary_skill", ["tenant_id"], postgresql_where=sa.text("ended_at IS NULL")
    )
    op.execute("ALTER TABLE temporary_skill ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE temporary_skill FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON temporary_skill USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})"
    )
    op.execute("CREATE POLICY ledger ON temporary_skill TO hujiao_ledger USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT ON temporary_skill TO hujiao_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON temporary_skill TO hujiao_ledger")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
