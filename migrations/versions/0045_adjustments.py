"""adjustments of agents: temporary skills become one kind of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.rename_table("temporary_skill", "adjustment")
    for old, new in (
        ("pk_temporary_skill", "pk_adjustment"),
        ("fk_temporary_skill_tenant_id", "fk_adjustment_tenant_id"),
        ("fk_temporary_skill_tenant_id_agent_id", "fk_adjustment_tenant_id_agent_id"),
    ):
        op.execute(f"ALTER TABLE adjustment RENAME CONSTRAINT {old} TO {new}")
    for name in ("agent", "running"):
        op.execute(f"ALTER INDEX ix_temporary_skill_{name} RENAME TO ix_adjustment_{name}")
    op.alter_column(
        "adjustment", "skill_id", new_column_name="subject", type_=sa.String(), postgresql_using="skill_id::text"
    )
    op.add_column("adjustment", sa.Column("kind", sa.String(), server_default="skill", nullable=False))
    op.add_column("adjustment", sa.Column("before", sa.Integer(), nullable=True))
    op.add_column("adjustment", sa.Column("for_good", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("adjustment", sa.Column("reason", sa.String(), server_default="", nullable=False))
    op.execute("ALTER TABLE adjustment ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE adjustment FORCE ROW LEVEL SECURITY")
    # What runs goes on: the agents' states have it under its new names.
    op.execute("ALTER TABLE agent_live NO FORCE ROW LEVEL SECURITY")
    op.execute(
        """
        UPDATE agent_live SET state = (
          (state::jsonb - 'temporary') || jsonb_build_object('adjustments', (
            SELECT jsonb_agg((one - 'skill_id') || jsonb_build_object('subject', one->'skill_id') ORDER BY place)
            FROM jsonb_array_elements(state::jsonb->'temporary') WITH ORDINALITY AS each (one, place)
          ))
        )::json WHERE jsonb_array_length(state::jsonb->'temporary') > 0
        """
    )
    op.execute("ALTER TABLE agent_live FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
