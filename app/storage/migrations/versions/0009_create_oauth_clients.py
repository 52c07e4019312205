"""Create OAuth2 clients and spent token ids; give keys scopes and partners user tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ALL_SCOPES = '["kyc:read","kyc:write","webhooks:manage"]'


def upgrade() -> None:
    with op.batch_alter_table("api_key") as api_key:
        # Keys made before scopes existed could do everything, and still can.
        api_key.add_column(
            sa.Column("scopes", sa.JSON(), nullable=False, server_default=_ALL_SCOPES)
        )
    with op.batch_alter_table("api_key") as api_key:
        api_key.alter_column("scopes", server_default=None)
    with op.batch_alter_table("partner") as partner:
        partner.add_column(sa.Column("publishable_key", sa.String(length=80), nullable=True))
        partner.add_column(sa.Column("user_jwt_issuer", sa.Text(), nullable=True))
        partner.add_column(sa.Column("user_jwt_audience", sa.Text(), nullable=True))
        partner.add_column(sa.Column("user_jwks", sa.JSON(), nullable=True))
        partner.create_unique_constraint(op.f("uq_partner_publishable_key"), ["publishable_key"])
        partner.create_unique_constraint(op.f("uq_partner_user_jwt_issuer"), ["user_jwt_issuer"])
    op.create_table(
        "oauth_client",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.String(length=64), nullable=False),
        sa.Column("secret_hashes", sa.JSON(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jwks", sa.JSON(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name=op.f("fk_oauth_client_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_client")),
    )
    op.create_index(op.f("ix_oauth_client_partner_id"), "oauth_client", ["partner_id"])
    op.create_table(
        "spent_token_id",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_spent_token_id")),
    )
    op.create_index(op.f("ix_spent_token_id_expires_at"), "spent_token_id", ["expires_at"])


def downgrade() -> None:
    op.drop_table("spent_token_id")
    op.drop_table("oauth_client")
    with op.batch_alter_table("partner") as partner:
        partner.drop_constraint(op.f("uq_partner_user_jwt_issuer"), type_="unique")
        partner.drop_constraint(op.f("uq_partner_publishable_key"), type_="unique")
        partner.drop_column("user_jwks")
        partner.drop_column("user_jwt_audience")
        partner.drop_column("user_jwt_issuer")
        partner.drop_column("publishable_key")
    with op.batch_alter_table("api_key") as api_key:
        api_key.drop_column("scopes")
