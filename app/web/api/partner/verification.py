"""POST /v1/user/verification: examine the files that were added; a webhook tells of the end."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from flask import Blueprint
from pydantic import StringConstraints

from app.domain.applicant import RiskLevel
from app.domain.errors import ErrorCode
from app.domain.partner import Scope
from app.services.submit_files import DeclaredDocument
from app.web.api.operations import operation
from app.web.api.partner.files import PartnerDocumentType
from app.web.api.partner.users import Risk
from app.web.authentication import authenticate_with, partner_caller, requires_partner
from app.web.bodies import CamelAnswer, CamelBody
from app.web.services import services

verification = authenticate_with(Blueprint("partner_verification", __name__), requires_partner)

_Number = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./-]{2,39}$")]
_Word = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]
_ANSWERS = ("open_account_reason", "income_source", "occupation")


class AddVerification(CamelBody):
    """The document as the partner knows it, and what its user answered."""

    external_user_id: UUID
    document_type: PartnerDocumentType
    document_number: _Number
    document_expiration_date: date
    open_account_reason: _Word
    income_source: _Word
    occupation: _Word
    risk_lvl: Risk


class AddVerificationAnswer(CamelAnswer):
    """The examination has begun."""

    message: str


@verification.post("/v1/user/verification")
@operation(
    "Add a user verification",
    body=AddVerification,
    answers={201: AddVerificationAnswer},
    errors=(
        ErrorCode.USER_NOT_FOUND,
        ErrorCode.USER_SUSPENDED,
        ErrorCode.TOO_MANY_VERIFICATIONS,
        ErrorCode.ALREADY_VERIFIED,
        ErrorCode.KYC_NOT_VALID,
        ErrorCode.MISSING_FILES,
        ErrorCode.DOCUMENT_NUMBER_TAKEN,
    ),
    scope=Scope.KYC_WRITE,
    creates=True,
)
def add_verification(body: AddVerification) -> AddVerificationAnswer:
    """Submit the files with what is declared of the document."""
    answers = body.model_dump(by_alias=False, include=set(_ANSWERS))
    declared = DeclaredDocument(
        body.document_type.document_type,
        body.document_number,
        body.document_expiration_date,
        answers,
        RiskLevel(body.risk_lvl.lower()),
    )
    services().submit_files(partner_caller(), str(body.external_user_id), declared)
    return AddVerificationAnswer(message="Verification documents to user added successfully")
