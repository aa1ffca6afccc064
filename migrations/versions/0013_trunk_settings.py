"""trunks: where the called number stands, keys, encryption, how long without sound, and whether OPTIONS are sent"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("trunk", sa.Column("called_number_in", sa.String(), server_default="auto", nullable=False))
    op.add_column("trunk", sa.Column("dtmf", sa.String(), server_default="auto", nullable=False))
    op.add_column("trunk", sa.Column("media_encryption", sa.String(), server_default="off", nullable=False))
    op.add_column("trunk", sa.Column("rtp_timeout_seconds", sa.Integer(), server_default="60", nullable=False))
    op.add_column("trunk", sa.Column("qualify", sa.Boolean(), server_default=sa.text("true"), nullable=False))


def downgrade() -> None:
    raise RuntimeError("hujiao goes forward only: restore the backup that `up` made before migrating")
