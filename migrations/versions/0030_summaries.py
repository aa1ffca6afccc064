"""what has to be written of contacts, retired results, texts for notes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLES = ("summary_rule", "summary_rule_disposition", "note_template")
TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def upgrade() -> None:
    op.add_column("disposition", sa.Column("retired_at", sa.DateTime(timezone=True)))
    op.add_column("interaction", sa.Column("disposition_name", sa.String()))
    op.add_column("interaction", sa.Column("summary_due", postgresql.JSONB()))
    op.create_index(
        "ix_interaction_summary_due",
        "interaction",
        ["tenant_id", "started_at"],
        postgresql_where=sa.text("summary_due IS NOT NULL"),
    )
    op.create_table(
        "summary_rule",
        sa.Column("queue_id", sa.Uuid(), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=True),
        sa.Column("direction", sa.String(), server_default="both", nullable=False),
        sa.Column("disposition_required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("note_required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *_row("summary_rule"),
        sa.UniqueConstraint(
            "tenant_id",
            "queue_id",
            "business_id",
            "direction",
            name=op.f("uq_summary_rule_tenant_id_queue_id_business_id_direction"),
            postgresql_nulls_not_distinct=True,
        ),
        _refers("summary_rule", "queue_id", "queue", "CASCADE"),
        _refers("summary_rule", "business_id", "business", "CASCADE"),
    )
    op.create_table(
        "summary_rule_disposition",
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("disposition_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_summary_rule_disposition_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "rule_id", "disposition_id", name=op.f("pk_summary_rule_disposition")),
        _refers("summary_rule_disposition", "rule_id", "summary_rule", "CASCADE"),
        _refers("summary_rule_disposition", "disposition_id", "disposition"),
    )
    op.create_table(
        "note_template",
        sa.Column("shortcut", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("queue_id", sa.Uuid(), nullable=True),
        sa.Column("disposition_id", sa.Uuid(), nullable=True),
        *_row("note_template"),
        sa.UniqueConstraint("tenant_id", "shortcut", name=op.f("uq_note_template_tenant_id_shortcut")),
        _refers("note_template", "queue_id", "queue", "CASCADE"),
        _refers("note_template", "disposition_id", "disposition", "CASCADE"),
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO hujiao_app")


def _row(table: str) -> tuple[sa.Column, sa.Column, sa.Constraint, sa.Constraint]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def _refers(table: str, column: str, other: str, on_delete: str | None = None) -> sa.Constraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{other}.tenant_id", f"{other}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete=on_delete,
    )


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
