"""Create handoffs: verifications on their way to another device."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_INDEXED = (("expires_at",), ("phone_session_id",), ("applicant_id", "created_at"))


def upgrade() -> None:
    op.create_table(
        "handoff",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("applicant_id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("phone_session_id", sa.String(length=64)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_handoff_partner_id"),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicant.id"], name="fk_handoff_applicant_id"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["client_session.id"], name="fk_handoff_session_id"
        ),
        sa.ForeignKeyConstraint(
            ["phone_session_id"], ["client_session.id"], name="fk_handoff_phone_session_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_handoff"),
    )
    for columns in _INDEXED:
        op.create_index(f"ix_handoff_{'_'.join(columns)}", "handoff", list(columns))


def downgrade() -> None:
    op.drop_table("handoff")
