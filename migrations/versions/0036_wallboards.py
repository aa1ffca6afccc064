"""wallboards, and the links that open one without signing in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"
RETURNS = "TABLE (tenant_id uuid, wallboard_id uuid, networks jsonb, expires_at timestamptz)"
QUERY = (
    "SELECT l.tenant_id, l.wallboard_id, l.networks, l.expires_at FROM wallboard_link l WHERE l.secret_hash = secret"
)


def upgrade() -> None:
    op.create_table(
        "wallboard",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("language", sa.String()),
        sa.Column("tiles", JSONB(), nullable=False),
        sa.Column("project_ids", ARRAY(sa.Uuid())),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_wallboard_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_wallboard")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_wallboard_tenant_id_name")),
    )
    op.create_table(
        "wallboard_link",
        sa.Column("wallboard_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("networks", JSONB(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by_name", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_wallboard_link_tenant_id")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "wallboard_id"],
            ["wallboard.tenant_id", "wallboard.id"],
            name=op.f("fk_wallboard_link_tenant_id_wallboard_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_wallboard_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_wallboard_link_secret_hash")),
    )
    for table in ("wallboard", "wallboard_link"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO hujiao_app")
    # Found before the tenant is known.
    op.execute("GRANT SELECT ON wallboard_link TO hujiao_lookup")
    op.execute("CREATE POLICY lookup ON wallboard_link FOR SELECT TO hujiao_lookup USING (true)")
    op.execute("GRANT CREATE ON SCHEMA public TO hujiao_lookup")
    op.execute(
        f"CREATE FUNCTION lookup_wallboard_link(secret bytea) RETURNS {RETURNS} LANGUAGE sql STABLE SECURITY DEFINER"
        f" SET search_path = pg_catalog, public AS $$ {QUERY} $$"
    )
    op.execute("ALTER FUNCTION lookup_wallboard_link OWNER TO hujiao_lookup")
    op.execute("REVOKE ALL ON FUNCTION lookup_wallboard_link FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION lookup_wallboard_link TO hujiao_app")
    op.execute("REVOKE CREATE ON SCHEMA public FROM hujiao_lookup")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
