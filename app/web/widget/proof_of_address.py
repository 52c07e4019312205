"""POST /widget/proof-of-address: a paper that shows where the user lives."""

from __future__ import annotations

from flask import Blueprint

from app.domain.errors import ErrorCode
from app.domain.limits import USER_UPLOADS
from app.web.api.operations import operation
from app.web.authentication import authenticate_with, requires_widget, widget_caller
from app.web.bodies import Body
from app.web.services import services
from app.web.widget.captures import IMAGE_ERRORS, IMAGE_TYPES
from app.web.widget.state import StateAnswer, state_of

proof_of_address = authenticate_with(Blueprint("proof_of_address", __name__), requires_widget)

PAPER_TYPES = (*IMAGE_TYPES, "application/pdf")
PAPER_ERRORS = (
    *IMAGE_ERRORS,
    ErrorCode.PDF_ENCRYPTED,
    ErrorCode.PDF_NO_PAGES,
    ErrorCode.PDF_TOO_MANY_PAGES,
    ErrorCode.PDF_PAGE_TOO_LARGE,
    ErrorCode.PDF_DAMAGED,
)


class ProofForm(Body):
    """Where the paper came from (`camera` or `file`)."""

    source: str = "file"


@proof_of_address.post("/widget/proof-of-address")
@operation(
    "Send a proof of address",
    form=ProofForm,
    file=PAPER_TYPES,
    answers={201: StateAnswer},
    errors=(
        *PAPER_ERRORS,
        ErrorCode.WRONG_STEP,
        ErrorCode.TOO_MANY_CAPTURES,
        ErrorCode.TOO_MANY_VERIFICATIONS,
        ErrorCode.ALREADY_VERIFIED,
        ErrorCode.USER_SUSPENDED,
    ),
    limit=USER_UPLOADS,
    creates=True,
)
def add(form: ProofForm, file: bytes) -> StateAnswer:  # noqa: ARG001 - checked, and not needed yet
    """The state with the paper; what it says is read by a worker."""
    progress = services().add_proof_of_address.from_widget(widget_caller(), file)
    return StateAnswer(state=state_of(progress))
