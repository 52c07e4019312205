"""Keep what a camera's name gives away, and a mark by which a repeated frame is known again."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("presence_challenge") as challenge:
        challenge.add_column(sa.Column("camera", sa.String(40), nullable=True))
    with op.batch_alter_table("capture") as capture:
        capture.add_column(sa.Column("mark", sa.String(64), nullable=True))
        capture.create_index("ix_capture_mark", ["mark"])


def downgrade() -> None:
    with op.batch_alter_table("capture") as capture:
        capture.drop_index("ix_capture_mark")
        capture.drop_column("mark")
    with op.batch_alter_table("presence_challenge") as challenge:
        challenge.drop_column("camera")
