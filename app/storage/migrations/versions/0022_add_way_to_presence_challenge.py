"""Let a challenge know which way its user took; all that were dealt before asked for turns."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("presence_challenge") as challenge:
        challenge.add_column(
            sa.Column("way", sa.String(40), nullable=False, server_default="turns")
        )


def downgrade() -> None:
    with op.batch_alter_table("presence_challenge") as challenge:
        challenge.drop_column("way")
