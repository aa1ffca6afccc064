"""imports of customers from files"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def upgrade() -> None:
    op.create_table(
        "customer_import",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("projects", ARRAY(sa.Uuid())),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("format", JSONB(), nullable=False),
        sa.Column("headings", JSONB(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("plan", JSONB()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("problem", JSONB()),
        *map(_count, ("total", "done", "created", "changed", "skipped", "refused", "taken_back")),
        sa.Column("refused_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("rate", sa.Float(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_customer_import_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_customer_import")),
    )
    op.create_index("ix_customer_import_created", "customer_import", ["tenant_id", "created_at"])
    op.create_index(
        "uq_customer_import_active",
        "customer_import",
        ["tenant_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('checking', 'importing', 'taking_back')"),
    )
    op.execute("ALTER TABLE customer_import ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE customer_import FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON customer_import USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON customer_import TO hujiao_app")
    op.add_column("customer", sa.Column("import_id", sa.Uuid()))
    op.create_index(
        "ix_customer_import", "customer", ["tenant_id", "import_id"], postgresql_where=sa.text("import_id IS NOT NULL")
    )


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
