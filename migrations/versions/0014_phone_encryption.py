"""whether an agent's desk phone encrypts its sound"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

RETURNS = (
    "TABLE (tenant_id uuid, agent_id uuid, sip_user text, phone_digest text, phone_encryption text, shard integer)"
)
QUERY = (
    "SELECT a.tenant_id, a.id, a.sip_user, a.phone_digest, a.phone_encryption, t.shard"
    " FROM agent a JOIN tenant t ON t.id = a.tenant_id WHERE a.phone_digest IS NOT NULL"
)


def upgrade() -> None:
    op.add_column("agent", sa.Column("phone_encryption", sa.String(), server_default="optional", nullable=False))
    op.execute("GRANT CREATE ON SCHEMA public TO hujiao_lookup")
    op.execute("DROP FUNCTION lookup_phones()")
    op.execute(
        f"CREATE FUNCTION lookup_phones() RETURNS {RETURNS} LANGUAGE sql STABLE SECURITY DEFINER"
        f" SET search_path = pg_catalog, public AS $$ {QUERY} $$"
    )
    op.execute("ALTER FUNCTION lookup_phones OWNER TO hujiao_lookup")
    op.execute("REVOKE ALL ON FUNCTION lookup_phones FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION lookup_phones TO hujiao_app, hujiao_ledger")
    op.execute("REVOKE CREATE ON SCHEMA public FROM hujiao_lookup")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
