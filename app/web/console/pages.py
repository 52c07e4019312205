"""How every page of the console leaves the house: its headers, and its words for errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, make_response, redirect, render_template, url_for

from app.domain.errors import DomainError, ErrorCode
from app.domain.partner import Mode
from app.services.callers import ReviewerCaller
from app.web.console.door import StrangeForm
from app.web.console.words import instant, reason_text, word_of
from app.web.errors import CATALOGUE
from app.web.headers import nonce

if TYPE_CHECKING:
    from flask import Blueprint, Response
    from werkzeug.wrappers import Response as AnyResponse

_STATUS = {ErrorCode.INSUFFICIENT_SCOPE: 403, ErrorCode.INVALID_TOKEN: 401}
_SENTENCES = {
    ErrorCode.NOT_FOUND: "There is no such case for you. It may belong to somebody else, or its"
    " person's data was deleted.",
    ErrorCode.INSUFFICIENT_SCOPE: "Your role may look at cases, not decide them.",
}


def page(template: str, status: int = 200, **context: object) -> Response:
    """One page; `caller` is whoever is signed in."""
    caller = g.get("caller")
    signed_in = caller if isinstance(caller, ReviewerCaller) else None
    html = render_template(
        f"console/{template}.html",
        caller=signed_in,
        is_test=signed_in is not None and signed_in.mode is Mode.TEST,
        nonce=nonce(),
        instant=instant,
        word_of=word_of,
        reason_text=reason_text,
        **context,
    )
    response = make_response(html, status)
    response.headers.update(
        {
            "Content-Security-Policy": _policy(),
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
    )
    return response


def go_to(view: str, case_id: str | None = None) -> AnyResponse:
    """On to another page after something was done; reloading it does nothing again."""
    address = url_for(view) if case_id is None else url_for(view, case_id=case_id)
    return redirect(address, 303)


def register_pages(blueprint: Blueprint) -> None:
    """Give a blueprint's errors to people as pages."""
    blueprint.register_error_handler(DomainError, _told)
    blueprint.register_error_handler(StrangeForm, _strange_form)


def sentence_of(error: DomainError) -> str:
    """What to tell a person."""
    return error.message or _SENTENCES.get(error.code, CATALOGUE[error.code][1])


def _told(error: DomainError) -> AnyResponse:
    if error.code in {ErrorCode.INVALID_TOKEN, ErrorCode.TOKEN_EXPIRED}:
        return page("signed_out", 401, is_stale=error.code is ErrorCode.TOKEN_EXPIRED)
    status = _STATUS.get(error.code, CATALOGUE[error.code][0])
    return page("error", status, sentence=sentence_of(error))


def _strange_form(_: StrangeForm) -> AnyResponse:
    sentence = "This form is too old, or was not sent from here. Go back, reload the page and"
    return page("error", 400, sentence=f"{sentence} send it again.")


def _policy() -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce()}' 'strict-dynamic'",
            "style-src 'self'",
            "img-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
