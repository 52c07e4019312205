"""Pictures of a case: to its partner's reviewers only, one by one, and never kept by a browser."""

from __future__ import annotations

from flask import Blueprint, Response

from app.domain.errors import DomainError, ErrorCode
from app.web.authentication import authenticate_with
from app.web.console.door import requires_reviewer, reviewer
from app.web.console.pages import register_pages
from app.web.services import services

pictures = authenticate_with(Blueprint("console_pictures", __name__), requires_reviewer)
register_pages(pictures)


@pictures.get("/console/cases/<case_id>/captures/<capture_id>")
def show_capture(case_id: str, capture_id: str) -> Response:
    """A side of the document, or a frame of the selfie."""
    return _jpeg(services().review_desk.picture.capture(reviewer(), case_id, capture_id))


@pictures.get("/console/cases/<case_id>/pages/<number>")
def show_page(case_id: str, number: str) -> Response:
    """A page of a paper, counted from 1."""
    if not number.isascii() or not number.isdigit() or len(number) > 3:
        raise DomainError(ErrorCode.NOT_FOUND)
    return _jpeg(services().review_desk.picture.page(reviewer(), case_id, int(number)))


def _jpeg(content: bytes) -> Response:
    response = Response(content, mimetype="image/jpeg")
    response.headers.update(
        {
            "Cache-Control": "no-store",
            "Content-Disposition": "inline",
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
    )
    return response
