"""GET /widget/partners/{publishable_key}: may the widget be opened from this page?"""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.domain.errors import ErrorCode
from app.domain.partner import Mode
from app.web.api.operations import operation
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.bodies import Answer
from app.web.services import services

page_partner = authenticate_with(Blueprint("page_partner", __name__), requires_no_authentication)


class PagePartnerAnswer(Answer):
    """Whether the page's own origin is registered for the partner."""

    mode: Mode
    origin_allowed: bool


@page_partner.get("/widget/partners/<publishable_key>")
@operation(
    "Ask from a page whether its origin may open the widget",
    answers={200: PagePartnerAnswer},
    errors=(ErrorCode.NOT_FOUND,),
)
def read(publishable_key: str) -> Response:
    """Readable from every origin: a page that is not registered learns just that."""
    found = services().read_page_partner(publishable_key, request.headers.get("Origin", ""))
    answer = PagePartnerAnswer(mode=found.mode, origin_allowed=found.is_origin_allowed)
    response = Response(answer.model_dump_json(), mimetype="application/json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
