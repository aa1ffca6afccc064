"""how well agents and customers heard each other"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

COLUMNS = ("line_mos", "line_loss_percent", "line_jitter_ms", "line_round_trip_ms")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("interaction", sa.Column(name, sa.Float()))
    op.create_index(
        "ix_interaction_line",
        "interaction",
        ["tenant_id", "line_mos"],
        postgresql_where=sa.text("line_mos IS NOT NULL"),
    )


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
