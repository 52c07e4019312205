"""Every route against every identity: nobody but its owner gets anything, or learns of anything.

The cells come from the application's URL map. A route that has no entry in `tenancy` fails here.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.vision.sandbox import Sandbox
from app.web.api.operations import DECLARATION
from app.web.authentication import DECLARED
from tests.builders.installation import an_installation
from tests.builders.moments import StillClock
from tests.contracts.routes import the_application
from tests.rules.tenancy.console_routes import CONSOLE_ROUTES
from tests.rules.tenancy.identities import (
    ALIENS,
    IDENTITIES,
    LACKING,
    OWNERS,
    Door,
    Fate,
    Identity,
    lacking,
)
from tests.rules.tenancy.matrix import Matrix
from tests.rules.tenancy.partner_routes import PARTNER_ROUTES
from tests.rules.tenancy.public_routes import PUBLIC_ROUTES
from tests.rules.tenancy.routes import Route
from tests.rules.tenancy.rows import LiveDatabase
from tests.rules.tenancy.user_routes import USER_ROUTES
from tests.rules.tenancy.webhook_routes import WEBHOOK_ROUTES
from tests.rules.tenancy.world import a_world

TABLE = {
    route.id: route
    for route in (
        *PARTNER_ROUTES,
        *USER_ROUTES,
        *WEBHOOK_ROUTES,
        *PUBLIC_ROUTES,
        *CONSOLE_ROUTES,
    )
}
# Pages, not answers: test_console_matrix tries them.
CONSOLE = {route.id for route in CONSOLE_ROUTES}
RULES = {
    Door.EVERYONE: "requires_no_authentication",
    Door.LAUNCH_CODE: "requires_no_authentication",
    Door.CLIENT: "requires_no_authentication",
    Door.PARTNER: "requires_partner",
    Door.WIDGET: "requires_widget",
    Door.PARTNER_OR_WIDGET: "requires_partner_or_widget",
    Door.USER: "requires_user",
    Door.CONSOLE_GATE: "requires_form_of_ours",
    Door.REVIEWER: "requires_reviewer",
    Door.OPERATOR: "requires_metrics_token",
}


APPLICATION = the_application()
FOUND = {
    f"{method} {rule.rule}": rule.endpoint
    for rule in APPLICATION.url_map.iter_rules()
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
}
CLOSED = [
    TABLE[name]
    for name in FOUND
    if name in TABLE.keys() - CONSOLE and TABLE[name].door not in {Door.EVERYONE, Door.LAUNCH_CODE}
]
CREATING = [
    route
    for route in CLOSED
    if getattr(
        getattr(APPLICATION.view_functions[FOUND[route.id]], DECLARATION, None), "creates", False
    )
]


def identities_at(route: Route) -> Iterator[tuple[Identity, Fate]]:
    """Everybody who may try, and what must become of them."""
    for identity in IDENTITIES:
        if route.has_live or not identity.of_live:
            yield identity, identity.fate_at(route.door)
    if route.scope is not None:
        for name in LACKING:
            yield Identity(name, lacking(name, route.scope)), Fate.LACKS_SCOPE


def _cell(route: Route, identity: Identity, fate: Fate) -> object:
    return pytest.param(route, identity, fate, id=f"{route.id}-{identity.name}")


CELLS = [_cell(route, *found) for route in CLOSED for found in identities_at(route)]


@pytest.fixture(scope="module")
def matrix(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, sandbox: Sandbox
) -> Iterator[Matrix]:
    folder = tmp_path_factory.mktemp("matrix")
    live = folder / "kyc.sqlite3"
    live.write_bytes(sqlite_template.read_bytes())
    url, generous = f"sqlite:///{live}", {"KYC_RATE_LIMIT_FACTOR": "1000"}
    with an_installation(folder / "state", url, StillClock(), sandbox, **generous) as kyc:
        world = a_world(kyc)
        database = LiveDatabase(live, folder / "saved.sqlite3")
        yield Matrix(world, database)
        database.close()


def test_every_route_is_in_the_table() -> None:
    missing, gone = sorted(set(FOUND) - set(TABLE)), sorted(set(TABLE) - set(FOUND))
    assert not missing, (
        f"{missing}: add a Route to a table of tests/rules/tenancy, with a real request for"
        " `asks`, the owner's status, and what other partners or users get"
    )
    assert not gone, f"{gone}: these routes are no more, take them out of tests/rules/tenancy"


@pytest.mark.parametrize("name", [name for name in FOUND if name in TABLE])
def test_the_table_says_who_gets_in_as_the_application_does(name: str) -> None:
    route, endpoint = TABLE[name], FOUND[name]
    if endpoint == "static":
        return
    blueprint = APPLICATION.blueprints[endpoint.rpartition(".")[0]]
    assert getattr(blueprint, DECLARED) == RULES[route.door]
    declared = getattr(APPLICATION.view_functions[endpoint], DECLARATION, None)
    assert (declared.scope if declared else None) == route.scope


def test_nothing_in_this_world_belongs_to_two(matrix: Matrix) -> None:
    shop, live = matrix.of_partners.values()
    assert not shop & live
    for owner in (matrix.world.shop, matrix.world.live):
        users = [found for (of, _), found in matrix.of_users.items() if of == owner.partner_id]
        assert len(set().union(*users)) == sum(len(found) for found in users) > 10 * len(users) / 3
        assert set().union(*users) < matrix.of_partners[owner.partner_id]


@pytest.mark.parametrize(("route", "identity", "fate"), CELLS)
def test_each_gets_what_is_theirs(
    matrix: Matrix, route: Route, identity: Identity, fate: Fate
) -> None:
    faults = matrix.faults(route, identity, fate)
    assert not faults, "; ".join(faults)


@pytest.mark.parametrize(
    "route",
    [route for route in TABLE.values() if route.id not in CONSOLE],
    ids=lambda route: route.id,
)
def test_asking_for_the_options_tells_nothing(matrix: Matrix, route: Route) -> None:
    assert matrix.options_faults(route) == []


@pytest.mark.parametrize("route", CREATING, ids=lambda route: route.id)
def test_nobody_gets_the_answer_that_another_one_s_idempotency_key_had(
    matrix: Matrix, route: Route
) -> None:
    tried = 0
    for identity in ALIENS:
        is_there = route.has_live or not identity.of_live
        if is_there and identity.fate_at(route.door) not in {Fate.UNKNOWN, Fate.OWNER}:
            assert matrix.stored_answer_faults(route, identity) == [], identity.name
            tried += 1
    assert tried >= 2


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: identity.name)
def test_a_spent_launch_code_buys_nothing_whoever_comes_with_it(
    matrix: Matrix, identity: Identity
) -> None:
    assert matrix.spent_code_faults(TABLE["POST /widget/launch"], identity) == []


@pytest.mark.parametrize(
    "route",
    [route for route in TABLE.values() if route.door is Door.EVERYONE],
    ids=lambda route: route.id,
)
def test_what_is_open_says_the_same_to_everybody_and_nothing_of_anybody(
    matrix: Matrix, route: Route
) -> None:
    for identity in (*OWNERS, *ALIENS[:2]):
        assert matrix.open_faults(route, identity) == []
