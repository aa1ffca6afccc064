"""screen views: whether the whole screen was looked at, and until when each was certainly there"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("screen_view", sa.Column("whole_screen_at", sa.DateTime(timezone=True)))
    op.add_column("screen_view", sa.Column("seen_at", sa.DateTime(timezone=True)))
    op.execute("ALTER TABLE screen_view NO FORCE ROW LEVEL SECURITY")  # the owner writes rows of every tenant
    op.execute("UPDATE screen_view SET seen_at = coalesce(ended_at, until_at)")
    op.execute("ALTER TABLE screen_view FORCE ROW LEVEL SECURITY")
    op.alter_column("screen_view", "seen_at", nullable=False)
    op.create_index("ix_screen_view_open", "screen_view", ["tenant_id"], postgresql_where=sa.text("ended_at IS NULL"))


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
