"""Create the verifications face's rows."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INDEXED = (
    ("partner_id", "created_at", "id"),
    ("partner_id", "status", "created_at", "id"),
    ("applicant_id", "created_at", "id"),
    ("partner_id", "status", "expires_at"),
    ("status", "expires_at"),
)


def upgrade() -> None:
    op.create_table(
        "customer_verification",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("applicant_id", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("verification_type", sa.String(length=40), nullable=False),
        sa.Column("check_type", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_reference", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("result_payload", sa.JSON(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_customer_verification_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_customer_verification_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_verification")),
    )
    for columns in _INDEXED:
        name = op.f("_".join(("ix_customer_verification", *columns)))
        op.create_index(name, "customer_verification", list(columns))
    op.create_index(
        "ix_customer_verification_by_type",
        "customer_verification",
        ["partner_id", "verification_type", "created_at", "id"],
    )
    op.create_index(
        "ix_customer_verification_by_type_and_status",
        "customer_verification",
        ["partner_id", "verification_type", "status", "created_at", "id"],
    )


def downgrade() -> None:
    op.drop_table("customer_verification")
