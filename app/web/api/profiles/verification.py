"""POST /profiles/api/v1/verification/session/: the widget at a tier, for the user themselves."""

from __future__ import annotations

from app.domain.errors import ErrorCode
from app.domain.verification import KycStatus
from app.web.api.operations import operation
from app.web.api.profiles.door import profiles_blueprint
from app.web.api.widget.client_tokens import Locale, TierName
from app.web.authentication import user_caller
from app.web.bodies import Answer, Body
from app.web.services import services
from app.web.times import Instant

verification = profiles_blueprint("profiles_verification", __name__)


class TierSessionBody(Body):
    """The tier that the user is to reach; the widget speaks `locale`."""

    tier: TierName
    locale: Locale | None = None


class TierSessionAnswer(Answer):
    """A session of the widget. `launch_url` opens it once, as a page of its own or in a frame.

    `tier` is the run's: a run that was submitted keeps its tier until it is decided.
    """

    session_id: str
    widget_url: str
    launch_url: str
    client_token: str
    launch_code: str
    expires_at: Instant
    tier: str
    status: KycStatus


@verification.post("/verification/session/", strict_slashes=False)
@operation(
    "Open the widget for the signed-in user at a tier",
    body=TierSessionBody,
    answers={201: TierSessionAnswer},
    errors=(ErrorCode.ALREADY_VERIFIED, ErrorCode.USER_SUSPENDED, ErrorCode.ORIGIN_NOT_ALLOWED),
    creates=True,
)
def start_verification(body: TierSessionBody) -> TierSessionAnswer:
    """201 with a session, 409 `already_verified` for who holds the tier or a higher one."""
    started = services().start_verification(user_caller(), body.tier, body.locale)
    issued = started.issued
    widget_url = f"{services().settings.public_url}/widget/s/{issued.session_id}"
    return TierSessionAnswer(
        session_id=issued.session_id,
        widget_url=widget_url,
        launch_url=f"{widget_url}#c={issued.launch_code}",
        client_token=issued.client_token,
        launch_code=issued.launch_code,
        expires_at=issued.expires_at,
        tier=started.tier,
        status=started.status,
    )
