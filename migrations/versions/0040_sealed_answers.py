"""Kept answers are sealed, for some carry secrets. Those of the last day cannot be: they go."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("TRUNCATE idempotency_key")
    op.execute("ALTER TABLE idempotency_key DROP COLUMN answer, ADD COLUMN answer bytea")


def downgrade() -> None:
    op.execute("TRUNCATE idempotency_key")
    op.execute("ALTER TABLE idempotency_key DROP COLUMN answer, ADD COLUMN answer jsonb")
