"""Every route of the console against everybody: only the partner's own reviewers see anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.domain.applicant import Applicant
from app.domain.partner import Mode
from app.domain.proof_of_address import ProofOfAddress, ProofStatus
from app.domain.reviewer import ReviewerRole
from app.services.add_proof_of_address import PAGE
from app.vision.sandbox import Sandbox
from tests.builders.installation import Installation, an_installation
from tests.builders.moments import StillClock
from tests.builders.review_cases import Console, a_browser, a_case, signed_in
from tests.builders.submissions import JPEG
from tests.rules.tenancy.console_routes import CONSOLE_ROUTES
from tests.rules.tenancy.identities import Door
from tests.rules.tenancy.routes import Route
from tests.rules.tenancy.rows import LiveDatabase, ids_in

BEHIND = [route for route in CONSOLE_ROUTES if route.door is Door.REVIEWER]
GATES = [route for route in CONSOLE_ROUTES if route.door is Door.CONSOLE_GATE]
ABOUT_A_CASE = [route for route in BEHIND if "<case_id>" in route.rule]
COOKIE = "__Host-kyc_console"
PLAIN = {"token": "made-up", "number": "1"}


@dataclass
class World:
    """One partner's cases, its people, and everybody else; the database can be put back."""

    kyc: Installation
    names: dict[str, dict[str, str]]
    owner: Console
    auditor: Console
    strangers: dict[str, Console]
    database: LiveDatabase
    cookies: dict[int, str]

    def ask(
        self, console: Console, route: Route, names: dict[str, str], headers: Any = None
    ) -> TestResponse:
        """Ask by the route's own method, with a form token that this browser got."""
        self.database.put_back()
        # Signing out is one of the routes.
        kept = self.cookies.get(id(console))
        if kept is not None:
            console.client.set_cookie(COOKIE, kept, domain="kyc.test", secure=True)
        path = route.path(names)
        if route.method == "GET":
            return console.get(path, headers=headers)
        form = "/console/sign-in" if kept is None else "/console"
        return console.post(path, form, headers=headers, verdict="verified")


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, sandbox: Sandbox
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("console")
    live = folder / "kyc.sqlite3"
    live.write_bytes(sqlite_template.read_bytes())
    url, generous = f"sqlite:///{live}", {"KYC_RATE_LIMIT_FACTOR": "1000"}
    with an_installation(folder / "state", url, StillClock(), sandbox, **generous) as kyc:
        names = {"opened": PLAIN | _identity(kyc), "paper": PLAIN | _paper(kyc)}
        twin = kyc.another_partner(Mode.LIVE, "Shop")
        other = kyc.another_partner(Mode.TEST, "Other shop")
        owner = signed_in(kyc)
        strangers = {
            "the company's live reviewer": signed_in(kyc, partner_id=twin.partner_id),
            "another partner's reviewer": signed_in(kyc, partner_id=other.partner_id),
        }
        auditor = signed_in(kyc, "otto@example.test", ReviewerRole.AUDITOR)
        database = LiveDatabase(live, folder / "saved.sqlite3")
        cookies = {id(each): cookie_of(each) for each in (owner, auditor, *strangers.values())}
        yield World(kyc, names, owner, auditor, strangers, database, cookies)
        database.close()


def cookie_of(console: Console) -> str:
    """What the browser of somebody signed in holds."""
    found = console.client.get_cookie(COOKIE, "kyc.test")
    assert found is not None
    return found.value


def _identity(kyc: Installation) -> dict[str, str]:
    case_id = a_case(kyc)
    with kyc.services.storage.reading() as uow:
        capture = uow.captures.live(case_id)[0]
    return {"case_id": case_id, "capture_id": capture.id}


def _paper(kyc: Installation) -> dict[str, str]:
    services, now = kyc.services, kyc.clock()
    vault, objects = services.add_proof_of_address.vault, services.add_proof_of_address.objects
    partner_id, name = kyc.partner.partner_id, services.chance.new_id("obj")
    proof_id = services.chance.new_id("poa")
    key = vault.new_wrapped_key(partner_id, proof_id)
    proof = ProofOfAddress(
        proof_id, partner_id, "app_1", now, key, "", [name], 1, now, ProofStatus.IN_REVIEW
    )
    objects.put(name, vault.seal(proof, PAGE, name, JPEG))
    with services.storage.writing() as uow:
        uow.applicants.add(Applicant("app_1", partner_id, "of the paper", now))
        uow.proofs_of_address.add(proof)
        uow.commit()
    return {"case_id": proof_id, "capture_id": "cap_none"}


