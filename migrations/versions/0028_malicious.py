"""contacts that somebody has marked as malicious"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("interaction", sa.Column("malicious_at", sa.DateTime(timezone=True)))
    op.add_column("interaction", sa.Column("malicious_by_name", sa.String()))
    op.add_column("interaction", sa.Column("malicious_reason", sa.String()))
    op.create_index(
        "ix_interaction_malicious",
        "interaction",
        ["tenant_id", "caller_key", "malicious_at"],
        postgresql_where=sa.text("malicious_at IS NOT NULL"),
    )


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
