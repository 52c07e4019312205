"""Create, update, read, suspend, unsuspend and delete a user."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from flask import Blueprint
from pydantic import StringConstraints

from app.domain.applicant import RiskLevel
from app.domain.errors import ErrorCode
from app.domain.partner import Scope
from app.web.api.operations import operation
from app.web.authentication import authenticate_with, partner_caller, requires_partner
from app.web.bodies import WORDS, CamelAnswer, CamelBody
from app.web.services import services
from app.web.times import Instant

if TYPE_CHECKING:
    from app.domain.applicant import Applicant

users = authenticate_with(Blueprint("partner_users", __name__), requires_partner)

Text = Annotated[str, StringConstraints(strip_whitespace=True, pattern=WORDS, max_length=200)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Risk = Annotated[str, StringConstraints(pattern=r"^(LOW|MEDIUM|HIGH)$")]


class Address(CamelBody):
    """Where the user lives."""

    street: Text | None = None
    postal_code: Text | None = None
    city: Text | None = None
    country: Country | None = None


class UserProfile(CamelBody):
    """What the partner knows of the user; what is null is taken away, what is absent stays."""

    first_name: Text | None = None
    last_name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    date_of_birth: date | None = None
    address: Address | None = None
    risk_lvl: Risk | None = None


class CreateUser(UserProfile):
    """The request of POST /v1/user."""

    external_user_id: UUID


class UserAnswer(CamelAnswer):
    """A user as the partner created it; the profile itself is never sent back."""

    external_user_id: str
    status: str
    created_at: Instant
    suspended_at: Instant | None
    kyc_status: str
    tier: str | None


class DoneAnswer(CamelAnswer):
    """What was done."""

    message: str


@users.post("/v1/user")
@operation(
    "Create a user account",
    body=CreateUser,
    answers={201: UserAnswer},
    scope=Scope.KYC_WRITE,
    creates=True,
)
def create_user(body: CreateUser) -> UserAnswer:
    """Add a user under the partner's own id."""
    applicant = services().create_applicant(
        partner_caller(), str(body.external_user_id), _profile(body), _risk(body)
    )
    return _answer(applicant)


@users.get("/v1/user/<external_user_id>")
@operation(
    "Read a user",
    answers={200: UserAnswer},
    errors=(ErrorCode.USER_NOT_FOUND,),
    scope=Scope.KYC_READ,
)
def read_user(external_user_id: str) -> UserAnswer:
    """Whether the user is active, and where its verification stands."""
    return _answer(services().read_applicant(partner_caller(), external_user_id.lower()))


@users.patch("/v1/user/<external_user_id>")
@operation(
    "Update a user",
    body=UserProfile,
    answers={200: UserAnswer},
    errors=(ErrorCode.USER_NOT_FOUND,),
    scope=Scope.KYC_WRITE,
)
def update_user(external_user_id: str, body: UserProfile) -> UserAnswer:
    """Change what the partner told of the user."""
    applicant = services().update_applicant(
        partner_caller(), external_user_id.lower(), _profile(body), _risk(body)
    )
    return _answer(applicant)


@users.delete("/v1/user/<external_user_id>")
@operation(
    "Delete a user",
    answers={200: DoneAnswer},
    errors=(ErrorCode.USER_NOT_FOUND,),
    scope=Scope.KYC_WRITE,
)
def delete_user(external_user_id: str) -> DoneAnswer:
    """Erase the user: keys, pictures, profile and name."""
    services().erase_applicant(partner_caller(), external_user_id.lower())
    return DoneAnswer(message="User deleted")


@users.post("/v1/user/<external_user_id>/suspend")
@operation(
    "Suspend a user",
    answers={200: UserAnswer},
    errors=(ErrorCode.USER_NOT_FOUND,),
    scope=Scope.KYC_WRITE,
)
def suspend_user(external_user_id: str) -> UserAnswer:
    """End what is open, and open nothing more."""
    return _answer(services().suspend_applicant(partner_caller(), external_user_id.lower()))


@users.post("/v1/user/<external_user_id>/unsuspend")
@operation(
    "Unsuspend a user",
    answers={200: UserAnswer},
    errors=(ErrorCode.USER_NOT_FOUND,),
    scope=Scope.KYC_WRITE,
)
def unsuspend_user(external_user_id: str) -> UserAnswer:
    """Let the user open sessions again."""
    return _answer(services().unsuspend_applicant(partner_caller(), external_user_id.lower()))


def _answer(applicant: Applicant) -> UserAnswer:
    view = services().read_kyc_status(applicant.partner_id, applicant.partner_user_id)
    return UserAnswer(
        external_user_id=applicant.partner_user_id,
        status="SUSPENDED" if applicant.suspended_at else "ACTIVE",
        created_at=applicant.created_at,
        suspended_at=applicant.suspended_at,
        kyc_status=view.status.value,
        tier=view.tier,
    )


def _profile(body: UserProfile) -> dict[str, str | None]:
    """The facts that were sent, by the names under which they are compared."""
    names = {"first_name": "given_name", "last_name": "family_name"}
    sent: dict[str, Any] = body.model_dump(mode="json", exclude_unset=True, by_alias=False)
    sent.pop("external_user_id", None)
    sent.pop("risk_lvl", None)
    address = sent.pop("address", {})
    if address is None:
        address = dict.fromkeys(Address.model_fields)
    return {names.get(name, name): value for name, value in (sent | address).items()}


def _risk(body: UserProfile) -> RiskLevel | None:
    return None if body.risk_lvl is None else RiskLevel(body.risk_lvl.lower())