def nobody_s(names: dict[str, str]) -> dict[str, str]:
    """Names of the same form that nobody has."""
    ids = ("case_id", "capture_id")
    return {name: value[:-12] + "9" * 12 if name in ids else value for name, value in names.items()}


@pytest.mark.parametrize("route", BEHIND, ids=lambda route: route.id)
def test_its_own_reviewer_may(world: World, route: Route) -> None:
    assert world.ask(world.owner, route, world.names[route.stage]).status_code == route.answers


@pytest.mark.parametrize("route", BEHIND, ids=lambda route: route.id)
def test_whoever_has_no_session_gets_nothing(world: World, route: Route) -> None:
    kyc, names = world.kyc, world.names[route.stage]
    bearer = kyc.bearer()
    world.database.put_back()
    for headers in ({}, kyc.key, bearer, {"Authorization": f"Bearer {kyc.partner.api_key}"}):
        browser = Console(kyc, a_browser(kyc), world.owner.reviewer)
        found, same = (
            world.ask(browser, route, each, headers) for each in (names, nobody_s(names))
        )
        assert (found.status_code, same.status_code) == (401, 401)
        assert _told(found) == _told(same)
        assert not world.database.changed()


@pytest.mark.parametrize("who", ["the company's live reviewer", "another partner's reviewer"])
@pytest.mark.parametrize("route", ABOUT_A_CASE, ids=lambda route: route.id)
def test_another_partner_s_reviewer_finds_nobody_there(
    world: World, route: Route, who: str
) -> None:
    stranger, names = world.strangers[who], world.names[route.stage]
    found = world.ask(stranger, route, names)
    touched = {name for row in world.database.changed() for name in ids_in(row)}
    same = world.ask(stranger, route, nobody_s(names))
    assert (found.status_code, same.status_code) == (404, 404)
    assert _told(found) == _told(same)
    assert not touched & {names["case_id"], names["capture_id"], world.kyc.partner.partner_id}


def test_another_partner_s_queue_is_empty(world: World) -> None:
    queue = next(route for route in BEHIND if route.id == "GET /console")
    for stranger in world.strangers.values():
        page = world.ask(stranger, queue, PLAIN).text
        assert "/console/cases/" not in page
        assert "Anna</bdi> holds" not in page
    assert world.ask(world.owner, queue, PLAIN).text.count("/console/cases/") == 2


@pytest.mark.parametrize("route", BEHIND, ids=lambda route: route.id)
def test_an_auditor_may_look_only(world: World, route: Route) -> None:
    answer = world.ask(world.auditor, route, world.names[route.stage])
    may = route.method == "GET" or route.rule == "/console/sign-out"
    assert answer.status_code == (route.answers if may else 403)


@pytest.mark.parametrize("route", GATES, ids=lambda route: route.id)
def test_what_is_open_is_the_same_for_everybody(world: World, route: Route) -> None:
    kyc = world.kyc
    for headers in ({}, kyc.key):
        world.database.put_back()
        path = route.path(PLAIN)
        answer = a_browser(kyc).open(
            path, method=route.method, base_url="https://kyc.test", headers=headers
        )
        assert answer.status_code == route.answers
        assert not world.database.changed()
        for told in ("Canary", kyc.partner.partner_id, "anna@"):
            assert told not in answer.text


@pytest.mark.parametrize("route", CONSOLE_ROUTES, ids=lambda route: route.id)
def test_asking_for_the_options_tells_nothing(world: World, route: Route) -> None:
    world.database.put_back()
    names = world.names.get(route.stage, PLAIN)
    answer = a_browser(world.kyc).options(route.path(names), base_url="https://kyc.test")
    assert (answer.status_code, answer.text) == (200, "")
    assert not world.database.changed()


def _told(answer: TestResponse) -> tuple[str, list[tuple[str, str]]]:
    """The page and its headers without what is new in every answer."""
    fleeting = {"X-Request-Id", "Set-Cookie", "Content-Security-Policy"}
    page = "\n".join(
        line
        for line in answer.text.splitlines()
        if "csrf_token" not in line and "nonce" not in line
    )
    return page, sorted(pair for pair in answer.headers if pair[0] not in fleeting)
