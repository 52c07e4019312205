"""Give applicants a profile, suspension and erasure, and verifications a step-up."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("applicant") as applicant:
        applicant.add_column(
            sa.Column("wrapped_key", sa.LargeBinary(), nullable=False, server_default="")
        )
        applicant.add_column(sa.Column("profile", sa.LargeBinary(), nullable=True))
        applicant.add_column(sa.Column("risk_level", sa.String(length=40), nullable=True))
        applicant.add_column(sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
        applicant.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("applicant") as applicant:
        applicant.alter_column("wrapped_key", server_default=None)
    with op.batch_alter_table("verification") as verification:
        verification.add_column(sa.Column("declared", sa.LargeBinary(), nullable=True))
        verification.add_column(sa.Column("held_tier", sa.String(length=40), nullable=True))
        verification.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
        verification.create_index(op.f("ix_verification_held_until"), ["held_until"])
    op.create_table(
        "document_digest",
        sa.Column("applicant_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_document_digest_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_document_digest_partner_id")
        ),
        sa.PrimaryKeyConstraint("applicant_id", "digest", name=op.f("pk_document_digest")),
    )
    op.create_index(
        op.f("ix_document_digest_partner_id_digest"), "document_digest", ["partner_id", "digest"]
    )


def downgrade() -> None:
    op.drop_table("document_digest")
    with op.batch_alter_table("verification") as verification:
        verification.drop_index(op.f("ix_verification_held_until"))
        verification.drop_column("held_until")
        verification.drop_column("held_tier")
        verification.drop_column("declared")
    with op.batch_alter_table("applicant") as applicant:
        applicant.drop_column("erased_at")
        applicant.drop_column("suspended_at")
        applicant.drop_column("risk_level")
        applicant.drop_column("profile")
        applicant.drop_column("wrapped_key")
