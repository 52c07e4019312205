"""Let endpoints choose events, deliveries keep their attempts, events stand without applicant."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_INDEXED = (
    ("partner_id", "created_at", "id"),
    ("partner_id", "state", "created_at", "id"),
    ("endpoint_id", "created_at", "id"),
)
_NAMED = {
    "ix_webhook_delivery_by_type": ("partner_id", "event_type", "created_at", "id"),
    "ix_webhook_delivery_by_endpoint_and_state": ("endpoint_id", "state", "created_at", "id"),
}
_FROM_EVENT = "(SELECT event.{} FROM event WHERE event.id = webhook_delivery.event_id)"


def upgrade() -> None:
    _extend_endpoints()
    with op.batch_alter_table("event") as event:
        event.alter_column("applicant_id", existing_type=sa.String(length=64), nullable=True)
        event.alter_column("version", existing_type=sa.Integer(), nullable=True)
    _extend_deliveries()
    op.create_table(
        "webhook_attempt",
        sa.Column("delivery_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["webhook_delivery.id"], name=op.f("fk_webhook_attempt_delivery_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_webhook_attempt")),
    )


def _extend_endpoints() -> None:
    with op.batch_alter_table("webhook_endpoint") as endpoint:
        # Endpoints of before are told of everything, as they were.
        endpoint.add_column(
            sa.Column("event_types", sa.JSON(), nullable=False, server_default="[]")
        )
        endpoint.add_column(sa.Column("description", sa.Text(), nullable=True))
        endpoint.add_column(sa.Column("disabled_reason", sa.String(length=40), nullable=True))
        endpoint.add_column(sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("webhook_endpoint") as endpoint:
        endpoint.alter_column("event_types", server_default=None)
    # Until now only a receiver's 410 could disable an endpoint.
    op.execute("UPDATE webhook_endpoint SET disabled_reason = 'gone' WHERE disabled_at IS NOT NULL")


def _extend_deliveries() -> None:
    with op.batch_alter_table("webhook_delivery") as delivery:
        delivery.add_column(sa.Column("partner_id", sa.String(length=64), nullable=True))
        delivery.add_column(sa.Column("event_type", sa.String(length=40), nullable=True))
        delivery.add_column(sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True))
        delivery.add_column(
            sa.Column("earlier_attempts", sa.Integer(), nullable=False, server_default="0")
        )
    op.execute(
        f"UPDATE webhook_delivery SET partner_id = {_FROM_EVENT.format('partner_id')},"  # noqa: S608
        f" event_type = {_FROM_EVENT.format('type')}"
    )
    with op.batch_alter_table("webhook_delivery") as delivery:
        delivery.alter_column("earlier_attempts", server_default=None)
        delivery.alter_column("partner_id", existing_type=sa.String(length=64), nullable=False)
        delivery.alter_column("event_type", existing_type=sa.String(length=40), nullable=False)
        delivery.create_foreign_key(
            op.f("fk_webhook_delivery_partner_id"), "partner", ["partner_id"], ["id"]
        )
    op.drop_index(op.f("ix_webhook_delivery_endpoint_id"), "webhook_delivery")
    for columns in _INDEXED:
        name = op.f("_".join(("ix_webhook_delivery", *columns)))
        op.create_index(name, "webhook_delivery", list(columns))
    for fixed_name, named in _NAMED.items():
        op.create_index(fixed_name, "webhook_delivery", list(named))


def downgrade() -> None:
    op.drop_table("webhook_attempt")
    for name in _NAMED:
        op.drop_index(name, "webhook_delivery")
    for columns in _INDEXED:
        op.drop_index(op.f("_".join(("ix_webhook_delivery", *columns))), "webhook_delivery")
    op.create_index(op.f("ix_webhook_delivery_endpoint_id"), "webhook_delivery", ["endpoint_id"])
    with op.batch_alter_table("webhook_delivery") as delivery:
        delivery.drop_constraint(op.f("fk_webhook_delivery_partner_id"), type_="foreignkey")
        for column in ("earlier_attempts", "next_attempt_at", "event_type", "partner_id"):
            delivery.drop_column(column)
    # What the older schema cannot hold is about nobody: trials.
    op.execute(
        "DELETE FROM webhook_delivery WHERE event_id IN"
        " (SELECT id FROM event WHERE applicant_id IS NULL)"
    )
    op.execute("DELETE FROM event WHERE applicant_id IS NULL")
    with op.batch_alter_table("event") as event:
        event.alter_column("version", existing_type=sa.Integer(), nullable=False)
        event.alter_column("applicant_id", existing_type=sa.String(length=64), nullable=False)
    with op.batch_alter_table("webhook_endpoint") as endpoint:
        for column in ("rotated_at", "disabled_reason", "description", "event_types"):
            endpoint.drop_column(column)
