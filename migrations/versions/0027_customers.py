"""customers, their contact points and fields, in place of known callers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("customer", "contact_point", "customer_field", "customer_private", "customer_change")
TENANT = "nullif(current_setting('hujiao.tenant', true), '')::uuid"
TRIGRAMS = "gin_trgm_ops"
SEEN = "c.merged_into IS NULL AND (projects IS NULL OR c.project_id IS NULL OR c.project_id = ANY(projects))"
REACHED = "contact_point p JOIN customer c ON c.tenant_id = p.tenant_id AND c.id = p.customer_id"
# Text search under row level security cannot use its indexes: this looks with the tenant in hand, at customers of the
# company and of these projects (NULL: of all).
SEARCH = f"""
CREATE FUNCTION search_customers(
  name_like text, tag text, keys text[], key_like text, projects uuid[], most integer
) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET plan_cache_mode = force_custom_plan AS $$
  (SELECT c.id FROM customer c WHERE c.tenant_id = {TENANT} AND c.name ILIKE name_like AND {SEEN} LIMIT most)
  UNION
  (SELECT c.id FROM customer c WHERE c.tenant_id = {TENANT} AND c.tags @> ARRAY[tag]::varchar[] AND {SEEN} LIMIT most)
  UNION
  (SELECT c.id FROM {REACHED} WHERE p.tenant_id = {TENANT} AND p.key = ANY(keys) AND {SEEN} LIMIT most)
  UNION
  (SELECT c.id FROM {REACHED} WHERE p.tenant_id = {TENANT} AND p.key LIKE key_like AND {SEEN} LIMIT most)
$$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _tables()
    _secure()
    _known_callers()


def _tables() -> None:
    op.create_table(
        "customer",
        sa.Column("name", sa.String(), server_default="", nullable=False),
        sa.Column("grade", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tags", sa.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        sa.Column("fields", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        *_row("customer"),
        _refers("customer", "agent_id", "agent", "SET NULL (agent_id)"),
        _refers("customer", "project_id", "project"),
        _refers("customer", "merged_into", "customer", "CASCADE"),
    )
    op.create_index(
        "ix_customer_updated",
        "customer",
        ["tenant_id", "updated_at", "id"],
        postgresql_include=["project_id"],
        postgresql_where=sa.text("merged_into IS NULL"),
    )
    op.create_index("ix_customer_sorted", "customer", ["tenant_id", "name"])
    for column, name in (("agent_id", "agent"), ("merged_into", "merged")):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_customer_{name}", "customer", ["tenant_id", column], postgresql_where=where)
    op.create_index("ix_customer_text", "customer", ["name"], postgresql_using="gin", postgresql_ops={"name": TRIGRAMS})
    op.create_index("ix_customer_tags", "customer", ["tags"], postgresql_using="gin")
    op.create_table(
        "contact_point",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *_row("contact_point"),
        _refers("contact_point", "customer_id", "customer", "CASCADE"),
    )
    op.create_index("ix_contact_point_key", "contact_point", ["tenant_id", "key"])
    op.create_index("ix_contact_point_customer", "contact_point", ["tenant_id", "customer_id", "position"])
    op.create_index(
        "ix_contact_point_text", "contact_point", ["key"], postgresql_using="gin", postgresql_ops={"key": TRIGRAMS}
    )
    op.create_table(
        "customer_field",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("label", postgresql.JSONB(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("private", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("options", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        *_row("customer_field"),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_customer_field_tenant_id_key")),
    )
    op.create_table(
        "customer_private",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("field_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("tail", sa.String(), server_default="", nullable=False),
        sa.Column("blind", sa.LargeBinary(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_customer_private_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "customer_id", "field_id", name=op.f("pk_customer_private")),
        _refers("customer_private", "customer_id", "customer", "CASCADE"),
        _refers("customer_private", "field_id", "customer_field", "CASCADE"),
    )
    op.create_index("ix_customer_private_found", "customer_private", ["tenant_id", "field_id", "blind"])
    op.create_table(
        "customer_change",
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        *_row("customer_change"),
    )
    op.create_index("ix_customer_change_customer", "customer_change", ["tenant_id", "customer_id", "at"])


def _row(table: str) -> tuple[sa.Column, sa.Column, sa.Constraint, sa.Constraint]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def _refers(table: str, column: str, other: str, on_delete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{other}.tenant_id", f"{other}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete=on_delete,
    )


def _secure() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING (tenant_id = {TENANT}) WITH CHECK (tenant_id = {TENANT})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO hujiao_app")
    for table in ("customer", "contact_point"):
        op.execute(f"GRANT SELECT ON {table} TO hujiao_lookup")
        op.execute(f"CREATE POLICY lookup ON {table} FOR SELECT TO hujiao_lookup USING (true)")
    op.execute("GRANT CREATE ON SCHEMA public TO hujiao_lookup")
    op.execute(SEARCH)
    op.execute("ALTER FUNCTION search_customers OWNER TO hujiao_lookup")
    op.execute("REVOKE ALL ON FUNCTION search_customers FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION search_customers TO hujiao_app")
    op.execute("REVOKE CREATE ON SCHEMA public FROM hujiao_lookup")


def _known_callers() -> None:
    """Each is a customer with one number, under the same id; of several for one caller the first is still meant."""
    tables = ("known_caller", "customer", "contact_point")
    for table in tables:  # the owner sees every tenant's rows for a moment
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO customer (tenant_id, id, name, grade, agent_id, created_at, updated_at)"
        " SELECT tenant_id, id, name, grade, agent_id, now(), now() FROM known_caller"
    )
    op.execute(
        "INSERT INTO contact_point (tenant_id, id, customer_id, kind, value, key)"
        " SELECT tenant_id, gen_random_uuid(), id, 'phone', number, replace(key, ' ' || id, '') FROM known_caller"
    )
    for table in tables[1:]:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.drop_table("known_caller")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
