"""Create legal holds, and indexes by which retention and the sweep find what is due."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_INDEXES = (
    ("event", ("partner_id", "created_at")),
    ("job", ("subject_id",)),
    ("webhook_delivery", ("state", "next_attempt_at")),
)


def _name(table: str, columns: tuple[str, ...]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")


def upgrade() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("applicant_id", sa.String(length=64), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["applicant.id"], name=op.f("fk_legal_hold_applicant_id")
        ),
        sa.PrimaryKeyConstraint("applicant_id", name=op.f("pk_legal_hold")),
    )
    for table, columns in _INDEXES:
        op.create_index(_name(table, columns), table, list(columns))


def downgrade() -> None:
    for table, columns in _INDEXES:
        op.drop_index(_name(table, columns), table_name=table)
    op.drop_table("legal_hold")
