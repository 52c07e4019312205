"""GET /widget/s/{session_id}: the page in the frame. It knows origins, nobody's name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, render_template, request

from app.domain.errors import DomainError, ErrorCode
from app.vision.heic import IS_READ
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.bundle import without_indentation
from app.web.compression import compressible
from app.web.headers import WIDGET_PAGE, content_security_policy, nonce
from app.web.services import services
from app.web.texts import catalogue, choose_language, direction, say
from app.web.widget.assets import bundle_address
from app.web.widget.script_texts import script_texts

if TYPE_CHECKING:
    from flask import Response

# Anyone may load the page: it names nobody, and can do nothing without a launch code.
shell = authenticate_with(Blueprint("shell", __name__), requires_no_authentication)


@shell.get("/widget/s/<session_id>")
@compressible
def show(session_id: str) -> Response:
    """The shell, framable by exactly the origins of the session's partner."""
    try:
        session = services().read_client_session(session_id)
    except DomainError as error:
        if error.code is not ErrorCode.NOT_FOUND or not _is_person():
            raise
        return _gone()
    wishes = (request.args.get("locale"), session.locale)
    locale, texts = catalogue(choose_language(wishes, request.accept_languages))
    page = render_template(
        "widget/shell.html",
        session_id=session.session_id,
        parent_origins=session.origins,
        locale=locale,
        dir=direction(locale),
        texts=script_texts(texts),
        text=partial(say, texts),
        nonce=nonce(),
        consent_version=session.consent_version,
        theme_hash=session.theme_hash,
        has_logo=session.has_logo,
        reads_heic=IS_READ,
        opens_with_consent=session.opens_with_consent,
        asks_for_paper=session.asks_for_paper,
        scheme=_scheme(),
    )
    response = make_response(without_indentation(page))
    response.headers.update(WIDGET_PAGE)
    response.headers["Link"] = _needed_at_once(is_first=session.opens_with_consent)
    response.headers["Content-Security-Policy"] = content_security_policy(
        nonce(), frame_ancestors=session.origins
    )
    return response


def _needed_at_once(*, is_first: bool) -> str:
    """The header by which the browser fetches looks and code before it has read the page.

    Who comes for the first time reads the first step while the code of the others comes.
    """
    parts = ("widget",) if is_first else ("widget", "widget-later")
    sheets = (f"<{bundle_address(f'{part}.css')}>; rel=preload; as=style" for part in parts)
    scripts = (
        f'<{bundle_address(f"{part}.js")}>; rel=modulepreload; as=script; nonce="{nonce()}"'
        for part in parts
    )
    return ", ".join((*sheets, *scripts))


def _scheme() -> str | None:
    """The scheme that the partner's page wants; None leaves it to the user's system."""
    wanted = request.args.get("theme")
    return wanted if wanted in {"light", "dark"} else None


def _is_person() -> bool:
    """Whether a browser asks for a page; a program that takes anything gets the error as usual."""
    wanted = request.accept_mimetypes
    return wanted["text/html"] > wanted["application/json"]


def _gone() -> Response:
    """What a tab shows that its browser restored after hours, when its session is over."""
    locale, texts = catalogue(
        choose_language((request.args.get("locale"),), request.accept_languages)
    )
    page = render_template(
        "widget/gone.html", locale=locale, dir=direction(locale), text=partial(say, texts)
    )
    response = make_response(page, 404)
    response.headers.update(WIDGET_PAGE)
    response.headers["Content-Security-Policy"] = content_security_policy(
        nonce(), frame_ancestors=()
    )
    return response
