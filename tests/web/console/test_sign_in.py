"""The gate of the console: set-up link, password and code, cookie, limits, and the ways out."""

import re

import pytest
from sqlalchemy import select

from app.domain.partner import Mode
from app.domain.reviewer import ReviewerRole
from app.security.totp import totp_code
from app.storage.counters import rate_counter_table
from tests.builders.installation import Installation
from tests.builders.review_cases import PASSWORD, Console, a_browser, a_reviewer, signed_in

COOKIE = "__Host-kyc_console"


@pytest.fixture
def anna(kyc_sqlite: Installation) -> Console:
    return a_reviewer(kyc_sqlite)


def test_a_set_up_link_leads_to_an_account_once(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    desk = kyc.services.review_desk
    invited = desk.invite(
        kyc.partner.partner_id, "Anna@Example.test", "Anna", ReviewerRole.REVIEWER, "test"
    )
    browser = Console(kyc, a_browser(kyc), invited.reviewer)
    link = browser.get(f"/console/set-up/{invited.token}")
    assert (link.status_code, link.headers["Location"]) == (303, "/console/set-up")
    page = browser.get("/console/set-up").get_data(as_text=True)
    secret = re.search(r'data-testid="totp-secret">([A-Z2-7 ]+)<', page)
    assert secret is not None
    assert invited.token not in page
    code = totp_code(secret[1].replace(" ", ""), kyc.clock())
    weak = browser.post("/console/set-up", password="example-anna-99", code=code)
    assert weak.status_code == 400
    assert "Most of this is your own name" in weak.get_data(as_text=True)
    wrong = browser.post("/console/set-up", password=PASSWORD, code="000000")
    assert (wrong.status_code, PASSWORD in wrong.get_data(as_text=True)) == (400, False)
    done = browser.post("/console/set-up", password=PASSWORD, code=code)
    recovery = re.findall(r"<li>([a-z2-7-]{19})</li>", done.get_data(as_text=True))
    assert (done.status_code, len(recovery)) == (200, 10)
    browser.get(f"/console/set-up/{invited.token}")
    assert browser.get("/console/set-up").status_code == 404
    # The code that was shown during set-up is spent, a recovery code is not: once.
    browser.secret = secret[1].replace(" ", "")
    assert browser.sign_in(code=code).status_code == 401
    assert browser.sign_in(code=recovery[0]).status_code == 303
    assert browser.sign_in(code=recovery[0]).status_code == 401


def test_a_set_up_link_lasts_a_day_and_is_replaced_by_a_newer_one(
    kyc_sqlite: Installation,
) -> None:
    desk = kyc_sqlite.services.review_desk
    first = desk.invite(
        kyc_sqlite.partner.partner_id, "anna@example.test", "Anna", ReviewerRole.REVIEWER, "test"
    )
    second = desk.reset(first.reviewer.id, "test")
    browser = Console(kyc_sqlite, a_browser(kyc_sqlite), first.reviewer)
    for token, status in ((first.token, 404), (second.token, 200), ("made-up", 404)):
        browser.get(f"/console/set-up/{token}")
        assert browser.get("/console/set-up").status_code == status
    kyc_sqlite.clock.move(seconds=86_401)
    browser.get(f"/console/set-up/{second.token}")
    assert browser.get("/console/set-up").status_code == 404


def test_the_cookie_is_of_this_host_alone_and_out_of_reach(anna: Console) -> None:
    answer = anna.sign_in()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"{COOKIE}=")
    flags = {part.strip() for part in cookie.split(";")[1:]}
    assert flags == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_signing_in_begins_with_a_fresh_cookie(anna: Console) -> None:
    anna.sign_in()
    before = anna.client.get_cookie(COOKIE, domain="kyc.test")
    other = Console(anna.kyc, a_browser(anna.kyc), anna.reviewer, anna.secret)
    assert before is not None
    other.client.set_cookie(COOKIE, before.value, domain="kyc.test", secure=True)
    assert other.sign_in().status_code == 303
    after = other.client.get_cookie(COOKIE, domain="kyc.test")
    assert after is not None
    assert after.value != before.value


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "wrong horse battery staple"},
        {"code": "000000"},
        {"email": "nobody@example.test"},
        {"partner": "prt_nobody"},
        {"password": ""},
        {"code": ""},
        {"password": "x" * 5000},
    ],
    ids="-".join,
)
def test_whatever_is_wrong_the_answer_is_the_same(anna: Console, changes: dict[str, str]) -> None:
    answer = anna.sign_in(**changes)
    assert answer.status_code == 401
    text = answer.get_data(as_text=True)
    assert "That did not work. Check the address, the password and the code" in text
    assert anna.get("/console").status_code == 401


def test_a_code_is_not_taken_twice(anna: Console) -> None:
    assert anna.sign_in().status_code == 303
    again = totp_code(anna.secret, anna.kyc.clock())
    assert anna.sign_in(code=again).status_code == 401


@pytest.mark.parametrize("email", ["anna@example.test", "nobody@example.test"])
def test_the_eleventh_guess_is_not_even_looked_at(anna: Console, email: str) -> None:
    found = [anna.sign_in(email=email, code="000000").status_code for _ in range(11)]
    assert found == [401] * 10 + [429]
    right = anna.sign_in(email=email)
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) <= 900
    anna.kyc.clock.move(seconds=900)
    assert anna.sign_in().status_code == 303


