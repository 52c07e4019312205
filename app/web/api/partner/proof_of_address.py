"""A proof of address by API: the file, and how it stands."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from flask import Blueprint
from pydantic import StringConstraints

from app.domain.errors import ErrorCode
from app.domain.partner import Scope
from app.domain.proof_of_address import proof_word
from app.web.api.operations import operation
from app.web.authentication import authenticate_with, partner_caller, requires_partner
from app.web.bodies import CamelAnswer, CamelBody
from app.web.reasons import PartnerReason, reasons_for_partner
from app.web.services import services
from app.web.times import Instant
from app.web.widget.proof_of_address import PAPER_ERRORS, PAPER_TYPES

if TYPE_CHECKING:
    from app.domain.proof_of_address import ProofOfAddress

proof_of_address = authenticate_with(
    Blueprint("partner_proof_of_address", __name__), requires_partner
)

_Status = Annotated[str, StringConstraints(pattern="^(not_started|pending|verified|failed)$")]


class PaperType(StrEnum):
    """What the partner calls the paper; the examination reads for itself what it is."""

    UTILITY_BILL = "UTILITY_BILL"
    TELECOM_BILL = "TELECOM_BILL"
    BANK_STATEMENT = "BANK_STATEMENT"
    TAX_DOCUMENT = "TAX_DOCUMENT"
    GOVERNMENT_LETTER = "GOVERNMENT_LETTER"
    INSURANCE_LETTER = "INSURANCE_LETTER"
    RENTAL_AGREEMENT = "RENTAL_AGREEMENT"
    OTHER = "OTHER"


class PoaFileForm(CamelBody):
    """The text fields of POST /v1/user/poa-file."""

    external_user_id: UUID
    document_type: PaperType = PaperType.OTHER


class PoaFileAnswer(CamelAnswer):
    """The file is a paper with pages; what they say is read by a worker, and a webhook tells."""

    message: str
    file_id: str
    external_user_id: str
    status: _Status
    pages: int


class PoaAnswer(CamelAnswer):
    """Where the user's proof of address stands; nothing of what the paper says."""

    external_user_id: str
    status: _Status
    stage: str
    file_id: str | None
    reasons: list[PartnerReason]
    added_at: Instant | None
    decided_at: Instant | None
    expires_at: Instant | None


@proof_of_address.post("/v1/user/poa-file")
@operation(
    "Add a POA file",
    form=PoaFileForm,
    file=PAPER_TYPES,
    answers={201: PoaFileAnswer},
    errors=(
        *PAPER_ERRORS,
        ErrorCode.USER_NOT_FOUND,
        ErrorCode.USER_SUSPENDED,
        ErrorCode.ALREADY_VERIFIED,
        ErrorCode.TOO_MANY_VERIFICATIONS,
        ErrorCode.TOO_MANY_CAPTURES,
    ),
    scope=Scope.KYC_WRITE,
    creates=True,
)
def add_poa_file(form: PoaFileForm, file: bytes) -> PoaFileAnswer:
    """Add a paper that shows where the user lives: a picture or a PDF of up to 20 pages."""
    user = str(form.external_user_id)
    proof = services().add_proof_of_address.from_partner(partner_caller(), user, file)
    return PoaFileAnswer(
        message="POA file added successfully",
        file_id=proof.id,
        external_user_id=user,
        status=proof_word(proof).value,
        pages=proof.n_pages,
    )


@proof_of_address.get("/v1/user/<external_user_id>/poa")
@operation(
    "Read a user's POA status",
    answers={200: PoaAnswer},
    errors=(ErrorCode.USER_NOT_FOUND,),
    scope=Scope.KYC_READ,
)
def read_poa(external_user_id: str) -> PoaAnswer:
    """The newest paper counts; `not_started` before the first one and once it has expired."""
    user = external_user_id.lower()
    return _answer(user, services().read_proof_of_address(partner_caller(), user))


def _answer(user: str, proof: ProofOfAddress | None) -> PoaAnswer:
    return PoaAnswer(
        external_user_id=user,
        status=proof_word(proof).value,
        stage=proof.status.value if proof else "none",
        file_id=proof.id if proof else None,
        reasons=reasons_for_partner(proof.reasons if proof else ()),
        added_at=proof.created_at if proof else None,
        decided_at=proof.decided_at if proof else None,
        expires_at=proof.expires_at if proof else None,
    )
