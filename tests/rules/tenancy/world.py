"""Four partners with users at every point of the flow: two whose data is asked for, two who ask."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from app.domain.checks import CheckCode, failed
from app.domain.intake import ObservedFrame, RenderedPaper
from app.domain.partner import Mode
from app.domain.reasons import ReasonCode
from app.services.jobs import EXAMINE
from app.vision.face_observation import FaceObservation
from tests.builders.partner_users import accepting_by_api, create_user, send_file
from tests.builders.submissions import JPEG, meet_challenge, send_side
from tests.rules.tenancy.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.builders.installation import Installation

# The points of the flow at which a route can be asked; see `_GROW`.
STAGES = (
    "opened",
    "consented",
    "chosen",
    "captured",
    "dealt",
    "ready",
    "failed",
    "verified",
    "filed",
    "living",
    "shown",
)
# Words that only the owner of a user may ever read, or that nobody may.
SECRETS = ("Canaryfirst", "Canarylast", "canary@example.test", "+49 30 2757", "Canary Street")
_PROFILE = {
    "firstName": SECRETS[0],
    "lastName": SECRETS[1],
    "email": SECRETS[2],
    "phone": SECRETS[3],
    "address": {"street": SECRETS[4], "country": "DE"},
}
# What every partner has alike.
_OF_EVERYBODY = {
    "document_id": "terms_of_use",
    "side": "front",
    "filename": "css/tokens.css",
    "asset_name": "widget.css",
    "theme_hash": "0" * 32,
    "theme_part": "theme.css",
}
_NO_FACE = FaceObservation(0, 640, 480, "0", 120.0)
_HOOK = "https://1.1.1.1/kyc"
_LATER_S = 3600


@dataclass
class Tenant:
    """One partner, its credentials, and what is there to be named, by stage."""

    number: int
    kyc: Installation
    credentials: Credentials
    resources: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def users(self) -> list[str]:
        """The names of all users."""
        gone = [self.neighbour[:-2] + end for end in ("fe", "fd")]
        return [self.neighbour, *gone, *(self.user(stage) for stage in STAGES)]

    @property
    def partner_id(self) -> str:
        """The partner's id."""
        return self.kyc.partner.partner_id

    def user(self, stage: str) -> str:
        """The name of the user at a stage: a UUID, so that one name fits every face."""
        return f"{self.number:08x}-0000-4000-8000-{STAGES.index(stage) + 1:012x}"

    def names(self, stage: str) -> dict[str, str]:
        """What a request may name of the user at a stage, and of the partner."""
        user = self.user(stage)
        return {
            "partner_user_id": user,
            "external_user_id": user,
            **self.resources.get("everywhere", {}),
            **self.resources.get(stage, {}),
        }

    @property
    def neighbour(self) -> str:
        """Another user of the same partner."""
        return f"{self.number:08x}-0000-4000-8000-0000000000ff"


@dataclass(frozen=True)
class World:
    """`shop` and `live` are one company in test and in live mode and have something of everything.

    `stranger` has nothing, `twin` has users of the very names that the shop's users have.
    """

    shop: Tenant
    live: Tenant
    stranger: Tenant
    twin: Tenant


def a_world(kyc: Installation) -> World:
    """The four of them; what expires has expired, everything else is live."""
    world = World(
        _tenant(kyc, 1, "Canary shop", Mode.TEST),
        _tenant(kyc, 2, "Canary shop", Mode.LIVE),
        _tenant(kyc, 3, "Stranger", Mode.TEST),
        _tenant(kyc, 1, "Twin", Mode.TEST),
    )
    tenants = (world.shop, world.live, world.stranger, world.twin)
    for tenant in (world.shop, world.live):
        for stage in STAGES:
            created = create_user(tenant.kyc, tenant.user(stage), **_PROFILE)
            assert created.status_code == 201, created.json
    for tenant in tenants:
        tenant.credentials.let_expire(tenant.user("opened"))
    kyc.clock.move(seconds=_LATER_S)
    _script(kyc)
    for tenant in tenants:
        _settle(tenant)
    for tenant in (world.shop, world.live):
        for stage in STAGES:
            _grow(tenant, stage)
        _tell(tenant)
    return world


def nobody_s_names(names: Mapping[str, str]) -> dict[str, str]:
    """Names of the same form that nobody has."""
    return {
        name: value if name in _OF_EVERYBODY else _unlike(value) for name, value in names.items()
    }


def _unlike(value: str) -> str:
    """The same form with another end."""
    return value[:-12] + "9" * 12


def _tenant(kyc: Installation, number: int, name: str, mode: Mode) -> Tenant:
    partner = kyc.services.create_partner(name, mode, ["https://shop.test"], _HOOK)
    view = replace(kyc, partner=partner)
    return Tenant(number, view, Credentials(view, f"https://login-{partner.partner_id}.test"))


def _settle(tenant: Tenant) -> None:
    """Use each credential once, so that only the first use of all is noted, and before."""
    kyc = tenant.kyc
    create_user(kyc, tenant.neighbour)
    tenant.credentials.prepare(tenant.neighbour)
    tenant.resources["everywhere"] = {
        "publishable_key": kyc.partner.publishable_key,
        "access_token": tenant.credentials.access["Authorization"].removeprefix("Bearer "),
        **_OF_EVERYBODY,
    }


