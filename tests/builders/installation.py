"""A whole installation for tests: real storage, keys, sandbox and web application.

Only the examination's stages are scripted, because what they find has tests of its own.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.chance import Chance
from app.domain.checks import CheckCode, CheckResult, passed
from app.domain.decision import required_checks
from app.domain.evidence import Side
from app.domain.examination import Evidence, ExaminationFindings
from app.domain.partner import Mode
from app.domain.policy import STANDARD_POLICY, STANDARD_TIER, Tier
from app.factory import create_app
from app.security.ids import TimeOrderedIds
from app.services.create_partner import PartnerCreated
from app.settings import read_settings
from app.vision.sandbox import Sandbox
from app.web.services import EXTENSION
from app.wiring import Services, build
from tests.builders.described_client import DescribedClient
from tests.builders.moments import StillClock

ORIGIN = "https://shop.test"
ALL_PASSED = [
    passed(code) for code in (*required_checks(STANDARD_TIER.steps), CheckCode.MRZ_CHECK_DIGITS)
]


@dataclass
class ScriptedExamination:
    """Finds what a test puts into `checks`, and keeps the evidence it was shown."""

    checks: list[CheckResult]
    seen: list[Evidence]
    document_number: str | None = None
    readings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    live_face: bytes | None = None
    pictures: Mapping[Side, bytes] = field(default_factory=dict)

    def __call__(self, evidence: Evidence, _tier: Tier) -> ExaminationFindings:
        self.seen.append(evidence)
        return ExaminationFindings(
            self.checks,
            {},
            {},
            None,
            self.document_number,
            self.readings,
            self.live_face,
            self.pictures,
        )


@dataclass
class Installation:
    """The use cases, a test client, the clock, and one partner in test mode."""

    services: Services
    client: FlaskClient
    clock: StillClock
    partner: PartnerCreated
    examination: ScriptedExamination

    @property
    def key(self) -> dict[str, str]:
        """The partner's header."""
        return {"x-api-key": self.partner.api_key}

    def another_partner(self, mode: Mode = Mode.TEST, name: str = "Other shop") -> PartnerCreated:
        """A second partner, who must see nothing of the first."""
        return self.services.create_partner(name, mode, ["https://other.test"])

    def issue(self, user: str = "user-123", **options: Any) -> dict[str, Any]:
        """The answer of POST /widget/client-tokens."""
        body = {"partner_user_id": user} | options
        answer = self.client.post("/widget/client-tokens", json=body, headers=self.key)
        assert answer.status_code == 201, answer.json
        return dict(answer.json or {})

    def bearer(self, user: str = "user-123", **options: Any) -> dict[str, str]:
        """The header of a widget that was opened for this user."""
        return {"Authorization": f"Bearer {self.issue(user, **options)['client_token']}"}

    def post(self, path: str, bearer: dict[str, str], **json: Any) -> TestResponse:
        """POST a JSON object with a client token."""
        return self.client.post(path, json=json, headers=bearer)

    def consented(self, document_type: str | None = None, user: str = "user-123") -> dict[str, str]:
        """A widget past its consent, and past the choice of a document when one is given."""
        bearer = self.bearer(user)
        version = STANDARD_POLICY.consent_version
        self.post("/widget/consent", bearer, consent_version=version, accepted=True)
        if document_type:
            self.post("/widget/document-type", bearer, document_type=document_type)
        return bearer

    def run_jobs(self, kind: str) -> int:
        """Run every due job of a kind; returns how many there were."""
        count = 0
        while claimed := self.services.queue.claim(self.clock(), 60, [kind]):
            self.services.handlers()[kind](claimed)
            count += 1
        return count


@contextmanager
def an_installation(
    state_dir: Path, database_url: str, clock: StillClock, sandbox: Sandbox, **environment: str
) -> Iterator[Installation]:
    """An installation over a migrated database."""
    settings = read_settings(
        {
            "KYC_STATE_DIR": str(state_dir),
            "KYC_DATABASE_URL": database_url,
            "KYC_PUBLIC_URL": "https://kyc.test",
        }
        | environment
    )
    chance = Chance(clock, TimeOrderedIds(clock), Random(9303))
    services = build(settings, chance, sandbox)
    scripted = ScriptedExamination(list(ALL_PASSED), [])
    services = replace(
        services, examine_verification=replace(services.examine_verification, examine=scripted)
    )
    partner = services.create_partner("Shop", Mode.TEST, [ORIGIN])
    try:
        with _an_app(services) as app:
            yield Installation(services, app.test_client(), clock, partner, scripted)
    finally:
        services.storage.database.dispose()


# To compile the rules of all routes takes half of what a test of one request takes.
_IDLE_APPS: dict[int, list[tuple[Flask, dict[str, Any]]]] = {}


@contextmanager
def _an_app(services: Services) -> Iterator[Flask]:
    """An application for these services: a new one, or one that an ended test has left.

    What an application is built from, beside its services, is the key; what it has gathered since
    it was built is forgotten.
    """
    idle = _IDLE_APPS.setdefault(services.settings.max_upload_bytes, [])
    app, built = idle.pop() if idle else _built_app(services)
    app.extensions.clear()
    app.extensions.update(built | {EXTENSION: services})
    try:
        yield app
    finally:
        idle.append((app, built))


def _built_app(services: Services) -> tuple[Flask, dict[str, Any]]:
    app = create_app(services)
    app.test_client_class = DescribedClient
    return app, dict(app.extensions)
