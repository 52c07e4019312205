"""Who may come to a route, and what becomes of them there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.rules.tenancy.credentials import Credentials, Headers
    from tests.rules.tenancy.world import Tenant, World


class Door(StrEnum):
    """Which credential opens a route."""

    EVERYONE = "everyone"
    PARTNER = "a partner's key or access token"
    WIDGET = "a client token"
    PARTNER_OR_WIDGET = "either of them"
    USER = "a client token or the partner's own user token"
    CLIENT = "an OAuth client's secret"
    LAUNCH_CODE = "a launch code in the body"
    CONSOLE_GATE = "a form of the console"
    REVIEWER = "a reviewer's session"
    OPERATOR = "the token of the metrics"


class Fate(Enum):
    """What becomes of a caller. `ALIEN` is the caller of the table's own statuses."""

    UNKNOWN = 401
    LEAKED_KEY = 403
    LACKS_SCOPE = "lacks the scope"
    IN_ADDRESS = 400
    ALIEN_PARTNER = "other_partner"
    ALIEN_USER = "other_user"
    NAMESAKE = "sees its own user of the same name"
    OWNER = "may"


_F, _D = Fate, Door
_PARTNERS = (_D.PARTNER, _D.PARTNER_OR_WIDGET)


def _at(*doors: Door, fate: Fate) -> dict[Door, Fate]:
    return dict.fromkeys(doors, fate)


_ALIEN_PARTNER = _at(*_PARTNERS, fate=_F.ALIEN_PARTNER)
_NAMESAKE_PARTNER = _at(*_PARTNERS, fate=_F.NAMESAKE)
_LEAKED = _at(*_PARTNERS, _D.CLIENT, fate=_F.LEAKED_KEY)
_WITH_CLIENT_TOKEN = (_D.WIDGET, _D.PARTNER_OR_WIDGET, _D.USER)
_ALIEN_USER = _at(*_WITH_CLIENT_TOKEN, fate=_F.ALIEN_USER)


@dataclass(frozen=True)
class Identity:
    """`headers(world, owner, stage)` of a caller who asks for the owner's user at that stage.

    `fates` names the doors at which the caller is somebody; at all others it is nobody.
    `of_live` asks for what the live partner has instead of the test partner; `is_live` comes with
    a live credential; `in_address` sends its credentials in the query string.
    """

    name: str
    headers: Callable[[World, Tenant, str], Headers]
    fates: Mapping[Door, Fate] = field(default_factory=dict)
    of_live: bool = False
    is_live: bool = False
    in_address: bool = False

    def fate_at(self, door: Door) -> Fate:
        """What becomes of it."""
        return self.fates.get(door, Fate.UNKNOWN)


def own_bearer(_: World, owner: Tenant, stage: str) -> Headers:
    """The client token of the very user that is asked for."""
    return {"Authorization": f"Bearer {owner.resources[stage]['client_token']}"}


def own_user_token(_: World, owner: Tenant, stage: str) -> Headers:
    """The partner's own token for that user."""
    return owner.credentials.user_token(owner.user(stage))


def _of_owner(pick: Callable[[Credentials], Headers]) -> Callable[[World, Tenant, str], Headers]:
    return lambda _, owner, __: dict(pick(owner.credentials))


def _constant(**headers: str) -> Callable[[World, Tenant, str], Headers]:
    return lambda *_: {name.replace("_", "-"): value for name, value in headers.items()}


def _forged_user_token(world: World, owner: Tenant, stage: str) -> Headers:
    """Another partner's keys speak for the owner's issuer."""
    stranger = world.stranger.credentials.signing
    return owner.credentials.user_token(owner.user(stage), stranger)


def _bearer_of(world: World, owner: Tenant, stage: str) -> Headers:
    """A client token of the namesake's partner, for its own user of the same name."""
    return world.twin.kyc.bearer(owner.user(stage))


def _lapsed(name: str) -> Identity:
    return Identity(name, lambda _, owner, __: owner.credentials.lapsed[name])


_PAGE = {"Origin": "https://shop.test"}

