"""Method A: files by API, each examined as one from the widget would be."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from flask import Blueprint

from app.domain.errors import ErrorCode
from app.domain.evidence import DocumentType, Side
from app.domain.partner import Scope
from app.web.api.operations import operation
from app.web.authentication import authenticate_with, partner_caller, requires_partner
from app.web.bodies import CamelAnswer, CamelBody
from app.web.services import services
from app.web.widget.captures import IMAGE_ERRORS, IMAGE_TYPES

files = authenticate_with(Blueprint("partner_files", __name__), requires_partner)


class PartnerDocumentType(StrEnum):
    """The document types in the words of this face."""

    ID_CARD = "ID_CARD"
    PASSPORT = "PASSPORT"
    DRIVERS_LICENSE = "DRIVERS_LICENSE"

    @property
    def document_type(self) -> DocumentType:
        """The document type of the house."""
        return DocumentType(self.value.lower())


class FileSide(StrEnum):
    """What a file shows; a passport's data page is its front."""

    FRONT = "FRONT"
    BACK = "BACK"
    SELFIE = "SELFIE"


class KycFileForm(CamelBody):
    """The text fields of POST /v1/user/kyc-file."""

    external_user_id: UUID
    document_type: PartnerDocumentType
    side: FileSide


class KycFileAnswer(CamelAnswer):
    """The file was usable and is kept."""

    message: str
    file_id: str
    external_user_id: str
    document_type: PartnerDocumentType
    side: FileSide


@files.post("/v1/user/kyc-file")
@operation(
    "Add a KYC file",
    form=KycFileForm,
    file=IMAGE_TYPES,
    answers={201: KycFileAnswer},
    errors=(
        *IMAGE_ERRORS,
        ErrorCode.USER_NOT_FOUND,
        ErrorCode.USER_SUSPENDED,
        ErrorCode.ALREADY_VERIFIED,
        ErrorCode.TOO_MANY_VERIFICATIONS,
        ErrorCode.TOO_MANY_CAPTURES,
        ErrorCode.UNSUPPORTED_TYPE,
        ErrorCode.WRONG_STEP,
    ),
    scope=Scope.KYC_WRITE,
    creates=True,
)
def add_kyc_file(form: KycFileForm, file: bytes) -> KycFileAnswer:
    """Add one side of the document, or a still selfie; a side sent again replaces the first."""
    user = str(form.external_user_id)
    if form.side is FileSide.SELFIE:
        file_id = services().add_selfie_file(partner_caller(), user, file)
    else:
        file_id = services().add_kyc_file(
            partner_caller(), user, form.document_type.document_type, Side(form.side.lower()), file
        )
    return KycFileAnswer(
        message="KYC file added successfully",
        file_id=file_id,
        external_user_id=user,
        document_type=form.document_type,
        side=form.side,
    )
