"""running interactions and agents: their states are kept as the texts that they come as, and not compressed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# Written several times a call, read at a take-over only.
TABLES = ("interaction_live", "agent_live", "blend_live")


def upgrade() -> None:
    for table in TABLES:
        op.alter_column(table, "state", existing_type=postgresql.JSONB(), type_=sa.JSON(), existing_nullable=False)
        op.execute(f"ALTER TABLE {table} SET (toast_tuple_target = 8160)")


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
