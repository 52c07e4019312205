"""Create applicants and the sessions opened for them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applicant",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("partner_user_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verification_id", sa.String(length=64)),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_applicant_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicant")),
        sa.UniqueConstraint(
            "partner_id", "partner_user_id", name=op.f("uq_applicant_partner_id_partner_user_id")
        ),
    )
    op.create_table(
        "client_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("applicant_id", sa.String(length=64), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("launch_jti", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("payment_url", sa.Text()),
        sa.Column("launched_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_client_session_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_client_session_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_session")),
    )
    op.create_index(op.f("ix_client_session_applicant_id"), "client_session", ["applicant_id"])
    op.create_index(op.f("ix_client_session_expires_at"), "client_session", ["expires_at"])
    op.create_table(
        "transaction_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("applicant_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_transaction_session_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_transaction_session_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transaction_session")),
    )
    op.create_index(
        op.f("ix_transaction_session_applicant_id"), "transaction_session", ["applicant_id"]
    )


def downgrade() -> None:
    op.drop_table("transaction_session")
    op.drop_table("client_session")
    op.drop_table("applicant")