STRANGERS = (
    Identity("nobody", _constant()),
    Identity("a made-up key", _constant(x_api_key="sk_test_" + "f" * 64)),
    Identity("an empty key", _constant(x_api_key="", Authorization="Bearer ")),
    Identity("a made-up token", _constant(Authorization="Bearer eyJhbGciOiJub25lIn0.e30.")),
    Identity("a made-up secret", _of_owner(lambda of: of.basic_with("cs_made_up"))),
    Identity(
        "its publishable key", lambda _, of, __: {"x-api-key": of.kyc.partner.publishable_key}
    ),
    Identity(
        "its client secret as a key", lambda _, of, __: {"x-api-key": of.kyc.partner.client_secret}
    ),
    Identity(
        "its key as a token",
        _of_owner(lambda of: {"Authorization": f"Bearer {of.key['x-api-key']}"}),
    ),
    Identity(
        "a client token as a key",
        lambda _, of, stage: {"x-api-key": of.resources[stage]["client_token"]},
    ),
    Identity(
        "a launch code as a token",
        lambda _, of, stage: {"Authorization": f"Bearer {of.resources[stage]['launch_code']}"},
    ),
    Identity(
        "its key and token in the address",
        lambda world, of, stage: of.credentials.key | own_bearer(world, of, stage),
        {Door.CLIENT: Fate.IN_ADDRESS},
        in_address=True,
    ),
    _lapsed("an expired client token"),
    _lapsed("an expired access token"),
    _lapsed("an expired user token"),
    _lapsed("a revoked key"),
    _lapsed("a revoked access token"),
    _lapsed("a revoked client session"),
    _lapsed("a suspended user's client token"),
    _lapsed("a deleted user's client token"),
    Identity(
        "a user token for another audience",
        lambda _, of, stage: of.credentials.user_token(of.user(stage), aud="widget"),
    ),
    Identity("a user token that another partner signed", _forged_user_token),
    Identity(
        "another client's secret for its client id",
        lambda world, of, _: of.credentials.basic_with(world.stranger.kyc.partner.client_secret),
    ),
)
OWNERS = (
    Identity("its key", _of_owner(lambda of: of.key), _at(*_PARTNERS, fate=_F.OWNER)),
    Identity("its access token", _of_owner(lambda of: of.access), _at(*_PARTNERS, fate=_F.OWNER)),
    Identity("its client token", own_bearer, _at(*_WITH_CLIENT_TOKEN, fate=_F.OWNER)),
    Identity("its user token", own_user_token, {_D.USER: _F.OWNER}),
    Identity("its client secret", _of_owner(lambda of: of.basic), {_D.CLIENT: _F.OWNER}),
)
CUT_DOWN = (
    Identity("its key in a page", _of_owner(lambda of: of.key | _PAGE), _LEAKED),
    Identity("its access token in a page", _of_owner(lambda of: of.access | _PAGE), _LEAKED),
    Identity(
        "its client secret in a page",
        _of_owner(lambda of: of.basic | _PAGE),
        {_D.CLIENT: _F.LEAKED_KEY},
    ),
)
# Of a route that needs a scope: all the scopes but that one.
LACKING = ("its key without the scope", "its access token without the scope")
ALIENS = (
    Identity(
        "another partner's key", lambda world, *_: world.stranger.credentials.key, _ALIEN_PARTNER
    ),
    Identity(
        "another partner's access token",
        lambda world, *_: world.stranger.credentials.access,
        _ALIEN_PARTNER,
    ),
    Identity(
        "another partner's key with its client token",
        lambda world, of, stage: world.stranger.credentials.key | own_bearer(world, of, stage),
        _ALIEN_PARTNER | {_D.WIDGET: _F.OWNER, _D.USER: _F.OWNER},
    ),
    Identity(
        "another partner's client secret",
        lambda world, *_: world.stranger.credentials.basic,
        {_D.CLIENT: _F.ALIEN_PARTNER},
    ),
    Identity(
        "the company's live key on test data",
        lambda world, *_: world.live.credentials.key,
        _ALIEN_PARTNER,
        is_live=True,
    ),
    Identity(
        "the company's test key on live data",
        lambda world, *_: world.shop.credentials.key,
        _ALIEN_PARTNER,
        of_live=True,
    ),
    Identity(
        "the company's test access token on live data",
        lambda world, *_: world.shop.credentials.access,
        _ALIEN_PARTNER,
        of_live=True,
    ),
    Identity(
        "a user of the company in test mode, on live data",
        lambda world, *_: world.shop.credentials.neighbour,
        _ALIEN_USER,
        of_live=True,
    ),
    Identity(
        "another user of the partner",
        lambda _, of, __: of.credentials.neighbour,
        _ALIEN_USER,
    ),
    Identity(
        "another user of the partner by user token",
        lambda _, of, __: of.credentials.neighbour_jwt,
        {_D.USER: _F.ALIEN_USER},
    ),
    Identity(
        "another partner's user",
        lambda world, *_: world.stranger.credentials.neighbour,
        _ALIEN_USER,
    ),
    Identity(
        "another partner's user by user token",
        lambda world, *_: world.stranger.credentials.neighbour_jwt,
        {_D.USER: _F.ALIEN_USER},
    ),
    Identity(
        "another partner with a user of the same name",
        lambda world, *_: world.twin.credentials.key,
        _NAMESAKE_PARTNER,
    ),
    Identity(
        "another partner's user of the same name",
        _bearer_of,
        _at(*_WITH_CLIENT_TOKEN, fate=_F.NAMESAKE),
    ),
    Identity(
        "another partner's user of the same name by user token",
        lambda world, of, stage: world.twin.credentials.user_token(of.user(stage)),
        {_D.USER: _F.NAMESAKE},
    ),
)
IDENTITIES = (*STRANGERS, *CUT_DOWN, *ALIENS, *OWNERS)


def lacking(name: str, scope: str) -> Callable[[World, Tenant, str], Headers]:
    """The headers of one of `LACKING` for a route that needs this scope."""
    return _of_owner(lambda of: of.lacking[scope][LACKING.index(name)])
