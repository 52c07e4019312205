"""Create verifications, captures, presence challenges and examinations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "verification",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("applicant_id", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("claimed", sa.LargeBinary()),
        sa.Column("consent_version", sa.String(length=40)),
        sa.Column("consented_at", sa.DateTime(timezone=True)),
        sa.Column("document_type", sa.String(length=40)),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("verified_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("expected_by", sa.DateTime(timezone=True)),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_verification_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_verification_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
    )
    op.create_index(op.f("ix_verification_applicant_id"), "verification", ["applicant_id"])
    op.create_index(op.f("ix_verification_expected_by"), "verification", ["expected_by"])
    op.create_index(op.f("ix_verification_partner_id"), "verification", ["partner_id"])
    op.create_index(
        op.f("ix_verification_stage_expires_at"), "verification", ["stage", "expires_at"]
    )
    op.create_table(
        "examination",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("verification_id", sa.String(length=64), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("model_hashes", sa.JSON(), nullable=False),
        sa.Column("stage_ms", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["verification_id"], ["verification.id"], name=op.f("fk_examination_verification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examination")),
    )
    op.create_index(op.f("ix_examination_verification_id"), "examination", ["verification_id"])
    op.create_table(
        "presence_challenge",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("verification_id", sa.String(length=64), nullable=False),
        sa.Column("prompts", sa.JSON(), nullable=False),
        sa.Column("tracker", sa.JSON(), nullable=False),
        sa.Column("dealt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("last_sequence", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["verification_id"],
            ["verification.id"],
            name=op.f("fk_presence_challenge_verification_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence_challenge")),
    )
    op.create_index(
        op.f("ix_presence_challenge_verification_id_dealt_at"),
        "presence_challenge",
        ["verification_id", "dealt_at"],
    )
    op.create_table(
        "capture",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("verification_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_name", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("perceptual_hash", sa.String(length=64)),
        sa.Column("challenge_id", sa.String(length=64)),
        sa.Column("sequence", sa.Integer()),
        sa.Column("observation", sa.JSON(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["challenge_id"], ["presence_challenge.id"], name=op.f("fk_capture_challenge_id")
        ),
        sa.ForeignKeyConstraint(
            ["verification_id"], ["verification.id"], name=op.f("fk_capture_verification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture")),
        sa.UniqueConstraint("object_name", name=op.f("uq_capture_object_name")),
    )
    op.create_index(
        op.f("ix_capture_challenge_id_sequence"),
        "capture",
        ["challenge_id", "sequence"],
        unique=True,
    )
    op.create_index(op.f("ix_capture_verification_id_kind"), "capture", ["verification_id", "kind"])


def downgrade() -> None:
    op.drop_table("capture")
    op.drop_table("presence_challenge")
    op.drop_table("examination")
    op.drop_table("verification")
