"""breaks: which reasons are, and how many of a group may rest at once; the night bell"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reason_code", sa.Column("is_break", sa.Boolean(), nullable=False, server_default="false"))
    op.add_column("agent_group", sa.Column("most_on_break", sa.Integer()))
    for table in ("agent", "business_hours"):
        op.add_column(table, sa.Column("night_bell", sa.Boolean(), nullable=False, server_default="false"))


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
