"""Create reviewers, their sessions, claims and notes; keep what was read; date every review."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_reviewers()
    _create_cases()
    op.add_column("examination", sa.Column("readings", sa.LargeBinary(), nullable=True))
    # What waits for a person had no date to be expected by before.
    op.execute(
        "UPDATE verification SET expected_by = coalesce(decided_at, submitted_at, created_at)"
        " WHERE stage = 'in_review' AND expected_by IS NULL"
    )
    op.execute(
        "UPDATE proof_of_address SET expected_by = coalesce(examined_at, created_at)"
        " WHERE status = 'in_review' AND expected_by IS NULL"
    )


def downgrade() -> None:
    op.execute("UPDATE verification SET expected_by = NULL WHERE stage = 'in_review'")
    op.execute("UPDATE proof_of_address SET expected_by = NULL WHERE status = 'in_review'")
    with op.batch_alter_table("examination") as examination:
        examination.drop_column("readings")
    for table in ("review_note", "review_claim", "reviewer_session", "reviewer"):
        op.drop_table(table)


def _create_reviewers() -> None:
    op.create_table(
        "reviewer",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("set_up_nonce", sa.String(length=64), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("sealed_totp", sa.Text(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("recovery_hashes", sa.JSON(), nullable=False),
        sa.Column("oidc_subject", sa.Text(), nullable=True),
        sa.Column("set_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_reviewer_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer")),
        sa.UniqueConstraint("partner_id", "email", name=op.f("uq_reviewer_partner_id_email")),
        sa.UniqueConstraint(
            "partner_id", "oidc_subject", name=op.f("uq_reviewer_partner_id_oidc_subject")
        ),
    )
    op.create_table(
        "reviewer_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("reviewer_id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewer.id"], name=op.f("fk_reviewer_session_reviewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewer_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_reviewer_session_token_hash")),
    )
    for column in ("reviewer_id", "expires_at"):
        op.create_index(op.f(f"ix_reviewer_session_{column}"), "reviewer_session", [column])


def _create_cases() -> None:
    op.create_table(
        "review_claim",
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("reviewer_id", sa.String(length=64), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_review_claim_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewer.id"], name=op.f("fk_review_claim_reviewer_id")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_review_claim")),
    )
    op.create_table(
        "review_note",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("reviewer_id", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_review_note_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["reviewer.id"], name=op.f("fk_review_note_reviewer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_note")),
    )
    op.create_index(op.f("ix_review_note_case_id"), "review_note", ["case_id"])
