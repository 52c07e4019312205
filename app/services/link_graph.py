"""Who is linked with a user, and who with those, for a reviewer to read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.domain.applicant_link import MOST_LINKS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from app.domain.applicant_link import ApplicantLink, LinkKind
    from app.domain.verification import Verification
    from app.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class LinkedUser:
    """Another user of the partner: by what they are linked, and since when that was last seen.

    `via` is the user who stands between, None for who shares something with the very applicant.
    `case` is the newest run that somebody may look at, None where there is none.
    """

    partner_user_id: str = field(repr=False)
    kinds: Mapping[LinkKind, datetime]
    via: str | None = field(repr=False)
    case: Verification | None


def link_graph(uow: UnitOfWork, applicant_id: str) -> list[LinkedUser]:
    """The linked users, the nearest and newest first; two steps far, and each user once."""
    known = {applicant_id}
    near = _beyond(uow.applicant_links.of(known), known)
    known |= near.keys()
    far = _beyond(uow.applicant_links.of(near.keys()), known) if near else {}
    nearest = list((near | far).items())[:MOST_LINKS]
    users = {each: uow.applicants.get(each).partner_user_id for each in known}
    return [
        LinkedUser(
            users.get(other) or uow.applicants.get(other).partner_user_id,
            kinds,
            None if via == applicant_id else users[via],
            _case(uow, other),
        )
        for other, (via, kinds) in nearest
    ]


def _beyond(
    links: Iterable[ApplicantLink], known: Collection[str]
) -> dict[str, tuple[str, dict[LinkKind, datetime]]]:
    """The users at the other ends, each with one known user and what is shared with that one."""
    found: dict[str, tuple[str, dict[LinkKind, datetime]]] = {}
    for link in links:
        ends = (link.applicant_id, link.other_id)
        for here, there in (ends, ends[::-1]):
            if here in known and there not in known:
                via, kinds = found.setdefault(there, (here, {}))
                if via == here:
                    kinds.setdefault(link.kind, link.seen_at)
    return found


def _case(uow: UnitOfWork, applicant_id: str) -> Verification | None:
    """The newest run with something to look at; one that was begun anew since has nothing yet."""
    runs = [run for run in uow.verifications.for_applicant(applicant_id) if run.submitted_at]
    return runs[-1] if runs else None
