"""The shop's pages and the calls that its own JavaScript makes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, cast

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    session,
    url_for,
)

from app.domain.errors import DomainError, ErrorCode
from app.web.authentication import authenticate_with, requires_no_authentication
from app.web.demo.printer import SPOIL_LABELS
from app.web.headers import nonce

if TYPE_CHECKING:
    from app.web.demo.backend import MerchantBackend
    from app.web.demo.printer import SpecimenPrinter

# A shop without accounts: whoever opens it plays all of its customers.
shop = authenticate_with(Blueprint("shop", __name__), requires_no_authentication)
# Called by our server, not by a page: the signature is its authentication.
webhooks = authenticate_with(Blueprint("shop_webhooks", __name__), requires_no_authentication)

BACKEND, PRINTER = "merchant_backend", "specimen_printer"
_MAX_USERS = 8


@shop.get("/")
def checkout() -> Response:
    """The checkout page with the developer's panel beside it."""
    users = _users()
    page = render_template(
        "demo/merchant.html",
        users=users,
        current_user=users[0],
        embed_url=f"{_backend().settings.api_url}/static/embed/v1.js",
        nonce=nonce(),
        spoils=SPOIL_LABELS,
    )
    widget = _backend().settings.api_url
    return _page(page, f"script-src 'nonce-{nonce()}' 'strict-dynamic'; frame-src {widget} 'self'")


@shop.post("/demo/session-call")
def call_session() -> tuple[Response, int]:
    """The session call with its own status and body, for the panel to show."""
    status, body = _backend().call_session(_user())
    return jsonify({"status": status, "body": body}), 200


@shop.post("/demo/client-token")
def buy_launch_code() -> tuple[Response, int]:
    """A launch code for the page; the client token itself stays here."""
    status, body = _backend().buy_launch_code(_user())
    return jsonify(body), status


@shop.get("/demo/kyc-status")
def read_status() -> Response:
    """What the status endpoint says now."""
    return jsonify(_backend().read_status(request.args.get("partner_user_id", "")))


@shop.get("/demo/webhooks")
def list_webhooks() -> Response:
    """Webhooks received for one user."""
    return jsonify(_backend().webhooks_of(request.args.get("partner_user_id", "")))


@webhooks.post("/webhooks")
def receive_webhook() -> Response:
    """204 for a webhook whose signature holds, else 401."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    is_kept = _backend().take_webhook(headers, request.get_data(cache=False))
    return Response(status=204 if is_kept else 401)


@shop.post("/demo/specimens")
def print_specimen() -> Response:
    """Print a paper with the visitor's own portrait or a sample one."""
    upload = request.files.get("portrait")
    paper_id, sides = _printer().print(
        request.form.get("document_type", ""),
        upload.stream.read() if upload else None,
        request.form.get("sample", "astronaut"),
        request.form.get("spoil", ""),
    )
    urls = {
        f"{side}_url": url_for("shop.show_specimen", paper_id=paper_id, side=side) for side in sides
    }
    return jsonify({"front_url": None, "back_url": None} | urls)


@shop.get("/demo/specimens/<paper_id>/<side>.jpg")
def show_specimen(paper_id: str, side: str) -> Response:
    """One side of a paper that was printed a moment ago."""
    jpeg = _printer().find(paper_id, side)
    if jpeg is None:
        raise DomainError(ErrorCode.NOT_FOUND)
    return Response(jpeg, mimetype="image/jpeg")


@shop.get("/pay")
def payment() -> Response:
    """The payment page, shown inside the frame once the user is verified."""
    page = render_template(
        "demo/pay.html",
        action=url_for("shop.pay"),
        nonce=nonce(),
    )
    return _page(page, "script-src 'none'")


@shop.post("/pay")
def pay() -> Response:
    """The end of the demonstration: nothing is charged."""
    return _page(
        render_template("demo/paid.html", nonce=nonce()),
        f"script-src 'nonce-{nonce()}' 'strict-dynamic'",
    )


def _page(html: str, *policies: str) -> Response:
    response = make_response(html)
    common = (
        "default-src 'none'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "media-src 'self' blob: mediastream:; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'self'"
    )
    response.headers["Content-Security-Policy"] = "; ".join((common, *policies))
    response.headers["Permissions-Policy"] = (
        f'camera=(self "{_backend().settings.api_url}"), fullscreen=*, microphone=()'
    )
    return response


def _users() -> list[str]:
    """The visitor's customers, the one to play first."""
    known = [name for name in session.get("users", []) if isinstance(name, str)]
    chosen = request.args.get("user", "")
    if "new" in request.args or not known:
        chosen = f"user-{secrets.token_hex(4)}"
    if chosen not in known:
        known = [chosen, *known] if chosen.startswith("user-") else known
    ordered = [chosen, *(name for name in known if name != chosen)] if chosen in known else known
    session["users"] = ordered[:_MAX_USERS]
    return ordered[:_MAX_USERS]


def _user() -> str:
    body = request.get_json(silent=True)
    user = body.get("partner_user_id") if isinstance(body, dict) else None
    if not isinstance(user, str):
        abort(400)
    return user


def _backend() -> MerchantBackend:
    return cast("MerchantBackend", current_app.extensions[BACKEND])


def _printer() -> SpecimenPrinter:
    return cast("SpecimenPrinter", current_app.extensions[PRINTER])
