"""Cases that wait for a reviewer, and the reviewer who has an account and an authenticator."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.checks import CheckCode, CheckResult, Outcome
from app.domain.evidence import DocumentType, Side
from app.domain.reasons import ReasonCode
from app.domain.reviewer import Reviewer, ReviewerRole
from app.security.totp import totp_code
from app.services.jobs import EXAMINE
from app.specimens.simulated_applicant import SimulatedApplicant
from app.wiring import Services
from tests.builders.installation import Installation
from tests.builders.partner_users import declaration
from tests.builders.submissions import submitted

PASSWORD = "correct horse battery staple"
UNCLEAR = CheckResult(
    CheckCode.SCREEN_PATTERN, Outcome.INCONCLUSIVE, 1.61, 1.35, ReasonCode.SCREEN_OR_COPY
)
_BASE = "https://kyc.test"
_FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Console:
    """A browser of its own, as far as a reviewer's pages need one."""

    kyc: Installation
    client: FlaskClient
    reviewer: Reviewer
    secret: str = field(repr=False, default="")

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET over https, as the cookie asks for."""
        return self.client.get(path, base_url=_BASE, **options)

    def post(
        self, path: str, form: str | None = None, headers: Any = None, **fields: Any
    ) -> TestResponse:
        """POST the form of a page, with the token that stands in it."""
        shown = self.get(form or path).get_data(as_text=True)
        found = _FORM_TOKEN.search(shown)
        data = {"csrf_token": found[1] if found else "", **fields}
        return self.client.post(path, data=data, base_url=_BASE, headers=headers)

    def sign_in(self, **changes: str) -> TestResponse:
        """Password and the code of the moment; the next moment comes first, codes work once."""
        self.kyc.clock.move(seconds=30)
        fields = {
            "partner": self.reviewer.partner_id,
            "email": self.reviewer.email,
            "password": PASSWORD,
            "code": totp_code(self.secret, self.kyc.clock()) if self.secret else "",
        }
        return self.post("/console/sign-in", **(fields | changes))


def a_browser(kyc: Installation) -> FlaskClient:
    """A client with cookies of its own."""
    return kyc.client.application.test_client()


def a_reviewer(
    kyc: Installation,
    email: str = "anna@example.test",
    role: ReviewerRole = ReviewerRole.REVIEWER,
    partner_id: str | None = None,
) -> Console:
    """An account that is set up, in a browser that is not signed in."""
    desk = kyc.services.review_desk
    name = email.partition("@")[0].title()
    invited = desk.invite(partner_id or kyc.partner.partner_id, email, name, role, "test")
    secret = desk.set_up.begin(invited.token).totp_secret
    done = desk.set_up.finish(invited.token, PASSWORD, totp_code(secret, kyc.clock()))
    return Console(kyc, a_browser(kyc), done.reviewer, secret)


def signed_in(kyc: Installation, *arguments: Any, **options: Any) -> Console:
    """The same, signed in."""
    console = a_reviewer(kyc, *arguments, **options)
    assert console.sign_in().status_code == 303
    return console


def a_case(kyc: Installation, user: str = "user-123") -> str:
    """A verification that the machine left to people, because of a sign of a screen."""
    submitted(kyc, user=user)
    kyc.examination.checks.append(UNCLEAR)
    try:
        assert kyc.run_jobs(EXAMINE) == 1
    finally:
        kyc.examination.checks.remove(UNCLEAR)
    return verification_of(kyc.services, kyc.partner.partner_id, user)


def verification_of(services: Services, partner_id: str, user: str) -> str:
    """The id of a user's run."""
    with services.storage.reading() as uow:
        applicant = uow.applicants.by_user(partner_id, user)
    assert applicant is not None
    return str(applicant.verification_id)


def send_files(url: str, api_key: str, user: str, person: SimulatedApplicant) -> None:
    """A passport and a still selfie by API: no presence is shown, so that a person decides."""
    told = person.attributes

    def post(path: str, **content: Any) -> None:
        answer = requests.post(url + path, headers={"x-api-key": api_key}, timeout=30, **content)
        assert answer.status_code == 201, answer.text

    names = {"firstName": told.given_names.title(), "lastName": told.family_name.title()}
    post("/v1/user", json={"externalUserId": user, **names})
    pictures = {side.value.upper(): jpeg for side, jpeg in _passport(person).items()}
    for side, jpeg in (*pictures.items(), ("SELFIE", person.frame("center"))):
        fields = {"externalUserId": user, "documentType": "PASSPORT", "side": side}
        post("/v1/user/kyc-file", data=fields, files={"file": ("a.jpg", jpeg, "image/jpeg")})
    number, expiry = told.document_number, told.date_of_expiry.isoformat()
    post(
        "/v1/user/verification",
        json=declaration(user, documentNumber=number, documentExpirationDate=expiry),
    )


def _passport(person: SimulatedApplicant) -> dict[Side, bytes]:
    return person.photographs(DocumentType.PASSPORT)


def today() -> date:
    """The day on which specimens are printed."""
    return datetime.now(UTC).date()
