"""one form of a number: callers, known callers, access numbers; queue entries that reports count; short abandons are no loss"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hujiao.calls.numbers import bare, canonical
from hujiao.kit.countries import country_of

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("tenant", "interaction", "segment", "queue_interval", "known_caller", "access_number")
USUAL_HOME = "CN"


def upgrade() -> None:
    op.add_column("interaction", sa.Column("caller_key", sa.String(), server_default="", nullable=False))
    op.add_column("segment", sa.Column("counted", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("known_caller", sa.Column("key", sa.String(), server_default="", nullable=False))
    op.add_column("access_number", sa.Column("bare", sa.String(), server_default="", nullable=False))
    op.add_column("access_number", sa.Column("canonical", sa.String(), server_default="", nullable=False))
    for table in TABLES:  # the owner sees every tenant's rows for a moment
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    connection = op.get_bind()
    tenants = connection.execute(sa.text("SELECT id, time_zone, settings->'dialling'->>'home' AS home FROM tenant"))
    homes = {row.id: row.home or country_of(row.time_zone) or USUAL_HOME for row in tenants}
    _callers(connection, homes)
    _known_callers(connection, homes)
    _access_numbers(connection, homes)
    _counted(connection)
    op.execute("UPDATE queue_interval SET abandoned = abandoned - short_abandoned WHERE short_abandoned > 0")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table, column in (("known_caller", "key"), ("access_number", "bare"), ("access_number", "canonical")):
        op.alter_column(table, column, server_default=None)
    op.create_index("ix_interaction_customer", "interaction", ["tenant_id", "caller_key", "started_at"])
    op.drop_constraint("uq_known_caller_tenant_id_number", "known_caller")
    op.create_unique_constraint("uq_known_caller_tenant_id_key", "known_caller", ["tenant_id", "key"])
    op.drop_constraint("uq_access_number_number", "access_number")
    op.create_unique_constraint("uq_access_number_bare", "access_number", ["bare"])
    op.create_unique_constraint("uq_access_number_canonical", "access_number", ["canonical"])


def _callers(connection: sa.Connection, homes: dict) -> None:
    """A caller who showed no number is nobody."""
    connection.execute(sa.text("CREATE TEMPORARY TABLE form (tenant_id uuid, caller text, key text) ON COMMIT DROP"))
    found = connection.execute(sa.text("SELECT DISTINCT tenant_id, caller FROM interaction")).all()
    rows = [
        {"tenant_id": row.tenant_id, "caller": row.caller, "key": canonical(row.caller, homes[row.tenant_id])}
        for row in found
    ]
    if rows:
        connection.execute(sa.text("INSERT INTO form VALUES (:tenant_id, :caller, :key)"), rows)
    connection.execute(
        sa.text(
            "UPDATE interaction i SET caller_key = f.key, caller = CASE WHEN f.key = '' THEN '' ELSE i.caller END"
            " FROM form f WHERE f.tenant_id = i.tenant_id AND f.caller = i.caller"
        )
    )


def _known_callers(connection: sa.Connection, homes: dict) -> None:
    """Of several rows for one caller the first is meant from now on; the others stay to be looked at."""
    taken = set()
    for row in connection.execute(sa.text("SELECT tenant_id, id, number FROM known_caller ORDER BY id")).all():
        key = canonical(row.number, homes[row.tenant_id]) or row.number
        if (row.tenant_id, key) in taken:
            key = f"{key} {row.id}"
        taken.add((row.tenant_id, key))
        connection.execute(
            sa.text("UPDATE known_caller SET key = :key WHERE tenant_id = :tenant_id AND id = :id"),
            {"key": key, "tenant_id": row.tenant_id, "id": row.id},
        )


def _access_numbers(connection: sa.Connection, homes: dict) -> None:
    """Two that mean the same number go on as they are: calls find them by what is dialled."""
    taken: dict[str, set[str]] = {"bare": set(), "canonical": set()}
    for row in connection.execute(sa.text("SELECT tenant_id, id, number FROM access_number ORDER BY id")).all():
        forms = {"bare": bare(row.number), "canonical": canonical(row.number, homes[row.tenant_id])}
        for name, form in forms.items():
            if not form or form in taken[name]:
                forms[name] = f"{form} {row.id}"
            taken[name].add(forms[name])
        connection.execute(
            sa.text(
                "UPDATE access_number SET bare = :bare, canonical = :canonical"
                " WHERE tenant_id = :tenant_id AND id = :id"
            ),
            {**forms, "tenant_id": row.tenant_id, "id": row.id},
        )


def _counted(connection: sa.Connection) -> None:
    """A contact counts once in a queue, where it first entered it; of a call-back that is a place which was kept."""
    connection.execute(
        sa.text(
            "UPDATE segment s SET counted = true FROM ("
            " SELECT DISTINCT ON (tenant_id, interaction_id, queue_id) tenant_id, id, interaction_id, ordinal"
            " FROM segment WHERE kind = 'queue' ORDER BY tenant_id, interaction_id, queue_id, ordinal) first"
            " JOIN interaction i ON i.tenant_id = first.tenant_id AND i.id = first.interaction_id"
            " WHERE s.tenant_id = first.tenant_id AND s.id = first.id"
            " AND NOT (i.direction = 'callback' AND first.ordinal = 0)"
        )
    )


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
