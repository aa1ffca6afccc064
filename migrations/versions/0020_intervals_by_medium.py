"""reports of queues by medium"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue_interval", sa.Column("medium", sa.String(), server_default="voice", nullable=False))
    op.drop_constraint("pk_queue_interval", "queue_interval", type_="primary")
    op.create_primary_key("pk_queue_interval", "queue_interval", ["tenant_id", "queue_id", "starts_at", "medium"])


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
