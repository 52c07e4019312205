"""/docs: everything that the API can do, from the declarations that serve it, and no stranger."""

import json
import re
import shlex
from typing import Any

import pytest
from markupsafe import escape
from pydantic import BaseModel

from app.delivery.payload import event_body
from app.domain.errors import ErrorCode
from app.domain.event import EventType
from app.domain.reasons import REASONS
from app.web.api.field_texts import fields_of
from app.web.api.operations import DECLARATION
from app.web.docs.event_examples import event_examples
from app.web.docs.reference import anchor_of, read_faces
from app.web.errors import CATALOGUE
from tests.builders.installation import Installation
from tests.builders.partner_users import USER as UUID_USER
from tests.builders.partner_users import create_user, with_files
from tests.builders.sandbox_calls import events, simulated

PAGES = ("/docs", "/docs/errors", "/docs/reasons", "/docs/events")


def page(kyc: Installation, path: str) -> str:
    answer = kyc.client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    return answer.get_data(as_text=True)


def ids_of(html: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', html)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_no_script_and_asks_no_stranger(kyc_sqlite: Installation, path: str) -> None:
    answer = kyc_sqlite.client.get(path)
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    html = answer.get_data(as_text=True)
    assert not re.search(r"<script|<style|\bstyle=|\bon\w+=", html)
    loaded = re.findall(r'(?:src|<link[^>]* href)="([^"]+)"', html)
    assert len(loaded) >= 3
    assert all(address.startswith("/static/") for address in loaded)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(kyc_sqlite: Installation, path: str) -> None:
    html = page(kyc_sqlite, path)
    assert len(ids_of(html)) == len(set(ids_of(html)))
    for address, anchor in set(re.findall(r'<a [^>]*href="([^"#]*)(?:#([^"]*))?"', html)):
        target = html if not address else kyc_sqlite.client.get(address).get_data(as_text=True)
        if anchor:
            assert anchor in ids_of(target), f"{address}#{anchor}"


def test_a_page_is_asked_for_once(kyc_sqlite: Installation) -> None:
    etag = kyc_sqlite.client.get("/docs").headers["ETag"]
    again = kyc_sqlite.client.get("/docs", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_every_operation_is_on_the_page(kyc_sqlite: Installation) -> None:
    html = page(kyc_sqlite, "/docs")
    document = kyc_sqlite.client.get("/openapi.json").get_json()
    asked = [
        anchor_of(method, path) for path, methods in document["paths"].items() for method in methods
    ]
    assert len(asked) >= 35
    assert set(asked) <= set(ids_of(html))


def test_an_operation_says_what_it_takes_and_gives(kyc_sqlite: Installation) -> None:
    html = page(kyc_sqlite, "/docs")
    _, _, rest = html.partition('id="post-widget-client-tokens"')
    article, _, _ = rest.partition("</article>")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", article))
    for fact in (
        "secret key, or access token",
        "kyc:write",
        "6,000 a minute for each partner",
        "Idempotency-Key",
        "partner_user_id string required",
        "1 to 10 entries",
        "60 to 900",
        "date_of_birth date or null",
        "launch_code string",
        "origin_not_allowed",
    ):
        assert fact in text, fact


@pytest.mark.parametrize("code", ErrorCode)
def test_the_type_of_a_problem_leads_to_its_text(kyc_sqlite: Installation, code: ErrorCode) -> None:
    html = page(kyc_sqlite, "/docs/errors")
    _, _, rest = html.partition(f'<article class="entry" id="{code.value}"')
    article, _, _ = rest.partition("</article>")
    status, _ = CATALOGUE[code]
    assert f">{status}</b>" in article
    assert len(re.sub(r"<[^>]+>|\s+", " ", article)) > 120


def test_a_problem_names_its_page(kyc_sqlite: Installation) -> None:
    answer = kyc_sqlite.client.get(
        "/widget/users/user-1/kyc-status", headers={"Accept": "application/problem+json"}
    )
    address, _, anchor = answer.get_json()["type"].partition("#")
    target = kyc_sqlite.client.get(address)
    assert target.status_code == 200
    assert anchor in ids_of(target.get_data(as_text=True))


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("P403", 400, "validation_error"),
        ("P412", 400, "user_not_found"),
        ("P427", 404, "missing_files"),
        ("P430", 400, "too_many_verifications"),
        ("P442", 400, "already_verified"),
        ("P446", 400, "kyc_not_valid"),
        ("P466", 400, "document_number_taken"),
        ("P473", 400, "validation_error"),
        ("P500", 400, "internal_error"),
        ("P501", 400, "retry_later"),
    ],
)
def test_every_p_code_is_explained(
    kyc_sqlite: Installation, code: str, status: int, error: str
) -> None:
    html = page(kyc_sqlite, "/docs/errors")
    row = re.search(rf'<tr id="{code}">(.*?)</tr>', html, re.DOTALL)
    assert row is not None
    assert f"<td>{status}</td>" in row[1]
    assert f'href="#{error}"' in row[1]


def test_every_reason_says_who_sees_it(kyc_sqlite: Installation) -> None:
    html = page(kyc_sqlite, "/docs/reasons")
    for code, reason in REASONS.items():
        _, _, rest = html.partition(f'<article class="entry" id="{code.value}"')
        article, _, _ = rest.partition("</article>")
        assert escape(reason.developer_text) in article
        assert ("partner only" in article) is not reason.user_visible
        assert (">final<" in article) is not reason.retryable
        assert f"<code>{reason.action}</code>" in article


