"""suggestions for queues in trouble"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "queue_suggestion",
        sa.Column("queue_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", JSONB(), nullable=False),
        sa.Column("helpers", JSONB(), nullable=False),
        sa.Column("plans", JSONB(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True)),
        sa.Column("applied_by", sa.Uuid()),
        sa.Column("until_at", sa.DateTime(timezone=True)),
        sa.Column("agent_ids", ARRAY(sa.Uuid())),
        sa.Column("given", ARRAY(sa.Uuid())),
        sa.Column("before", JSONB()),
        sa.Column("after", JSONB()),
        sa.Column("after_at", sa.DateTime(timezone=True)),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        sa.Column("undone_by", sa.Uuid()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_queue_suggestion_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_queue_suggestion")),
    )
    op.create_index(
        "uq_queue_suggestion_open",
        "queue_suggestion",
        ["tenant_id", "queue_id"],
        unique=True,
        postgresql_where=sa.text("applied_at IS NULL"),
    )
    op.create_index("ix_queue_suggestion_raised", "queue_suggestion", ["tenant_id", "raised_at"])
    op.create_index(
        "ix_queue_suggestion_unmeasured",
        "queue_suggestion",
        ["tenant_id", "applied_at"],
        postgresql_where=sa.text("after_at IS NULL"),
    )
    op.execute("ALTER TABLE queue_suggestion ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE queue_suggestion FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON queue_suggestion USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON queue_suggestion TO hujiao_app")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
