"""Add the partners' policies."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("partner") as partner:
        partner.add_column(sa.Column("policy_hash", sa.String(length=64), nullable=True))
    with op.batch_alter_table("verification") as verification:
        verification.add_column(
            sa.Column("begun_anew_at", sa.DateTime(timezone=True), nullable=True)
        )
    op.create_table(
        "policy_revision",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_policy_revision_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_revision")),
        sa.UniqueConstraint(
            "partner_id", "version", name=op.f("uq_policy_revision_partner_id_version")
        ),
    )
    op.create_index(
        op.f("ix_policy_revision_partner_id_hash"), "policy_revision", ["partner_id", "hash"]
    )


def downgrade() -> None:
    op.drop_table("policy_revision")
    with op.batch_alter_table("verification") as verification:
        verification.drop_column("begun_anew_at")
    with op.batch_alter_table("partner") as partner:
        partner.drop_column("policy_hash")
