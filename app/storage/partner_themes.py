"""How the partners' widgets look."""

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table, Text, delete, select

from app.domain.partner import PartnerTheme
from app.storage.columns import MAPPING, METADATA, UtcDateTime
from app.storage.repository import Repository

partner_theme_table = Table(
    "partner_theme",
    METADATA,
    Column("partner_id", ForeignKey("partner.id"), primary_key=True),
    Column("hash", String(32), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("css", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("logo", LargeBinary),
    Column("logo_kind", String(40)),
)
MAPPING.map_imperatively(PartnerTheme, partner_theme_table)


class PartnerThemes(Repository[PartnerTheme]):
    """At most one a partner; two partners may choose the same."""

    row_type = PartnerTheme

    def of(self, partner_id: str) -> PartnerTheme | None:
        """The partner's theme, None for the usual looks."""
        table = partner_theme_table.c
        return self._session.scalar(select(PartnerTheme).where(table.partner_id == partner_id))

    def by_hash(self, digest: str) -> PartnerTheme:
        """Any theme of this content. Raises DomainError `not_found`."""
        statement = select(PartnerTheme).where(partner_theme_table.c.hash == digest).limit(1)
        return self._present(self._session.scalar(statement))

    def replace(self, theme: PartnerTheme) -> None:
        """Keep this one instead of the partner's other one."""
        self.remove(theme.partner_id)
        self.add(theme)

    def remove(self, partner_id: str) -> None:
        """Forget the partner's theme, if there is one."""
        table = partner_theme_table.c
        self._session.execute(delete(PartnerTheme).where(table.partner_id == partner_id))
