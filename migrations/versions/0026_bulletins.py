"""bulletins: to whom they are addressed, what they said before, who has read them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"
TABLES = ("bulletin", "bulletin_addressee", "bulletin_revision", "bulletin_read")


def _when(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text() -> list[sa.Column[object]]:
    return [
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_by_name", sa.String(), nullable=False),
        _when("written_at"),
    ]


def _belongs(table: str, *key: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", *key, name=op.f(f"pk_{table}")),
    ]


def _of(table: str, column: str, other: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(column, sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", column],
            [f"{other}.tenant_id", f"{other}.id"],
            name=op.f(f"fk_{table}_tenant_id_{column}"),
            ondelete="CASCADE",
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "bulletin",
        *_text(),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("project_ids", ARRAY(sa.Uuid())),
        _when("begins_at"),
        _when("ends_at", nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        _when("created_at"),
        sa.Column("withdrawn_by_name", sa.String()),
        _when("withdrawn_at", nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_belongs("bulletin", "id"),
    )
    op.create_index("ix_bulletin_begins", "bulletin", ["tenant_id", "begins_at"])
    op.create_table(
        "bulletin_addressee",
        *_of("bulletin_addressee", "bulletin_id", "bulletin"),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        *_belongs("bulletin_addressee", "bulletin_id", "target_id"),
    )
    op.create_index("ix_bulletin_addressee_target", "bulletin_addressee", ["tenant_id", "target_id"])
    op.create_table(
        "bulletin_revision",
        *_of("bulletin_revision", "bulletin_id", "bulletin"),
        *_text(),
        *_belongs("bulletin_revision", "bulletin_id", "revision"),
    )
    op.create_table(
        "bulletin_read",
        *_of("bulletin_read", "bulletin_id", "bulletin"),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_of("bulletin_read", "account_id", "account"),
        _when("read_at"),
        *_belongs("bulletin_read", "bulletin_id", "revision", "account_id"),
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO hujiao_app")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