def _script(kyc: Installation) -> None:
    """Let every picture pass: what is seen in one has tests of its own."""
    accepting_by_api(kyc)
    services = kyc.services

    def observe(payload: bytes) -> ObservedFrame:
        return ObservedFrame(payload, 640, 480, _NO_FACE.as_dict())

    watch = replace(services.observe_presence_frame, observe=observe)
    object.__setattr__(services, "observe_presence_frame", watch)
    page = RenderedPaper([JPEG], 1)
    take = replace(services.add_proof_of_address, render=lambda _: page)
    object.__setattr__(services, "add_proof_of_address", take)


def _tell(tenant: Tenant) -> None:
    """Let the deliveries of all events have failed; name the endpoint and, by user, one of them."""
    with tenant.kyc.services.storage.writing() as uow:
        for stage in STAGES:
            user = uow.applicants.by_user(tenant.partner_id, tenant.user(stage))
            events = uow.events.for_applicant(user.id) if user else []
            for delivery in [
                each for event in events for each in uow.deliveries.for_event(event.id)
            ]:
                delivery.give_up("no_answer")
                tenant.resources["everywhere"]["endpoint_id"] = delivery.endpoint_id
                tenant.resources[stage]["delivery_id"] = delivery.id
        uow.commit()


def _grow(tenant: Tenant, stage: str) -> None:
    kyc, user = tenant.kyc, tenant.user(stage)
    tenant.resources[stage] = {"customer_verification_id": _asked_about(kyc, user)}
    grown = _GROW.get(stage)
    if grown is not None:
        tenant.resources[stage] |= grown(kyc, user)
    tenant.resources[stage] |= _opened(kyc, user)


def _asked_about(kyc: Installation, user: str) -> str:
    asked = {
        "customer_id": user,
        "verification_type": "kyc",
        "check_type": "identity",
        "provider": "manual",
    }
    answer = kyc.client.post("/v1/customer-verifications", json=asked, headers=kyc.key)
    assert answer.status_code == 201, answer.json
    return str((answer.json or {})["data"]["id"])


def _opened(kyc: Installation, user: str) -> dict[str, str]:
    """A session of the widget, live for as long as the matrix is tried."""
    issued = kyc.issue(user)
    return {
        "session_id": issued["widget_url"].rpartition("/")[2],
        "launch_code": issued["launch_code"],
        "client_token": issued["client_token"],
    }


def _captured(kyc: Installation, user: str, document_type: str = "passport") -> dict[str, str]:
    bearer = kyc.consented(document_type, user)
    assert send_side(kyc, bearer, "front").status_code == 201
    return bearer


def _dealt(kyc: Installation, user: str) -> dict[str, str]:
    bearer = _captured(kyc, user)
    return {"challenge_id": (kyc.post("/widget/presence", bearer).json or {})["challenge_id"]}


def _consented(kyc: Installation, user: str) -> dict[str, str]:
    kyc.consented(None, user)
    return {}


def _chosen(kyc: Installation, user: str) -> dict[str, str]:
    kyc.consented("passport", user)
    return {}


def _half_captured(kyc: Installation, user: str) -> dict[str, str]:
    _captured(kyc, user, "id_card")
    return {}


def _ready(kyc: Installation, user: str) -> dict[str, str]:
    return {"challenge_id": meet_challenge(kyc, _captured(kyc, user))}


def _examined(kyc: Installation, user: str) -> dict[str, str]:
    ready = _ready(kyc, user)
    assert kyc.post("/widget/submit", kyc.bearer(user)).status_code == 202
    assert kyc.run_jobs(EXAMINE) == 1
    return ready


def _failed(kyc: Installation, user: str) -> dict[str, str]:
    blurred = failed(CheckCode.IMAGE_QUALITY, ReasonCode.UNREADABLE_BLUR)
    kyc.examination.checks.append(blurred)
    try:
        return _examined(kyc, user)
    finally:
        kyc.examination.checks.remove(blurred)


def _filed(kyc: Installation, user: str) -> dict[str, str]:
    assert send_file(kyc, user=user).status_code == 201
    return {}


def _living(kyc: Installation, user: str) -> dict[str, str]:
    """At the step that asks for a proof of address."""
    kyc.issue(user, tier="enhanced")
    return _ready(kyc, user)


def _shown(kyc: Installation, user: str) -> dict[str, str]:
    """A phone has come with the code, and shows its number."""
    answer = kyc.post("/widget/handoffs", kyc.consented("passport", user))
    assert answer.status_code == 201, answer.json
    shown = answer.json or {}
    code = shown["link"].partition("#h=")[2]
    scanned = kyc.client.post("/widget/handoffs/scan", json={"handoff_code": code}).json or {}
    return {
        "handoff_id": shown["handoff_id"],
        "handoff_code": code,
        "claim": scanned["claim"],
    }


_GROW: dict[str, Callable[[Any, str], dict[str, str]]] = {
    "consented": _consented,
    "chosen": _chosen,
    "captured": _half_captured,
    "dealt": _dealt,
    "ready": _ready,
    "failed": _failed,
    "verified": _examined,
    "filed": _filed,
    "living": _living,
    "shown": _shown,
}
