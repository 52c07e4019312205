"""Create the partners' themes, and let a session have no language of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_theme",
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("css", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("logo_kind", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_partner_theme_partner_id")
        ),
        sa.PrimaryKeyConstraint("partner_id", name=op.f("pk_partner_theme")),
    )
    op.create_index(op.f("ix_partner_theme_hash"), "partner_theme", ["hash"])
    with op.batch_alter_table("client_session") as session:
        session.alter_column("locale", existing_type=sa.String(length=35), nullable=True)


def downgrade() -> None:
    op.execute("UPDATE client_session SET locale = 'en' WHERE locale IS NULL")
    with op.batch_alter_table("client_session") as session:
        session.alter_column("locale", existing_type=sa.String(length=35), nullable=False)
    op.drop_table("partner_theme")