def test_a_header_names_no_other_address(anna: Console) -> None:
    for number in range(2):
        made_up = f"203.0.113.{number}"
        headers = {"X-Forwarded-For": made_up, "X-Real-IP": made_up, "Forwarded": f"for={made_up}"}
        fields = {"email": f"user-{number}@example.test", "password": "b", "code": "c"}
        answer = anna.post(
            "/console/sign-in", headers=headers, partner=anna.reviewer.partner_id, **fields
        )
        assert answer.status_code == 401
    with anna.kyc.services.storage.database.reading.begin() as connection:
        hits = sorted(connection.scalars(select(rate_counter_table.c.hits)))
    assert hits == [1, 1, 2]  # each account by itself, and the one address


def test_a_form_without_its_token_is_refused(anna: Console) -> None:
    fields = {"partner": anna.reviewer.partner_id, "email": "a", "password": "b", "code": "c"}
    for token in ({}, {"csrf_token": "made-up"}):
        answer = anna.client.post(
            "/console/sign-in", data=fields | token, base_url="https://kyc.test"
        )
        assert answer.status_code == 400
    for origin in ("https://evil.test", "null"):
        strange = anna.post("/console/sign-in", headers={"Origin": origin}, **fields)
        assert strange.status_code == 400
    own = anna.post("/console/sign-in", headers={"Origin": "https://kyc.test"}, **fields)
    assert own.status_code == 401


def test_a_session_ends_when_nobody_is_there(kyc_sqlite: Installation) -> None:
    anna, clock = signed_in(kyc_sqlite), kyc_sqlite.clock
    for _ in range(3):
        clock.move(seconds=1700)
        assert anna.get("/console").status_code == 200
    clock.move(seconds=1801)
    ended = anna.get("/console")
    assert (ended.status_code, "Your session has ended" in ended.text) == (401, True)
    assert anna.get("/console").status_code == 401


def test_a_session_ends_however_busy(kyc_sqlite: Installation) -> None:
    anna = signed_in(kyc_sqlite)
    for _ in range(15):
        kyc_sqlite.clock.move(seconds=1790)
        assert anna.get("/console").status_code == 200
    kyc_sqlite.clock.move(seconds=8 * 3600 - 15 * 1790)
    assert anna.get("/console").status_code == 401


def test_who_is_disabled_or_reset_is_out_at_once(kyc_sqlite: Installation) -> None:
    desk = kyc_sqlite.services.review_desk
    for act in (desk.disable, desk.reset):
        console = signed_in(kyc_sqlite, f"{act.__class__.__name__}@example.test".lower())
        assert console.get("/console").status_code == 200
        act(console.reviewer.id, "test")
        assert console.get("/console").status_code == 401
        assert console.sign_in().status_code == 401


def test_signing_out_here_and_everywhere(kyc_sqlite: Installation) -> None:
    anna = signed_in(kyc_sqlite)
    others = [
        Console(kyc_sqlite, a_browser(kyc_sqlite), anna.reviewer, anna.secret) for _ in range(2)
    ]
    for each in others:
        assert each.sign_in().status_code == 303
    assert others[0].post("/console/sign-out", "/console").status_code == 303
    assert [each.get("/console").status_code for each in (anna, *others)] == [200, 401, 200]
    anna.post("/console/sign-out", "/console", everywhere="1")
    assert [each.get("/console").status_code for each in (anna, *others)] == [401, 401, 401]


def test_after_signing_in_one_goes_on_to_the_case(anna: Console) -> None:
    assert anna.get("/console/cases/ver_1/audit").status_code == 401
    assert anna.sign_in().headers["Location"] == "/console/cases/ver_1"


def test_an_account_opens_one_partner_s_console_only(anna: Console) -> None:
    live = anna.kyc.another_partner(Mode.LIVE, "Shop")
    assert anna.sign_in(partner=live.partner_id).status_code == 401
    assert anna.sign_in().status_code == 303
    assert ">Test<" in anna.get("/console").text


def test_key_rotation_keeps_people_signed_in(kyc_sqlite: Installation) -> None:
    anna = signed_in(kyc_sqlite)
    before = kyc_sqlite.services.keys.ids()["form"][0]
    omar = signed_in(kyc_sqlite, "omar@example.test")
    kyc_sqlite.services.keys.rotate("form")
    assert anna.get("/console").status_code == 200
    kyc_sqlite.services.keys.retire("form", before)
    # Whoever came by in between has a cookie of the new key.
    assert [each.get("/console").status_code for each in (anna, omar)] == [200, 401]


def test_every_page_has_its_headers(kyc_sqlite: Installation) -> None:
    anna = signed_in(kyc_sqlite)
    stranger = Console(kyc_sqlite, a_browser(kyc_sqlite), anna.reviewer)
    pages = [anna.get("/console"), anna.get("/console/cases/ver_x"), stranger.get("/console")]
    pages += [stranger.get("/console/sign-in"), stranger.get("/console/set-up")]
    for page in pages:
        policy = page.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"


def test_the_database_knows_no_secret(kyc_sqlite: Installation) -> None:
    anna = signed_in(kyc_sqlite)
    raw = b"".join(
        path.read_bytes()
        for path in kyc_sqlite.services.settings.state_dir.parent.rglob("kyc.sqlite3*")
    )
    assert anna.reviewer.email.encode() in raw
    for secret in (PASSWORD, anna.secret, anna.secret.encode().hex()):
        assert secret.encode() not in raw
    with kyc_sqlite.services.storage.reading() as uow:
        lines = uow.audit.for_subject(anna.reviewer.id)
    assert [line.action for line in lines] == [
        "reviewer.invited",
        "reviewer.set_up",
        "reviewer.signed_in",
    ]
