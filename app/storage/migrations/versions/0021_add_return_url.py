"""Let a session know where it leads whoever is not sent on to a payment."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("client_session") as session:
        session.add_column(sa.Column("return_url", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("client_session") as session:
        session.drop_column("return_url")
