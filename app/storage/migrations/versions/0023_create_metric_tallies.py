"""Create tallies of metrics, and the beats of workers."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "metric_tally",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("labels", sa.String(length=255), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", "labels", "part", name=op.f("pk_metric_tally")),
    )
    op.create_table(
        "worker_beat",
        sa.Column("worker_id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_worker_beat")),
    )
    op.create_index(op.f("ix_worker_beat_seen_at"), "worker_beat", ["seen_at"])


def downgrade() -> None:
    op.drop_table("worker_beat")
    op.drop_table("metric_tally")
