"""Keyed digests of the devices that applicants were seen on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, String, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from app.domain.device import MOST_DEVICES, SeenDevice
from app.storage.columns import METADATA, UtcDateTime

device_sighting_table = Table(
    "device_sighting",
    METADATA,
    Column("applicant_id", ForeignKey("applicant.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("sightings", Integer, nullable=False),
)
_C = device_sighting_table.c


class DeviceSightings:
    """One row per applicant and device. Digests come under every live pepper, newest first."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, applicant_id: str, digests: Sequence[str]) -> SeenDevice | None:
        """What is remembered of the device."""
        row = self._session.execute(
            select(_C.first_seen_at, _C.last_seen_at, _C.sightings).where(
                _C.applicant_id == applicant_id, _C.digest.in_(digests)
            )
        ).first()
        return None if row is None else SeenDevice(*row)

    def all_for(self, applicant_id: str) -> list[SeenDevice]:
        """What is remembered of all of an applicant's devices, the first seen first."""
        rows = self._session.execute(
            select(_C.first_seen_at, _C.last_seen_at, _C.sightings)
            .where(_C.applicant_id == applicant_id)
            .order_by(_C.first_seen_at, _C.digest)
        )
        return [SeenDevice(*row) for row in rows]

    def note(self, applicant_id: str, digests: Sequence[str], now: datetime) -> SeenDevice:
        """Remember that the device was seen now; call it with the applicant locked.

        What was kept under an older pepper is kept under the newest from now on.
        """
        found = self.find(applicant_id, digests)
        if found is not None and not found.is_new_sighting(now):
            return found
        if found is None:
            self._add(applicant_id, digests[0], now)
            return SeenDevice(now, now)
        self._session.execute(
            update(device_sighting_table)
            .where(_C.applicant_id == applicant_id, _C.digest.in_(digests))
            .values(digest=digests[0], last_seen_at=now, sightings=found.count + 1)
        )
        return SeenDevice(found.first_seen_at, now, found.count + 1)

    def forget(self, applicant_id: str) -> None:
        """Delete the devices of an applicant."""
        self._session.execute(delete(device_sighting_table).where(_C.applicant_id == applicant_id))

    def _add(self, applicant_id: str, digest: str, now: datetime) -> None:
        self._make_room(applicant_id)
        self._session.execute(
            insert(device_sighting_table).values(
                applicant_id=applicant_id,
                digest=digest,
                first_seen_at=now,
                last_seen_at=now,
                sightings=1,
            )
        )

    def _make_room(self, applicant_id: str) -> None:
        """Delete those that were seen longest ago until there is a place."""
        surplus = (
            select(_C.digest)
            .where(_C.applicant_id == applicant_id)
            .order_by(_C.last_seen_at.desc(), _C.digest)
            .offset(MOST_DEVICES - 1)
        )
        digests = list(self._session.scalars(surplus))
        if digests:
            self._session.execute(
                delete(device_sighting_table).where(
                    _C.applicant_id == applicant_id, _C.digest.in_(digests)
                )
            )
