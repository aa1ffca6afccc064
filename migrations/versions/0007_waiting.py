"""queues: what waiting callers hear, and the greeting before the agent"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue", sa.Column("announce_first_seconds", sa.Integer(), server_default="0", nullable=False))
    op.add_column("queue", sa.Column("announce_position", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column(
        "queue", sa.Column("announce_expected_wait", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("queue", sa.Column("waiting_flow_id", sa.Uuid(), nullable=True))
    op.add_column("queue", sa.Column("greeting", sa.String(), server_default="", nullable=False))
    op.add_column("queue", sa.Column("say_agent_number", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_foreign_key(
        op.f("fk_queue_tenant_id_waiting_flow_id"),
        "queue",
        "flow",
        ["tenant_id", "waiting_flow_id"],
        ["tenant_id", "id"],
    )


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
