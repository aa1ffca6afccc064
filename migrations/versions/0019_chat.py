"""chats: websites' entries, canned phrases, conversations, messages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CONFIGURATION = ["chat_entry", "chat_phrase"]
WRITTEN_WITH_THE_LEDGER = ["chat_conversation", "chat_message"]
TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"
# What must be found before the tenant is known.
LOOKUPS = {
    "lookup_chat_entry(wanted text)": (
        "TABLE (tenant_id uuid, id uuid, shard integer, suspended boolean)",
        "SELECT e.tenant_id, e.id, t.shard, t.suspended_at IS NOT NULL FROM chat_entry e"
        " JOIN tenant t ON t.id = e.tenant_id WHERE e.key = wanted",
    ),
    "lookup_chat(secret bytea)": (
        "TABLE (tenant_id uuid, id uuid, entry_id uuid, language text, shard integer)",
        "SELECT c.tenant_id, c.id, c.entry_id, c.language, t.shard FROM chat_conversation c"
        " JOIN tenant t ON t.id = c.tenant_id WHERE c.secret_hash = secret",
    ),
}


def upgrade() -> None:
    op.create_table(
        "chat_entry",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("flow_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("business_id", sa.Uuid(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "business_id"],
            ["business.tenant_id", "business.id"],
            name=op.f("fk_chat_entry_tenant_id_business_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "flow_id"], ["flow.tenant_id", "flow.id"], name=op.f("fk_chat_entry_tenant_id_flow_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "project_id"],
            ["project.tenant_id", "project.id"],
            name=op.f("fk_chat_entry_tenant_id_project_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_chat_entry_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_chat_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_chat_entry_key")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_chat_entry_tenant_id_name")),
    )
    op.create_table(
        "chat_phrase",
        sa.Column("shortcut", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("queue_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "queue_id"],
            ["queue.tenant_id", "queue.id"],
            name=op.f("fk_chat_phrase_tenant_id_queue_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_chat_phrase_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_chat_phrase")),
        sa.UniqueConstraint(
            "tenant_id", "shortcut", "language", name=op.f("uq_chat_phrase_tenant_id_shortcut_language")
        ),
    )
    op.create_table(
        "chat_conversation",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("page_url", sa.String(), nullable=False),
        sa.Column("page_title", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_chat_conversation_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_chat_conversation")),
    )
    op.create_index("ix_chat_conversation_secret", "chat_conversation", ["secret_hash"], unique=True)
    op.create_table(
        "chat_message",
        sa.Column("interaction_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), server_default="", nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("client_number", sa.Integer(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_chat_message_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "interaction_id", "number", "part", name=op.f("pk_chat_message")),
    )
    for table in ("chat_entry", "chat_phrase", "chat_conversation", "chat_message"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
    for table in CONFIGURATION:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO hujiao_app")
    for table in WRITTEN_WITH_THE_LEDGER:
        op.execute(f"GRANT SELECT ON {table} TO hujiao_app")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO hujiao_ledger")
        op.execute(f"CREATE POLICY ledger ON {table} TO hujiao_ledger USING (true) WITH CHECK (true)")
    for table in ("chat_entry", "chat_conversation"):
        op.execute(f"GRANT SELECT ON {table} TO hujiao_lookup")
        op.execute(f"CREATE POLICY lookup ON {table} FOR SELECT TO hujiao_lookup USING (true)")
    op.execute("GRANT CREATE ON SCHEMA public TO hujiao_lookup")
    for signature, (returns, query) in LOOKUPS.items():
        op.execute(
            f"CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE sql STABLE SECURITY DEFINER"
            f" SET search_path = pg_catalog, public AS $$ {query} $$"
        )
        name = signature.partition("(")[0]
        op.execute(f"ALTER FUNCTION {name} OWNER TO hujiao_lookup")
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO hujiao_app, hujiao_ledger")
    op.execute("REVOKE CREATE ON SCHEMA public FROM hujiao_lookup")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