def test_every_event_is_shown_as_it_is_sent(kyc_sqlite: Installation) -> None:
    html = page(kyc_sqlite, "/docs/events")
    shown = {example.type: example for example in event_examples()}
    assert set(shown) == {event.value for event in EventType}
    moment = kyc_sqlite.clock()
    for example in shown.values():
        sent = json.loads(event_body(example.type, example.name, moment, example.body["data"]))
        assert sent | {"timestamp": ""} == {**example.body, "timestamp": ""}
        assert example.type in ids_of(html)


def test_the_events_carry_what_the_page_says(kyc_sqlite: Installation) -> None:
    kyc = kyc_sqlite
    kyc.client.post(
        "/v1/customer-verifications",
        json={
            "customer_id": "user-123",
            "verification_type": "kyc",
            "check_type": "identity",
            "provider": "builtin",
        },
        headers=kyc.key,
    )
    simulated(kyc, "verified")
    create_user(kyc)
    for call in ("suspend", "unsuspend"):
        kyc.client.post(f"/v1/user/{UUID_USER}/{call}", headers=kyc.key)
    with_files(kyc, "7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a02")
    told = [
        *events(kyc),
        *events(kyc, UUID_USER),
        *events(kyc, "7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a02"),
    ]
    shown = {example.type: set(example.body["data"]) for example in event_examples()}
    assert {event.type for event in told} >= {
        EventType.STATUS_CHANGED,
        EventType.FILE_ADDED,
        EventType.CUSTOMER_VERIFICATION_CHANGED,
        EventType.USER_SUSPENDED,
        EventType.USER_UNSUSPENDED,
    }
    assert [event.type for event in told if set(event.data) != shown[event.type]] == []


def test_every_field_says_what_it_means(kyc_sqlite: Installation) -> None:
    document = kyc_sqlite.client.get("/openapi.json").get_json()
    silent = [
        f"{model}.{name}"
        for model, name, schema in fields_of(document)
        if not schema.get("description")
    ]
    assert silent == []


def declared_models(kyc: Installation) -> dict[tuple[str, str], Any]:
    app = kyc.client.application
    return {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)): declared
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if (declared := getattr(app.view_functions[rule.endpoint], DECLARATION, None))
    }


def test_every_example_is_a_true_one(kyc_sqlite: Installation) -> None:
    models = declared_models(kyc_sqlite)
    document = kyc_sqlite.client.get("/openapi.json").get_json()
    answers, bodies = 0, 0
    for face in read_faces(document, {}):
        for operation in face.operations:
            declared = models[operation.method, operation.path]
            words = shlex.split(operation.curl.replace("\\\n", " "))
            if declared.body is not None:
                declared.body.model_validate(json.loads(words[words.index("-d") + 1]))
                bodies += 1
            for answer in operation.answers:
                model = declared.answers[int(answer.status)]
                assert (model is None) == (answer.example is None)
                if isinstance(model, type) and issubclass(model, BaseModel):
                    model.model_validate(answer.example)
                    answers += 1
    assert answers >= 35
    assert bodies >= 15


def curl_of(kyc: Installation, anchor: str) -> list[str]:
    document = kyc.client.get("/openapi.json").get_json()
    (found,) = (
        operation.curl
        for face in read_faces(document, {})
        for operation in face.operations
        if operation.anchor == anchor
    )
    return shlex.split(found.replace("\\\n", " "))


def test_a_form_is_sent_as_one(kyc_sqlite: Installation) -> None:
    words = curl_of(kyc_sqlite, "post-v1-user-kyc-file")
    assert {words[at + 1] for at, word in enumerate(words) if word == "-F"} == {
        "externalUserId=7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a01",
        "documentType=PASSPORT",
        "side=FRONT",
        "file=@passport_front.jpg",
    }
    html = page(kyc_sqlite, "/docs")
    article = html.partition('id="post-v1-user-kyc-file"')[2].partition("</article>")[0]
    assert "image/jpeg, image/png, image/webp" in article


def test_what_is_required_comes_first(kyc_sqlite: Installation) -> None:
    html = page(kyc_sqlite, "/docs")
    article = html.partition('id="post-v1-user"')[2].partition("</article>")[0]
    body = article.partition("<h4>Body")[2]
    assert body.index(">externalUserId<") < body.index(">firstName<")


def test_a_client_proves_itself_by_its_secret(kyc_sqlite: Installation) -> None:
    words = curl_of(kyc_sqlite, "post-oauth-token")
    assert words[words.index("-u") + 1] == "$KYC_CLIENT_ID:$KYC_CLIENT_SECRET"
    assert [words[at + 1] for at, word in enumerate(words) if word == "-d"] == [
        "grant_type=client_credentials",
        "scope=kyc:read kyc:write",
    ]


def test_every_example_finds_its_route(kyc_sqlite: Installation) -> None:
    routes = kyc_sqlite.client.application.url_map.bind("kyc.test")
    document = kyc_sqlite.client.get("/openapi.json").get_json()
    for face in read_faces(document, {}):
        for operation in face.operations:
            address = re.search(r'"\$KYC_URL([^"?]+)', operation.curl)
            assert address is not None
            assert "{" not in address[1]
            rule, _ = routes.match(address[1], method=operation.method, return_rule=True)
            assert rule.rule == re.sub(r"{(\w+)}", r"<\1>", operation.path)
