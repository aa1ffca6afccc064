"""customers who look like one and are two"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "customers_apart",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("reasons", ARRAY(sa.LargeBinary()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_customers_apart_ordered")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_customers_apart_tenant_id")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                ["customer.tenant_id", "customer.id"],
                name=op.f(f"fk_customers_apart_tenant_id_{column}"),
                ondelete="CASCADE",
            )
            for column in ("one_id", "other_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "one_id", "other_id", name=op.f("pk_customers_apart")),
    )
    op.create_index("ix_customers_apart_other", "customers_apart", ["tenant_id", "other_id"])
    op.create_index("ix_customers_apart_at", "customers_apart", ["tenant_id", "at"])
    op.execute("ALTER TABLE customers_apart ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE customers_apart FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON customers_apart USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON customers_apart TO hujiao_app")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
