"""problems of routing: what it takes to say them in each reader's language"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("routing_problem", sa.Column("code", sa.String(), nullable=True))
    none = sa.text("'{}'::jsonb")
    op.add_column("routing_problem", sa.Column("values", JSONB(), nullable=False, server_default=none))
    op.alter_column("routing_problem", "values", server_default=None)


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
