"""/v1/customer-verifications: list, ask, read, override."""

from __future__ import annotations

from flask import Blueprint

from app.domain.customer_verification import CustomerVerificationFilter
from app.domain.errors import ErrorCode
from app.domain.partner import Scope
from app.services.create_customer_verification import CustomerQuestion
from app.services.read_customer_verification import AboutCustomer
from app.web.api.operations import operation
from app.web.api.paging import cursor_after, position_of, scope_of
from app.web.api.verifications.shapes import (
    CreateCustomerVerificationBody,
    CustomerVerificationAnswer,
    CustomerVerificationData,
    CustomerVerificationListAnswer,
    ListCustomerVerificationsQuery,
    OverrideCustomerVerificationBody,
)
from app.web.authentication import authenticate_with, partner_caller, requires_partner
from app.web.services import services

customer_verifications = authenticate_with(
    Blueprint("customer_verifications", __name__), requires_partner
)


@customer_verifications.get("/v1/customer-verifications")
@operation(
    "List what was asked about customers, newest first",
    query=ListCustomerVerificationsQuery,
    answers={200: CustomerVerificationListAnswer},
    scope=Scope.KYC_READ,
)
def list_all(query: ListCustomerVerificationsQuery) -> CustomerVerificationListAnswer:
    """A page of the calling partner's rows; the status is the one that holds now."""
    scope = scope_of("customer_verifications", partner_caller().partner_id, query)
    page = services().list_customer_verifications(
        CustomerVerificationFilter(
            partner_caller().partner_id,
            services().chance.now(),
            status=query.status,
            verification_type=query.verification_type,
            occurred_after=query.occurred_after,
            occurred_before=query.occurred_before,
        ),
        query.customer_id,
        position_of(scope, query.cursor),
        query.limit,
    )
    return CustomerVerificationListAnswer(
        data=[CustomerVerificationData.of(row) for row in page.rows],
        next_cursor=cursor_after(scope, page.last),
    )


@customer_verifications.post("/v1/customer-verifications")
@operation(
    "Ask a provider about a customer",
    body=CreateCustomerVerificationBody,
    answers={201: CustomerVerificationAnswer},
    scope=Scope.KYC_WRITE,
    creates=True,
)
def create(body: CreateCustomerVerificationBody) -> CustomerVerificationAnswer:
    """The stored question with the provider's first answer."""
    question = services().create_customer_verification(
        partner_caller(),
        CustomerQuestion(body.customer_id, body.verification_type, body.check_type, body.provider),
    )
    return _answer(AboutCustomer(body.customer_id, question))


@customer_verifications.get("/v1/customer-verifications/<customer_verification_id>")
@operation(
    "Read one question about a customer",
    answers={200: CustomerVerificationAnswer},
    errors=(ErrorCode.NOT_FOUND,),
    scope=Scope.KYC_READ,
)
def read(customer_verification_id: str) -> CustomerVerificationAnswer:
    """The question as it stands at this moment."""
    return _answer(
        services().read_customer_verification(
            partner_caller().partner_id, customer_verification_id.lower()
        )
    )


@customer_verifications.patch("/v1/customer-verifications/<customer_verification_id>")
@operation(
    "Override what a provider said, or decide where none can",
    body=OverrideCustomerVerificationBody,
    answers={200: CustomerVerificationAnswer},
    errors=(ErrorCode.NOT_FOUND, ErrorCode.CONFLICT),
    scope=Scope.KYC_WRITE,
)
def override(
    customer_verification_id: str, body: OverrideCustomerVerificationBody
) -> CustomerVerificationAnswer:
    """The question after an operator's decision."""
    return _answer(
        services().override_customer_verification(
            partner_caller(), customer_verification_id.lower(), body.status.status, body.reason
        )
    )


def _answer(about: AboutCustomer) -> CustomerVerificationAnswer:
    return CustomerVerificationAnswer(data=CustomerVerificationData.of(about))
