"""Signing in at an identity provider: who gets in, and which tokens do not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from app.domain.partner import Mode
from app.domain.reviewer import ReviewerRole
from app.services.invite_reviewer import Invitation
from app.vision.sandbox import Sandbox
from tests.builders.installation import Installation, an_installation
from tests.builders.moments import StillClock
from tests.builders.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.builders.review_cases import Console, a_browser


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture
def kyc(
    tmp_path: Path, sqlite_url: str, clock: StillClock, sandbox: Sandbox, provider: Provider
) -> Iterator[Installation]:
    chosen = {
        "KYC_OIDC_ISSUER": provider.issuer,
        "KYC_OIDC_CLIENT_ID": CLIENT_ID,
        "KYC_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "KYC_OIDC_NAME": "Example Login",
    }
    with an_installation(tmp_path / "state", sqlite_url, clock, sandbox, **chosen) as found:
        yield found


def invited(kyc: Installation, email: str = "anna@example.test") -> Invitation:
    desk, partner_id = kyc.services.review_desk, kyc.partner.partner_id
    return desk.invite(partner_id, email, "Anna", ReviewerRole.REVIEWER, "test")


def arrive(kyc: Installation, provider: Provider, partner_id: str = "") -> tuple[Console, Any]:
    """A fresh browser that goes to the provider and comes back."""
    console = Console(kyc, a_browser(kyc), invitation_of(kyc))
    partner = partner_id or kyc.partner.partner_id
    away = console.get(f"/console/provider?partner={partner}")
    assert away.status_code == 302
    back = provider.authorize(away.headers["Location"])
    return console, console.get(back.removeprefix("https://kyc.test"))


def invitation_of(kyc: Installation) -> Any:
    with kyc.services.storage.reading() as uow:
        return uow.reviewers.for_partner(kyc.partner.partner_id)[0]


def test_a_verified_address_opens_its_account_and_binds_it(
    kyc: Installation, provider: Provider
) -> None:
    link = invited(kyc)
    page = Console(kyc, a_browser(kyc), link.reviewer).get(
        f"/console/sign-in?partner={kyc.partner.partner_id}"
    )
    assert "Sign in with Example Login" in page.text
    console, answer = arrive(kyc, provider)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console")
    assert console.get("/console").status_code == 200
    # From now on the provider's own name for the person counts, not the address.
    provider.claims = {"email": "renamed@example.test"}
    assert arrive(kyc, provider)[1].status_code == 303
    provider.claims = {"sub": "person-2"}
    assert arrive(kyc, provider)[1].status_code == 401
    # Whoever signs in like this needs no password: the set-up link is spent.
    console.get(f"/console/set-up/{link.token}")
    assert console.get("/console/set-up").status_code == 404


@pytest.mark.parametrize(
    "claims",
    [{"email_verified": False}, {"email_verified": "true"}, {"email": "omar@example.test"}],
    ids=["not verified", "a text", "nobody here"],
)
def test_people_without_an_account_stay_outside(
    kyc: Installation, provider: Provider, claims: dict[str, Any]
) -> None:
    invited(kyc)
    provider.claims = claims
    console, answer = arrive(kyc, provider)
    assert (answer.status_code, "no account for you here" in answer.text) == (401, True)
    assert console.get("/console").status_code == 401


def test_an_account_of_one_partner_is_none_of_another(
    kyc: Installation, provider: Provider
) -> None:
    invited(kyc)
    other = kyc.another_partner(Mode.LIVE, "Shop")
    assert arrive(kyc, provider, other.partner_id)[1].status_code == 401


def test_a_disabled_account_stays_closed(kyc: Installation, provider: Provider) -> None:
    kyc.services.review_desk.disable(invited(kyc).reviewer.id, "test")
    assert arrive(kyc, provider)[1].status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.test"},
        {"aud": "another-client"},
        {"nonce": "of another sign-in"},
        {"exp": 1_000_000_000},
        {"sub": ""},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_for_something_else_opens_nothing(
    kyc: Installation, provider: Provider, claims: dict[str, Any]
) -> None:
    invited(kyc)
    provider.claims = claims
    console, answer = arrive(kyc, provider)
    assert answer.status_code == 502
    assert console.get("/console").status_code == 401


def test_a_token_that_another_key_signed_opens_nothing(
    kyc: Installation, provider: Provider
) -> None:
    invited(kyc)
    provider.key = RSAKey.generate_key(2048, {"kid": "p1"})
    assert arrive(kyc, provider)[1].status_code == 502


def test_an_answer_to_nobody_s_question_opens_nothing(
    kyc: Installation, provider: Provider
) -> None:
    invited(kyc)
    console = Console(kyc, a_browser(kyc), invitation_of(kyc))
    away = console.get(f"/console/provider?partner={kyc.partner.partner_id}")
    back = provider.authorize(away.headers["Location"]).removeprefix("https://kyc.test")
    stranger = Console(kyc, a_browser(kyc), invitation_of(kyc))
    assert stranger.get(back).status_code == 502
    assert console.get(back.replace("state=", "state=x")).status_code == 502
    assert console.get("/console/provider/callback?error=access_denied").status_code == 502
    assert console.get("/console/provider/callback").status_code == 502


def test_a_provider_out_of_reach_is_told(kyc: Installation, provider: Provider) -> None:
    provider.__exit__()
    invited(kyc)
    console = Console(kyc, a_browser(kyc), invitation_of(kyc))
    assert console.get("/console/provider?partner=x").status_code == 502


def test_without_a_provider_there_is_no_such_door(kyc_sqlite: Installation) -> None:
    client = a_browser(kyc_sqlite)
    for path in ("/console/provider", "/console/provider/callback"):
        assert client.get(path, base_url="https://kyc.test").status_code == 404
    page = client.get("/console/sign-in?partner=prt_1", base_url="https://kyc.test")
    assert "Sign in with" not in page.text
