"""next calls: when agents are to call customers again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"
OPEN = sa.text("closed_at IS NULL")


def _of(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{other}.tenant_id", f"{other}.id"],
        name=op.f(f"fk_next_call_tenant_id_{column}"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "next_call",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String()),
        sa.Column("interaction_id", sa.Uuid()),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_next_call_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_next_call")),
        _of("customer_id", "customer"),
        _of("agent_id", "agent"),
    )
    op.create_index(
        "uq_next_call_open",
        "next_call",
        ["tenant_id", "customer_id", "agent_id"],
        unique=True,
        postgresql_where=OPEN,
    )
    op.create_index("ix_next_call_due", "next_call", ["tenant_id", "agent_id", "remind_at"], postgresql_where=OPEN)
    op.create_index("ix_next_call_customer", "next_call", ["tenant_id", "customer_id", "created_at"])
    op.execute("ALTER TABLE next_call ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE next_call FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON next_call USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON next_call TO hujiao_app")
    # The projector closes those of whom a call has reached the customer, with the call's own facts.
    op.execute("CREATE POLICY ledger ON next_call TO hujiao_ledger USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT, UPDATE ON next_call TO hujiao_ledger")
    op.execute("CREATE POLICY ledger ON contact_point FOR SELECT TO hujiao_ledger USING (true)")
    op.execute("GRANT SELECT ON contact_point TO hujiao_ledger")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
