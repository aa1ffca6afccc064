"""screen pop: layouts, linked pages, rules"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"
TABLES = ("screen_layout", "linked_page", "pop_rule")


def _kept(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f(f"uq_{table}_tenant_id_name")),
    ]


def upgrade() -> None:
    op.create_table("screen_layout", sa.Column("sections", JSONB(), nullable=False), *_kept("screen_layout"))
    op.create_table(
        "linked_page",
        sa.Column("queue_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        *_kept("linked_page"),
    )
    op.create_table(
        "pop_rule",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("queue_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("find_by", sa.String(), nullable=False),
        sa.Column("find_in", sa.String(), nullable=False),
        sa.Column("layout_id", sa.Uuid()),
        sa.Column("page_ids", ARRAY(sa.Uuid()), nullable=False),
        *_kept("pop_rule"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "layout_id"],
            ["screen_layout.tenant_id", "screen_layout.id"],
            name=op.f("fk_pop_rule_tenant_id_layout_id"),
        ),
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO hujiao_app")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
