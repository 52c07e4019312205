"""create_app: one Flask application over the use cases that the wiring built."""

from __future__ import annotations

import hashlib
from functools import cache
from io import BytesIO
from typing import IO, TYPE_CHECKING

from flask import Request, url_for
from flask_wtf import CSRFProtect

from app.settings import PROJECT_FOLDER
from app.web.api.health import health
from app.web.api.metrics import metrics
from app.web.api.oauth import BLUEPRINTS as OAUTH
from app.web.api.oauth.errors import PREFIX as OAUTH_PREFIX
from app.web.api.oauth.errors import in_oauth_words
from app.web.api.partner import BLUEPRINTS as PARTNER_FACE
from app.web.api.partner.errors import PREFIX as PARTNER_PREFIX
from app.web.api.partner.errors import in_p_codes
from app.web.api.profiles import BLUEPRINTS as PROFILES_FACE
from app.web.api.reference import reference
from app.web.api.sandbox import BLUEPRINTS as SANDBOX
from app.web.api.verifications import BLUEPRINTS as VERIFICATIONS_FACE
from app.web.api.webhooks import BLUEPRINTS as WEBHOOKS
from app.web.api.widget import BLUEPRINTS as WIDGET_FACE
from app.web.compression import register_compression
from app.web.console import BLUEPRINTS as CONSOLE
from app.web.console.cookie import ConsoleCookie
from app.web.console.door import register_form_token
from app.web.demo.backend import MerchantBackend
from app.web.demo.printer import SpecimenPrinter
from app.web.demo.shop import BACKEND, PRINTER, shop, webhooks
from app.web.docs import BLUEPRINTS as DOCS
from app.web.errors import register_errors, shape_errors
from app.web.headers import register_headers
from app.web.methods import PreciseFlask
from app.web.services import EXTENSION
from app.web.widget import BLUEPRINTS as WIDGET_FLOW

if TYPE_CHECKING:
    from flask import Flask

    from app.vision.sandbox import Sandbox
    from app.web.demo.backend import MerchantSettings
    from app.wiring import Services

_BLUEPRINTS = (
    health,
    metrics,
    reference,
    *DOCS,
    *OAUTH,
    *PARTNER_FACE,
    *PROFILES_FACE,
    *SANDBOX,
    *VERIFICATIONS_FACE,
    *WEBHOOKS,
    *WIDGET_FACE,
    *WIDGET_FLOW,
    *CONSOLE,
)
_MULTIPART_OVERHEAD_BYTES = 65_536
_DEMO_UPLOAD_BYTES = 10_000_000


class InMemoryRequest(Request):
    """A request whose uploads stay in memory.

    Werkzeug spools files over 500 kB to the temporary folder: an identity document in clear on
    the disk, which outlives a crash.
    """

    max_form_parts = 20

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()


def create_app(services: Services) -> Flask:
    """The widget's web application; everything it needs is in `services`."""
    app = make_flask(services.settings.max_upload_bytes)
    app.extensions[EXTENSION] = services
    # Only the console has a session: nobody else reads or sets its cookie.
    app.session_interface = ConsoleCookie()
    register_form_token(app)
    shape_errors(app, PARTNER_PREFIX, in_p_codes)
    shape_errors(app, OAUTH_PREFIX, in_oauth_words)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def create_demo_app(merchant: MerchantSettings, sandbox: Sandbox, secret_key: str) -> Flask:
    """The demo merchant's shop: another application, on another origin."""
    app = make_flask(_DEMO_UPLOAD_BYTES)
    app.config["SECRET_KEY"] = secret_key
    app.config["SESSION_COOKIE_NAME"] = "northwind"
    # The widget's frame goes on to the shop's payment page: a navigation that another site began,
    # on which Lax cookies stay at home. Browsers take Secure cookies from localhost without TLS.
    app.config["SESSION_COOKIE_SAMESITE"] = "None"
    app.config["SESSION_COOKIE_SECURE"] = True
    app.extensions[BACKEND] = MerchantBackend(merchant)
    app.extensions[PRINTER] = SpecimenPrinter(sandbox)
    csrf = CSRFProtect(app)
    csrf.exempt(webhooks)
    app.register_blueprint(shop)
    app.register_blueprint(webhooks)
    return app


def make_flask(max_upload_bytes: int) -> Flask:
    """A Flask application with this house's templates, static files, errors and headers."""
    app = PreciseFlask(
        "kyc",
        static_folder=str(PROJECT_FOLDER / "static"),
        template_folder=str(PROJECT_FOLDER / "templates"),
        root_path=str(PROJECT_FOLDER),
    )
    app.request_class = InMemoryRequest
    app.config["MAX_CONTENT_LENGTH"] = max_upload_bytes + _MULTIPART_OVERHEAD_BYTES
    # Bounds the text fields; it must exceed the parser's own 64 kB chunks, which hold file bytes.
    app.config["MAX_FORM_MEMORY_SIZE"] = 4 * _MULTIPART_OVERHEAD_BYTES
    app.jinja_env.globals["asset"] = asset
    register_errors(app)
    register_headers(app)
    register_compression(app)
    return app


def asset(path: str) -> str:
    """The address of a static file with its content's hash, so that it may be cached for ever."""
    return url_for("static", filename=path, v=_version(path))


@cache
def _version(path: str) -> str:
    content = (PROJECT_FOLDER / "static" / path).read_bytes()
    return hashlib.sha256(content).hexdigest()[:12]
