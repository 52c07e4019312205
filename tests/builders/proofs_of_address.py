"""Proofs of address: files to send, an examination that finds what a test wants, the calls."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import numpy as np
from werkzeug.test import TestResponse

from app.domain.checks import CheckCode, failed, inconclusive, passed
from app.domain.event import Event, EventType
from app.domain.proof_of_address import PaperClaim, PaperExamination, ProofOfAddress
from app.domain.reasons import ReasonCode
from app.services.jobs import EXAMINE_PROOF_OF_ADDRESS
from app.specimens.letter import Letter, letter_pdf
from app.vision.image import encode_jpeg
from tests.builders.installation import Installation
from tests.builders.partner_users import USER

PICTURE = encode_jpeg(np.full((120, 90, 3), 250, np.uint8))
OTHER_PICTURE = encode_jpeg(np.full((120, 90, 3), 240, np.uint8))
PDF = letter_pdf([Letter()])
ISSUER = "Utopia Water Works"
VERIFIED = PaperExamination(
    (passed(CheckCode.PAPER_NAME), passed(CheckCode.PAPER_ADDRESS)),
    (),
    ISSUER,
    date(2026, 10, 1),
    "utility",
    1,
    "verified",
)
UNCLEAR = replace(
    VERIFIED,
    checks=(inconclusive(CheckCode.PAPER_ADDRESS, ReasonCode.POA_ADDRESS_NOT_FOUND),),
    reasons=(ReasonCode.POA_ADDRESS_NOT_FOUND,),
    verdict="review",
)
TOO_OLD = replace(
    VERIFIED,
    checks=(failed(CheckCode.PAPER_DATE, ReasonCode.POA_TOO_OLD),),
    reasons=(ReasonCode.POA_TOO_OLD,),
    verdict="failed",
)


@dataclass
class ScriptedPaper:
    """Finds `found`, and keeps what it was shown and asked for."""

    found: PaperExamination = VERIFIED
    claims: list[PaperClaim] = field(default_factory=list)
    pages: list[Sequence[bytes]] = field(default_factory=list)
    max_age: timedelta | None = None

    def __call__(
        self,
        pages: Sequence[bytes],
        n_pages: int,
        claim: PaperClaim,
        _today: date,
        max_age: timedelta,
    ) -> PaperExamination:
        self.pages.append(pages)
        self.claims.append(claim)
        self.max_age = max_age
        return replace(self.found, n_pages=n_pages)


def scripted(kyc: Installation, found: PaperExamination = VERIFIED) -> ScriptedPaper:
    """Let the examination of papers find this."""
    script = ScriptedPaper(found)
    service = replace(kyc.services.examine_proof_of_address, examine=script)
    object.__setattr__(kyc.services, "examine_proof_of_address", service)
    return script


def send_paper(
    kyc: Installation,
    payload: bytes = PICTURE,
    user: str = USER,
    key: dict[str, str] | None = None,
    **fields: str,
) -> TestResponse:
    """POST /v1/user/poa-file."""
    data = {"externalUserId": user, "file": (BytesIO(payload), "a.jpg"), **fields}
    answer = kyc.client.post("/v1/user/poa-file", data=data, headers=key or kyc.key)
    # Werkzeug's test client keeps a large body in a temporary file that nobody else closes.
    answer.request.environ["wsgi.input"].close()
    return answer


def show_paper(kyc: Installation, bearer: dict[str, str], payload: bytes = PICTURE) -> TestResponse:
    """POST /widget/proof-of-address."""
    data = {"source": "file", "file": (BytesIO(payload), "a.jpg")}
    answer = kyc.client.post("/widget/proof-of-address", data=data, headers=bearer)
    answer.request.environ["wsgi.input"].close()
    return answer


def poa(kyc: Installation, user: str = USER) -> dict[str, Any]:
    """GET /v1/user/{externalUserId}/poa."""
    answer = kyc.client.get(f"/v1/user/{user}/poa", headers=kyc.key)
    assert answer.status_code == 200, answer.json
    return dict(answer.json or {})


def examine_papers(kyc: Installation) -> int:
    """Run the worker over the papers that wait; a moment passes meanwhile."""
    kyc.clock.move(seconds=1)
    return kyc.run_jobs(EXAMINE_PROOF_OF_ADDRESS)


def proof_of(kyc: Installation, user: str = USER) -> ProofOfAddress:
    """The newest paper's row."""
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, user)
        assert applicant is not None
        proof = uow.proofs_of_address.current(applicant.id)
        assert proof is not None
        return proof


def told_of_papers(kyc: Installation, user: str = USER) -> list[tuple[object, object]]:
    """(status, stage) of each event about the user's papers."""
    return [
        (event.data["status"], event.data["stage"])
        for event in events_of(kyc, user)
        if event.type is EventType.PROOF_OF_ADDRESS_CHANGED
    ]


def events_of(kyc: Installation, user: str = USER) -> list[Event]:
    """All that the partner was told of the user, in order."""
    with kyc.services.storage.reading() as uow:
        applicant = uow.applicants.by_user(kyc.partner.partner_id, user)
        return uow.events.for_applicant(applicant.id) if applicant else []
