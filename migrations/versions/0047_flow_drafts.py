"""a flow's draft knows its revision and who saved it; who has a flow open"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def upgrade() -> None:
    op.add_column("flow", sa.Column("draft_revision", sa.Integer(), server_default="0", nullable=False))
    op.add_column("flow", sa.Column("drafted_at", sa.DateTime(timezone=True)))
    op.add_column("flow", sa.Column("drafted_by", sa.Uuid()))
    op.create_table(
        "flow_editor",
        sa.Column("flow_id", sa.Uuid(), nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unsaved", sa.Boolean(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_flow_editor_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "flow_id"],
            ["flow.tenant_id", "flow.id"],
            name=op.f("fk_flow_editor_tenant_id_flow_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "flow_id", "page_id", name=op.f("pk_flow_editor")),
    )
    op.execute("ALTER TABLE flow_editor ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE flow_editor FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON flow_editor USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON flow_editor TO hujiao_app")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
