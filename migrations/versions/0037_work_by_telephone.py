"""work by telephone: an agent's PIN, and the number where the agent works"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("pin_hash", sa.String()))
    op.add_column("agent", sa.Column("work_number", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
