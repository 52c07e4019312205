"""GET and POST /console/sign-in: password and a code, with one answer for all that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, session

from app.domain.errors import DomainError, ErrorCode
from app.web.authentication import authenticate_with
from app.web.console.cookie import NEXT, PARTNER, TOKEN
from app.web.console.door import requires_form_of_ours
from app.web.console.pages import go_to, page, register_pages
from app.web.services import services

if TYPE_CHECKING:
    from flask import Response
    from werkzeug.wrappers import Response as AnyResponse

    from app.services.sign_in_reviewer import SignedIn

entrance = authenticate_with(Blueprint("console_entrance", __name__), requires_form_of_ours)
register_pages(entrance)

_MAX_PARTNER_CHARS = 64


@entrance.get("/console/sign-in")
def show_sign_in() -> Response:
    """The form; `?partner=` names the company, and is remembered."""
    return _form(_partner())


@entrance.post("/console/sign-in")
def sign_in() -> AnyResponse:
    """A session of this browser's own."""
    form = request.form
    partner_id = form.get("partner", "").strip()[:_MAX_PARTNER_CHARS]
    try:
        signed_in = services().review_desk.sign_in(
            partner_id,
            form.get("email", ""),
            form.get("password", ""),
            form.get("code", ""),
            request.remote_addr or "",
        )
    except DomainError as error:
        return _refusal(error, partner_id)
    return welcome(signed_in)


def welcome(signed_in: SignedIn) -> AnyResponse:
    """Begin with an empty cookie, so that nothing known before is good after."""
    path = session.get(NEXT, "")
    session.clear()
    session[TOKEN] = signed_in.token
    session[PARTNER] = signed_in.reviewer.partner_id
    # Only ever written by us, from a path of the console that was asked for.
    if isinstance(path, str) and path.startswith("/console/cases/"):
        case_id = path.removeprefix("/console/cases/").partition("/")[0]
        return go_to("console_cases.show", case_id=case_id)
    return go_to("console_queue.show")


def refused_by_provider(partner_id: str) -> AnyResponse:
    """The form again, for somebody whom the provider knows and we do not."""
    fault = (
        "Your organisation vouches for you, but there is no account for you here."
        " Ask whoever runs this console."
    )
    return _form(partner_id, 401, fault=fault)


def _refusal(error: DomainError, partner_id: str) -> Response:
    if error.code is ErrorCode.RATE_LIMITED:
        wait_s = int(str(error.facts["retry_after_s"]))
        fault = f"Too many tries. Wait {max(1, round(wait_s / 60))} min, then try again."
        response = _form(partner_id, 429, fault=fault)
        response.headers["Retry-After"] = str(wait_s)
        return response
    if error.code is not ErrorCode.INVALID_TOKEN:
        raise error
    fault = "That did not work. Check the address, the password and the code; a code works once."
    return _form(partner_id, 401, fault=fault)


def _form(partner_id: str, status: int = 200, fault: str = "") -> Response:
    return page(
        "sign_in",
        status,
        partner_id=partner_id,
        email=request.form.get("email", ""),
        fault=fault,
        provider=services().settings.provider,
    )


def _partner() -> str:
    asked = request.args.get("partner", session.get(PARTNER, ""))
    return str(asked).strip()[:_MAX_PARTNER_CHARS]
