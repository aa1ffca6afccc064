"""the operator's list of tenants shows which numbers may be called for them"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

RETURNS = (
    "TABLE (id uuid, slug text, name text, kind text, language text, time_zone text, shard integer, limits jsonb,"
    " dialling jsonb, suspended_at timestamptz, created_at timestamptz)"
)
QUERY = (
    "SELECT id, slug, name, kind, language, time_zone, shard, coalesce(settings->'limits', '{}'),"
    " coalesce(settings->'dialling', '{}'), suspended_at, created_at"
    " FROM tenant ORDER BY slug"
)


def upgrade() -> None:
    op.execute("GRANT CREATE ON SCHEMA public TO hujiao_lookup")
    op.execute("DROP FUNCTION lookup_tenants()")
    op.execute(
        f"CREATE FUNCTION lookup_tenants() RETURNS {RETURNS} LANGUAGE sql STABLE SECURITY DEFINER"
        f" SET search_path = pg_catalog, public AS $$ {QUERY} $$"
    )
    op.execute("ALTER FUNCTION lookup_tenants OWNER TO hujiao_lookup")
    op.execute("REVOKE ALL ON FUNCTION lookup_tenants FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION lookup_tenants TO hujiao_app, hujiao_ledger")
    op.execute("REVOKE CREATE ON SCHEMA public FROM hujiao_lookup")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
