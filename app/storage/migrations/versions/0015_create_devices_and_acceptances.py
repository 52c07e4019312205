"""Create device sightings and accepted policy documents."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device_sighting",
        sa.Column("applicant_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sightings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_device_sighting_applicant_id")
        ),
        sa.PrimaryKeyConstraint("applicant_id", "digest", name=op.f("pk_device_sighting")),
    )
    op.create_table(
        "policy_acceptance",
        sa.Column("applicant_id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_policy_acceptance_applicant_id")
        ),
        sa.PrimaryKeyConstraint(
            "applicant_id", "document_id", "version", name=op.f("pk_policy_acceptance")
        ),
    )


def downgrade() -> None:
    op.drop_table("policy_acceptance")
    op.drop_table("device_sighting")
