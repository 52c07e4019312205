"""Create the audit chain."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Rebuilding this table (a batch migration on SQLite) drops its triggers: create them again there.
_SQLITE = (
    """CREATE TRIGGER audit_line_no_update BEFORE UPDATE ON audit_line
    BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END""",
    """CREATE TRIGGER audit_line_no_delete BEFORE DELETE ON audit_line
    BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END""",
)
_POSTGRES = (
    """CREATE FUNCTION audit_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit chain is append-only'; END $$""",
    """CREATE TRIGGER audit_line_no_change BEFORE UPDATE OR DELETE ON audit_line
    FOR EACH ROW EXECUTE FUNCTION audit_line_refuse()""",
    """CREATE TRIGGER audit_line_no_truncate BEFORE TRUNCATE ON audit_line
    FOR EACH STATEMENT EXECUTE FUNCTION audit_line_refuse()""",
)


def upgrade() -> None:
    op.create_table(
        "audit_line",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_line")),
    )
    op.create_index(op.f("ix_audit_line_subject_id"), "audit_line", ["subject_id"])
    for statement in _POSTGRES if _on_postgres() else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_line")
    if _on_postgres():
        op.execute("DROP FUNCTION audit_line_refuse()")


def _on_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
