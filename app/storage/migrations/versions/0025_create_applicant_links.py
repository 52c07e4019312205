"""Keep what users of one partner may share, as keyed digests, and the links found by it."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_trait",
        sa.Column("applicant_id", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("partner_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_link_trait_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_link_trait_partner_id")
        ),
        sa.PrimaryKeyConstraint("applicant_id", "digest", name=op.f("pk_link_trait")),
    )
    op.create_index("ix_link_trait_partner_id_digest", "link_trait", ["partner_id", "digest"])
    op.create_table(
        "applicant_link",
        sa.Column("applicant_id", sa.String(64), nullable=False),
        sa.Column("other_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("partner_id", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_applicant_link_applicant_id")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["applicant.id"], name=op.f("fk_applicant_link_other_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_applicant_link_partner_id")
        ),
        sa.PrimaryKeyConstraint("applicant_id", "other_id", "kind", name=op.f("pk_applicant_link")),
    )
    op.create_index("ix_applicant_link_other_id", "applicant_link", ["other_id"])


def downgrade() -> None:
    op.drop_table("applicant_link")
    op.drop_table("link_trait")
