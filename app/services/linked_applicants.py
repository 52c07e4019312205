"""Notice what users of one partner share: a document, its picture, a device.

Only what the partner's policy asks for is kept, as digests of that partner alone. What is found
links two users for a reviewer's eyes; a sign for people it is only where the policy says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from app.domain.applicant_link import SAME_PICTURE_PIECES, LinkKind, Sharer
from app.domain.checks import CheckCode, CheckResult, inconclusive, not_applicable, passed
from app.domain.reasons import ReasonCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from app.domain.applicant import Applicant
    from app.domain.chance import Chance
    from app.domain.evidence import Side
    from app.domain.examination import ExaminationFindings
    from app.domain.policy import Duplicates
    from app.domain.verification import Verification
    from app.security import LookupDigests
    from app.storage.unit_of_work import UnitOfWork

# Each trait as its digests under every live pepper, newest first.
Traits = list[tuple[str, ...]]


@dataclass(frozen=True)
class LinkedApplicants:
    """Call it with the applicant locked. Of two at once the second sees the first."""

    chance: Chance
    digests: LookupDigests

    def examined(
        self,
        uow: UnitOfWork,
        asked: Duplicates,
        applicant: Applicant,
        verification: Verification,
        findings: ExaminationFindings,
    ) -> ExaminationFindings:
        """The findings with what their document and its pictures have in common with others'."""
        if not asked.links:
            return findings
        uow.face_templates.hold(applicant.partner_id)
        found = {
            LinkKind.DOCUMENT: self._document(uow, asked, applicant, verification, findings),
            LinkKind.PICTURE: self._pictures(uow, asked, applicant, findings),
            LinkKind.DEVICE: self._devices(uow, asked, applicant),
        }
        checks = [*findings.checks]
        if asked.pictures:
            checks.append(_picture_check(findings.pictures, found[LinkKind.PICTURE]))
        if asked.busy_users:
            since = self.chance.now() - timedelta(days=asked.busy_days)
            checks.append(_velocity_check(found, since, asked.busy_users))
        return replace(findings, checks=checks)

    def device_seen(self, uow: UnitOfWork, applicant: Applicant, device_id: str) -> None:
        """Link the applicant with others who were seen on the device."""
        uow.face_templates.hold(applicant.partner_id)
        traits = [self.digests.candidates("link_device", applicant.partner_id, device_id)]
        self._share(uow, applicant, LinkKind.DEVICE, traits)

    def _document(
        self,
        uow: UnitOfWork,
        asked: Duplicates,
        applicant: Applicant,
        verification: Verification,
        findings: ExaminationFindings,
    ) -> list[Sharer]:
        number, kind = findings.document_number, verification.document_type
        if not asked.documents or number is None or kind is None:
            return []
        parts = (applicant.partner_id, kind.value, number)
        traits = [self.digests.candidates("link_document", *parts)]
        return self._share(uow, applicant, LinkKind.DOCUMENT, traits)

    def _pictures(
        self,
        uow: UnitOfWork,
        asked: Duplicates,
        applicant: Applicant,
        findings: ExaminationFindings,
    ) -> list[Sharer]:
        """Each side by itself: the front of one is not the back of another."""
        if not asked.pictures:
            return []
        found: dict[str, Sharer] = {}
        for side, picture in findings.pictures.items():
            traits = list(self._pieces(applicant.partner_id, side, picture))
            for each in self._share(uow, applicant, LinkKind.PICTURE, traits, SAME_PICTURE_PIECES):
                found[each.applicant_id] = each
        return list(found.values())

    def _pieces(self, partner_id: str, side: Side, picture: bytes) -> Iterator[tuple[str, ...]]:
        for at in range(0, len(picture), 2):
            piece = (str(at), picture[at : at + 2].hex())
            yield self.digests.candidates("link_picture", partner_id, side.value, *piece)

    def _devices(self, uow: UnitOfWork, asked: Duplicates, applicant: Applicant) -> list[Sharer]:
        """Others on the devices that were noted when they were seen."""
        if not asked.devices:
            return []
        noted = [digest for digest, _ in uow.link_traits.of(applicant.id, LinkKind.DEVICE)]
        found = uow.link_traits.sharers(applicant.partner_id, applicant.id, noted)
        self._link(uow, applicant, LinkKind.DEVICE, found)
        return found

    def _share(
        self,
        uow: UnitOfWork,
        applicant: Applicant,
        kind: LinkKind,
        traits: Traits,
        least: int = 1,
    ) -> list[Sharer]:
        """Remember the traits, and the links to whoever has them too."""
        partner_id, now = applicant.partner_id, self.chance.now()
        digests = [digest for each in traits for digest in each]
        found = uow.link_traits.sharers(partner_id, applicant.id, digests, least)
        uow.link_traits.note(partner_id, applicant.id, kind, traits, now)
        self._link(uow, applicant, kind, found)
        return found

    def _link(
        self, uow: UnitOfWork, applicant: Applicant, kind: LinkKind, found: Sequence[Sharer]
    ) -> None:
        others = {each.applicant_id for each in found}
        uow.applicant_links.add(applicant.partner_id, applicant.id, others, kind, self.chance.now())


def _picture_check(pictures: Mapping[Side, bytes], found: Collection[Sharer]) -> CheckResult:
    if found:
        return inconclusive(CheckCode.DUPLICATE_PICTURE, ReasonCode.DUPLICATE_PICTURE)
    if not pictures:
        return not_applicable(CheckCode.DUPLICATE_PICTURE)
    return passed(CheckCode.DUPLICATE_PICTURE)


def _velocity_check(
    found: Mapping[LinkKind, Sequence[Sharer]], since: datetime, most: int
) -> CheckResult:
    """How many users one document, picture or device has brought of late, this one included."""
    users = {
        kind.value: 1 + sum(each.seen_at >= since for each in sharers)
        for kind, sharers in found.items()
    }
    if max(users.values()) > most:
        return inconclusive(CheckCode.USER_VELOCITY, ReasonCode.MANY_LINKED_USERS, users=users)
    return passed(CheckCode.USER_VELOCITY, users=users)
