"""recording on demand, and its pauses"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("queue", "recording", server_default=None)
    rule = "CASE WHEN recording THEN 'always' ELSE 'never' END"
    op.alter_column("queue", "recording", type_=sa.String(), postgresql_using=rule)
    op.alter_column("queue", "recording", server_default="always")
    none = sa.text("'[]'::jsonb")
    op.add_column("recording", sa.Column("pauses", JSONB(), nullable=False, server_default=none))


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
