"""Every operation of /openapi.json under generated requests: no 5xx, and nothing undocumented."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    ensure_resource_availability,
    use_after_free,
)

from app.vision.sandbox import Sandbox
from tests.builders.installation import Installation, an_installation
from tests.builders.moments import StillClock

# These two follow resources through sequences of calls, which single generated calls have not.
_NOT_FOR_SINGLE_CALLS = [use_after_free, ensure_resource_availability]


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("fuzz")
    from app.storage.schema import migrate

    url = f"sqlite:///{folder / 'kyc.sqlite3'}"
    migrate(url)
    with an_installation(
        folder / "state", url, StillClock(), sandbox, KYC_RATE_LIMIT_FACTOR="1000"
    ) as kyc:
        yield kyc


@pytest.fixture(scope="module")
def api(installation: Installation) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", installation.client.application)


@pytest.fixture(scope="module")
def credentials(installation: Installation) -> dict[str, dict[str, str]]:
    return {"apiKey": installation.key, "clientToken": installation.bearer()}


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_generated_requests(case: Any, credentials: dict[str, dict[str, str]]) -> None:
    ways = case.operation.definition.raw.get("security") or []
    names = [name for way in ways for name in way]
    headers = next((credentials[name] for name in names if name in credentials), {})
    case.call_and_validate(headers=headers, excluded_checks=_NOT_FOR_SINGLE_CALLS)
